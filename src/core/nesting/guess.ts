import { subjectOf } from '../likeness/reference.ts';
import { isList, isObject, type Json } from '../wire/json.ts';
import { actionOf } from './actions.ts';
import { keyOf, type Members, type Nesting } from './members.ts';

/** `value`: a column. `relation`: records of the module `of`. `unclear`: it may hold records, nobody knows of which module. */
export type Guess = { readonly as: 'value' | 'relation' | 'unclear'; readonly of?: string };

/**
 * What an undeclared member probably is, for a proposal that an operator reads. Never a column where it could hold records of a
 * module with rules, or fields of this one that they guard: what is proposed shall not open what the rules guard.
 */
export function guessOf(member: string, value: Json, own: Members, nesting: Nesting): Guess {
  const subject = subjectOf(member);
  const all = [...nesting.values()];
  const named = all.find(({ names }) => names.some((name) => subjectOf(name) === subject));
  if (named) return { as: 'relation', of: named.module };
  const others = all.filter(({ module: name, guarded }) => name !== own.module || guarded.size > 0);
  const isClear = !others.some((other) => mayHoldRecords(value, other)) && !mayHoldFields(value, own);
  return { as: isClear ? 'value' : 'unclear' };
}

/** Whether a field of the record itself that rules guard may stand in it: `{"fields": {"status": …}}` is the whole record to some systems. */
function mayHoldFields(value: Json, own: Members): boolean {
  if (!isObject(value)) return false;
  return [...value].some(([name, inner]) => own.guarded.has(keyOf(name)) || mayHoldFields(inner, own));
}

/** Whether some object in it has both an id and a field that rules of the module guard, or says what to do with records. */
function mayHoldRecords(value: Json, other: Members): boolean {
  if (isList(value)) return value.some((item) => mayHoldRecords(item, other));
  if (!isObject(value)) return false;
  const keys = [...value.keys()].map(keyOf);
  const isRecord = keys.includes(keyOf(other.idField)) && keys.some((key) => other.guarded.has(key));
  const isActions = [...value.keys()].every((name) => actionOf(name) !== undefined) && value.size > 0;
  return isRecord || isActions || [...value.values()].some((member) => mayHoldRecords(member, other));
}
