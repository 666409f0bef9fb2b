import { fold } from '../likeness/fold.ts';
import { isAlready, isTooMuch, isUnchanged, mayBecome } from '../likeness/likeness.ts';
import type { Said } from '../likeness/said.ts';
import { isScalar, type Json, type Scalar, textOf } from '../wire/json.ts';
import type { Known } from './facts.ts';
import { DOUBT, FALSE, OPEN, type Outcomes, TRUE } from './outcome.ts';
import { readingsOf } from './readings.ts';

/** A question about a change, the part of criteria that JsonLogic cannot ask. */
export type Clause =
  | { readonly kind: 'changed'; readonly field: string }
  | {
      readonly kind: 'changed_to' | 'changed_from';
      readonly field: string;
      readonly value: Scalar;
      readonly folded: string;
    };

/**
 * What a clause comes out as. Loose for what is new, exact for what "is so already"; a stored value that the CRM does not show is
 * unknown, and so is a new one that stands elsewhere in the save: then the clause is in doubt. On create, to be born in a state is to enter it.
 */
export function clauseOutcomes(clause: Clause, { save, before }: Known): Outcomes {
  const said = readingsOf(save, clause.field, before);
  const entering = enteringOf(clause, said);
  const isElsewhere = said.elsewhere.size > 0;
  if (entering.length === 0 && !isElsewhere) return FALSE;
  if (before === null) return whenBorn(clause, said, entering);
  if (before === undefined) return OPEN;
  const stored = before.get(clause.field);
  if (stored === undefined) return DOUBT;
  if (clause.kind === 'changed_from' && !mayBecome(stored, clause.value, clause.folded)) return FALSE;
  // What is so already cannot become so.
  if (isElsewhere && (clause.kind !== 'changed_to' || !isAlready(stored, clause.value))) return DOUBT;
  const isNew = entering.some((value) => !isUnchanged(stored, value, save));
  if (!isNew && (entering.length === 0 || said.values.length === 1)) return FALSE;
  return isSure(clause, said, stored) ? TRUE : DOUBT;
}

/** The values that would let the clause hold. */
function enteringOf(clause: Clause, { values }: Said): readonly Json[] {
  if (clause.kind !== 'changed_to' || isTooMuch(values)) return values;
  return values.filter((value) => mayBecome(value, clause.value, clause.folded));
}

function whenBorn(clause: Clause, said: Said, entering: readonly Json[]): Outcomes {
  if (clause.kind === 'changed_from') return FALSE;
  if (said.elsewhere.size > 0) return DOUBT;
  const [only] = said.values;
  if (clause.kind === 'changed' && entering.every((value) => isAlready(undefined, value))) return FALSE;
  const isOne = said.values.length === 1 && only !== undefined && isScalar(only);
  return isOne && (clause.kind === 'changed' || isAlready(clause.value, only)) ? TRUE : DOUBT;
}

/** Whether nobody could say that the clause does not hold: an exemption may follow from it. */
function isSure(clause: Clause, { values }: Said, stored: Json): boolean {
  const [only] = values;
  if (values.length !== 1 || only === undefined || !isScalar(only) || !isScalar(stored)) return false;
  if (clause.kind === 'changed_from' && !isAlready(stored, clause.value)) return false;
  if (clause.kind === 'changed_to')
    return isAlready(clause.value, only) && !mayBecome(stored, clause.value, clause.folded);
  return !mayBecome(only, stored) && !mayBecome(stored, only);
}

/** The clause with what is wanted as it is compared. */
export function clauseOf(kind: Clause['kind'], field: string, value: Scalar): Clause {
  return kind === 'changed' ? { kind, field } : { kind, field, value, folded: fold(textOf(value) ?? '') };
}

/** The clause for people: `changed_to status Delivered`. */
export function clauseText(clause: Clause): string {
  return 'value' in clause
    ? `${clause.kind} ${clause.field} ${textOf(clause.value) ?? 'null'}`
    : `changed ${clause.field}`;
}
