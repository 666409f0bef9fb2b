import { subjectOf } from '../likeness/reference.ts';
import { remembered } from '../remembered.ts';
import { keyOf, knownKeyOf, type MemberMeaning, type Members, spellingOf } from './members.ts';
import { isColumn } from './plain-member.ts';

/** Finds what is known of names. A module's clients send the same ones again and again, so each is looked at once. */
export function nameMembers(members: Omit<Members, 'named'>): Members['named'] {
  return remembered((name) => namedIn(name, members));
}

function namedIn(name: string, members: Omit<Members, 'named'>): MemberMeaning {
  const { relations, references, known, values, idField } = members;
  const spelling = spellingOf(name);
  const { base, step } = spelling;
  const keys = [keyOf(name), keyOf(base)];
  const isOwn = members.isOwn(name);
  const isIn = (set: ReadonlySet<string>) => keys.some((key) => set.has(key));
  const isListed = [name, base].some((one) => known?.has(knownKeyOf(one)));
  return {
    ...spelling,
    relation: relations.get(keyOf(name)) ?? relations.get(keyOf(base)),
    leadsElsewhere: step !== undefined && (relations.has(keyOf(step)) || references.has(keyOf(step))),
    isKnown:
      !known ||
      isOwn ||
      isListed ||
      isIn(values) ||
      [name, base].some((one) => knownKeyOf(one) === knownKeyOf(idField)),
    mayLink: mayLink(name, base, members),
    isOwn,
    isValue: isIn(values),
  };
}

/**
 * Whether it is another name of a relation by which records of the other module change whom they refer to, and a rule there guards
 * that: `delivery_ids` and `deliveryId` beside `deliveries`.
 */
function mayLink(name: string, base: string, members: Omit<Members, 'named'>): boolean {
  if (members.linking.size === 0) return false;
  const isOwn = (other: string) => isColumn(other, members) || members.references.has(keyOf(other));
  return members.nested !== 'forward' && !isOwn(name) && !isOwn(base) && members.linking.has(subjectOf(base));
}
