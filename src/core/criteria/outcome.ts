/**
 * What a node of criteria may come out as, one bit for each. Once all facts are known there is one: true, false, or in doubt, where
 * two readers of the same save would differ. While the stored record is not known there may be several.
 */
export type Outcomes = number;

/** It holds for every reader. */
export const TRUE: Outcomes = 1;
/** It holds for no reader. */
export const FALSE: Outcomes = 2;
/** Both: a rule applies, and so does its exemption not. */
export const DOUBT: Outcomes = 4;
/** Any of the three, until more is known. */
export const OPEN: Outcomes = TRUE | FALSE | DOUBT;

/** The outcome of a question that every reader answers alike. */
export function outcomeOf(truth: boolean): Outcomes {
  return truth ? TRUE : FALSE;
}

/** Whether the node may hold: a doubt does. */
export function mayBeTrue(outcomes: Outcomes): boolean {
  return (outcomes & (TRUE | DOUBT)) !== 0;
}

/** Whether the node may not hold: a doubt may not. */
export function mayBeFalse(outcomes: Outcomes): boolean {
  return (outcomes & (FALSE | DOUBT)) !== 0;
}

/** Of the opposite: a doubt stays one. */
export function not(outcomes: Outcomes): Outcomes {
  return (outcomes & DOUBT) | (outcomes & TRUE && FALSE) | (outcomes & FALSE && TRUE);
}

/** Of a conjunction: false where one is false, whatever is doubted of the other. */
export function both(one: Outcomes, other: Outcomes): Outcomes {
  const isTrue = one & other & TRUE;
  const isFalse = (one | other) & FALSE;
  const inDoubt = (one & DOUBT && mayBeTrue(other)) || (other & DOUBT && mayBeTrue(one));
  return isTrue | isFalse | (inDoubt ? DOUBT : 0);
}

/** Of a disjunction: true where one is true, whatever is doubted of the other. */
export function either(one: Outcomes, other: Outcomes): Outcomes {
  return not(both(not(one), not(other)));
}

/** Of two readings of one thing: where they differ, it is in doubt. */
export function joined(one: Outcomes, other: Outcomes): Outcomes {
  const differ = (one & TRUE && other & FALSE) || (one & FALSE && other & TRUE);
  return (one & other & (TRUE | FALSE)) | ((one | other) & DOUBT) | (differ ? DOUBT : 0);
}

/** Of conditions and what follows from each: as `if` has it. */
export function chosen(condition: Outcomes, then: Outcomes, otherwise: Outcomes): Outcomes {
  return (
    (condition & TRUE && then) |
    (condition & FALSE && otherwise) |
    (condition & DOUBT && joined(then, otherwise))
  );
}
