import { hidesDocument } from '../likeness/text-document.ts';
import { isPlainValue } from '../wire/body.ts';
import { isList, isObject, isScalar, type Json, textOf } from '../wire/json.ts';
import { keyOf, type MemberMeaning, type Members, type Nesting, type Relation } from './members.ts';
import { isColumn, mayBeIds, type PlainMembership, saysOfOthers, textMembershipOf } from './plain-member.ts';

/** What one member of a save is. `field`: a plain value. `value`: an object or a list that is a column. */
export type Membership =
  | { readonly kind: 'field' | 'value' }
  | { readonly kind: 'relation'; readonly relation: Relation }
  | { readonly kind: 'unknown' | 'undeclared'; readonly member: string }
  | PlainMembership
  /** What stands beside the fields, with what is wrong there. */
  | { readonly kind: 'beside'; readonly members: readonly Stranger[] };

/** A member beside the fields that is declared nowhere, or that the closed world does not have. */
export type Stranger = { readonly kind: 'unknown' | 'undeclared'; readonly member: string };

/** Finds what the configuration and the dialect say of a member; `''` is where dialects put what stands beside the fields. */
export function membershipOf(name: string, value: Json, members: Members, nesting: Nesting): Membership {
  if (name === '' && isList(value)) return { kind: 'beside', members: strangersIn(value, members) };
  const named = members.named(name);
  const { base, isPath, step = base, relation } = named;
  if (named.leadsElsewhere) return intoOther(step, value, members);
  if (relation && nesting.has(relation.module))
    return isPath ? intoOther(base, value, members) : { kind: 'relation', relation };
  if (!named.isKnown) return { kind: 'unknown', member: base };
  if (named.mayLink && mayBeIds(value)) return { kind: 'hidden', member: base, found: value };
  if (saysBelow(named, value, members)) return { kind: 'hidden', member: step, found: value };
  // What the dialect knows is still searched: second spellings of addresses stand there.
  if (named.isOwn) return { kind: 'field' };
  if (!nests(named, value)) return textMembershipOf(name, value, members);
  if (isValue(named, value, members)) return { kind: 'value' };
  return { kind: 'undeclared', member: base };
}

/** A path into a record of another module: which one is known only where that record is written as an object. */
function intoOther(member: string, found: Json, { nested }: Members): Membership {
  return nested === 'judge' ? { kind: 'hidden', member, found } : { kind: 'undeclared', member };
}

/** Whether a path into a member that nobody declared names what rules of another module guard: Spring writes to the order by `order.status`. */
function saysBelow({ step, below }: MemberMeaning, value: Json, members: Members): boolean {
  if (step === undefined || members.nested === 'forward' || isColumn(step, members)) return false;
  return saysOfOthers(new Map([[below.join('.'), value]]), members);
}

/** Whether the member holds an object or a list, or is written as a step into one. */
function nests({ isPath, ending }: MemberMeaning, value: Json): boolean {
  return isPath || ending === 'bind' || !isPlainValue(value);
}

function isValue(named: MemberMeaning, value: Json, { listsAreValues }: Members): boolean {
  if (named.isValue) return true;
  return listsAreValues && named.ending !== 'bind' && isList(value) && value.every(isScalar);
}

/**
 * Whether a member that is declared nowhere is refused: with `judge`, where a name that another module's rules guard may be of a record of its,
 * and where an address in it is that of a record which may become the one that holds the customer's address.
 */
export function isRefused(value: Json, members: Members): boolean {
  const { nested } = members;
  return (
    nested === 'refuse' ||
    (nested === 'judge' && (saysOfOthers(value, members) || hidesDocument(value) || mayLead(value, members)))
  );
}

/** Whether it is the address of a record of a module to which a reference leads: Dataverse sets `_customerid_value` by `customerid_contact`. */
function mayLead(value: Json, members: Members): boolean {
  if (isList(value)) return value.some((item) => mayLead(item, members));
  if (isObject(value)) return [...value.values()].some((item) => mayLead(item, members));
  const [, set = ''] = /(?:^|\/)([^/()]+)(?:\([^()]*\)|\/[^/]+)$/.exec(textOf(value) ?? '') ?? [];
  return set !== '' && members.ledTo.has(keyOf(set));
}

/** What stands beside the fields and may not. */
function strangersIn(levels: readonly Json[], members: Members): readonly Stranger[] {
  return levels
    .flatMap((level) => (isObject(level) ? [...level] : []))
    .flatMap(([name, value]): Stranger[] => {
      const named = members.named(name);
      const { base } = named;
      if (members.envelope.has(keyOf(name)) || members.envelope.has(keyOf(base))) return [];
      if (members.relations.has(keyOf(base))) return [{ kind: 'undeclared', member: base }];
      if (!named.isKnown) return [{ kind: 'unknown', member: base }];
      const { kind } = textMembershipOf(name, value, members);
      return (nests(named, value) ? isRefused(value, members) : kind === 'hidden') &&
        !named.isOwn &&
        !isValue(named, value, members)
        ? [{ kind: 'undeclared', member: base }]
        : [];
    });
}
