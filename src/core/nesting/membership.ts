import { hidesDocument } from '../likeness/text-document.ts';
import { isPlainValue } from '../wire/body.ts';
import { isList, isObject, isScalar, type Json } from '../wire/json.ts';
import { keyOf, type Members, type Nesting, type Relation, spellingOf } from './members.ts';
import { mayLink, type PlainMembership, saysOfOthers, textMembershipOf } from './plain-member.ts';

/** What one member of a save is. `field`: a plain value. `value`: an object or a list that is a column. */
export type Membership =
  | { readonly kind: 'field' | 'value' }
  | { readonly kind: 'relation'; readonly relation: Relation }
  | { readonly kind: 'unknown' | 'undeclared'; readonly member: string }
  | PlainMembership
  /** What stands beside the fields, with what is wrong there. */
  | { readonly kind: 'beside'; readonly members: readonly Stranger[] };

export type Stranger = { readonly kind: 'unknown' | 'undeclared'; readonly member: string };

/** Finds what the configuration and the dialect say of a member; `''` is where dialects put what stands beside the fields. */
export function membershipOf(name: string, value: Json, members: Members, nesting: Nesting): Membership {
  if (name === '' && isList(value)) return { kind: 'beside', members: strangersIn(value, members) };
  const { base, isPath, step } = spellingOf(name);
  if (step !== undefined && leadsElsewhere(step, members)) return { kind: 'undeclared', member: step };
  const relation = relationOf(name, members);
  if (relation && nesting.has(relation.module))
    return isPath ? { kind: 'undeclared', member: base } : { kind: 'relation', relation };
  if (!isKnown(name, base, members)) return { kind: 'unknown', member: base };
  if (mayLink(name, base, value, members)) return { kind: 'hidden', member: base, found: value };
  // What the dialect knows is still searched: second spellings of addresses stand there.
  if (members.isOwn(name)) return { kind: 'field' };
  if (!nests(name, value)) return textMembershipOf(name, value, members);
  if (isValue(name, base, value, members)) return { kind: 'value' };
  return { kind: 'undeclared', member: base };
}

/** The relation that the member is, under its name or one with an ending. */
export function relationOf(name: string, { relations }: Members): Relation | undefined {
  return relations.get(keyOf(name)) ?? relations.get(keyOf(spellingOf(name).base));
}

/** Whether a path begins at a member that holds another record. */
function leadsElsewhere(step: string, { relations, references }: Members): boolean {
  return relations.has(keyOf(step)) || references.has(keyOf(step));
}

/** Whether the member holds an object or a list, or is written as a step into one. */
function nests(name: string, value: Json): boolean {
  const { isPath, ending } = spellingOf(name);
  return isPath || ending === 'bind' || !isPlainValue(value);
}

function isValue(name: string, base: string, value: Json, members: Members): boolean {
  if (members.values.has(keyOf(name)) || members.values.has(keyOf(base))) return true;
  return members.listsAreValues && isList(value) && value.every(isScalar);
}

function isKnown(name: string, base: string, members: Members): boolean {
  const { known, values, idField, isOwn } = members;
  if (!known || isOwn(name)) return true;
  return [keyOf(name), keyOf(base)].some(
    (key) => known.has(key) || values.has(key) || key === keyOf(idField),
  );
}

/** Whether a member that is declared nowhere is refused: with `judge`, where a name that another module's rules guard may be of a record of its. */
export function isRefused(value: Json, members: Members): boolean {
  const { nested } = members;
  return (
    nested === 'refuse' || (nested === 'judge' && (saysOfOthers(value, members) || hidesDocument(value)))
  );
}

/** What stands beside the fields and may not. */
function strangersIn(levels: readonly Json[], members: Members): readonly Stranger[] {
  return levels
    .flatMap((level) => (isObject(level) ? [...level] : []))
    .flatMap(([name, value]): Stranger[] => {
      const { base } = spellingOf(name);
      if (members.envelope.has(keyOf(name)) || members.envelope.has(keyOf(base))) return [];
      if (members.relations.has(keyOf(base))) return [{ kind: 'undeclared', member: base }];
      if (!isKnown(name, base, members)) return [{ kind: 'unknown', member: base }];
      const { kind } = textMembershipOf(name, value, members);
      return (nests(name, value) ? isRefused(value, members) : kind === 'hidden') &&
        !members.isOwn(name) &&
        !isValue(name, base, value, members)
        ? [{ kind: 'undeclared', member: base }]
        : [];
    });
}
