import { candidatesOf, isAlready, mayBecome, nestedCandidatesOf } from '../likeness/likeness.ts';
import type { Save } from '../saving/save.ts';
import type { JsonObject, Scalar } from '../wire/json.ts';
import type { Facts } from './facts.ts';

/** A question about a change, the part of criteria that JsonLogic cannot ask. */
export type Clause =
  | { readonly kind: 'changed'; readonly field: string }
  | {
      readonly kind: 'changed_to' | 'changed_from';
      readonly field: string;
      readonly value: Scalar;
      readonly folded: string;
    };

/** Whether the clause could hold for the save, whatever is stored. Spares the CRM a read for saves that concern no rule. */
export function clauseMayHold(clause: Clause, save: Save): boolean {
  const values = candidatesOf(save.fields, clause.field);
  if (clause.kind === 'changed_to') {
    return (
      values.some((value) => mayBecome(value, clause.value, clause.folded)) || holdsBelow(clause, save, null)
    );
  }
  return values.length > 0 && !(clause.kind === 'changed_from' && save.operation === 'create');
}

/**
 * Whether the clause holds. Loose for what is new, exact for what "is so already"; a stored value that the CRM does not
 * show is unknown, and then the clause holds. On create, to be born in a state is to enter it.
 */
export function clauseHolds(clause: Clause, facts: Pick<Facts, 'save' | 'before'>): boolean {
  const { save, before } = facts;
  if (!clauseMayHold(clause, save)) return false;
  if (clause.kind === 'changed_to' && holdsBelow(clause, save, before)) return true;
  const values = candidatesOf(save.fields, clause.field);
  const entering = values.filter(
    (value) => clause.kind !== 'changed_to' || mayBecome(value, clause.value, clause.folded),
  );
  if (before === null) {
    return clause.kind === 'changed'
      ? entering.some((value) => !isAlready(undefined, value))
      : entering.length > 0;
  }
  const stored = before.get(clause.field);
  if (stored === undefined) return entering.length > 0;
  if (clause.kind === 'changed_from' && !mayBecome(stored, clause.value, clause.folded)) return false;
  return entering.some((value) => !isAlready(stored, value)) || (entering.length > 0 && values.length > 1);
}

/** Whether a value below the save's own fields would be the wanted one, for CRMs that take wrapped saves. */
function holdsBelow(
  clause: Exclude<Clause, { kind: 'changed' }>,
  save: Save,
  before: JsonObject | null,
): boolean {
  return nestedCandidatesOf(save.fields, clause.field, before).some((text) =>
    mayBecome(text, clause.value, clause.folded),
  );
}
