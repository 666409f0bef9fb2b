import { plainTextsOf } from '../likeness/name-index.ts';
import { subjectOf } from '../likeness/reference.ts';
import { documentIn, MOST_DOCUMENTS, type TextDocument } from '../likeness/text-document.ts';
import { FileValue } from '../wire/body.ts';
import { isList, isObject, isScalar, type Json } from '../wire/json.ts';
import { keyOf, knownKeyOf, type Members, spellingOf } from './members.ts';
import { says } from './passed-over.ts';

/*
 * What a member without objects may hold nevertheless: a document in a text, or ids by which some server sets a relation.
 */

/** What a plain member is: a field, a column into which nobody looks, or something in which some server may find other records. */
export type PlainMembership =
  | { readonly kind: 'field' | 'value' }
  | { readonly kind: 'hidden'; readonly member: string; readonly found: Json };

/**
 * A text in a field that nobody declared may be a document: what it says of this record is looked for as in an object, and what it may say of
 * others is refused. In a column it is a value.
 */
export function textMembershipOf(name: string, value: Json, members: Members): PlainMembership {
  const documents = documentsIn(value);
  if (documents.length === 0) return FIELD;
  if (isColumn(name, members) || members.nested === 'forward') return { kind: 'value' };
  const found = documents.flatMap((one) => (one.kind === 'document' ? [one.value] : []));
  const isOpen = found.length < documents.length || saysOfOthers(found, members);
  return isOpen ? { kind: 'hidden', member: name, found } : FIELD;
}

const FIELD: PlainMembership = { kind: 'field' };

function documentsIn(value: Json): readonly TextDocument[] {
  if (isScalar(value) && typeof value !== 'string') return [];
  if (value instanceof FileValue && value.isUnread) return [{ kind: 'unreadable' }];
  return plainTextsOf(value)
    .map(documentIn)
    .filter(({ kind }) => kind !== 'none');
}

/** Whether a value that nobody declared may say something of records of other modules: what rules guard there, or whom they refer to. */
export function saysOfOthers(value: Json, members: Members): boolean {
  return says(value, members.guardedElsewhere) || namesLink(value, members.linking);
}

/** Whether a relation stands in it under any of its names, in texts that are documents, too. */
function namesLink(value: Json, linking: Members['linking'], depth = 0): boolean {
  if (linking.size === 0) return false;
  if (typeof value === 'string') {
    const document = depth < MOST_DOCUMENTS ? documentIn(value) : undefined;
    return document?.kind === 'document' && namesLink(document.value, linking, depth + 1);
  }
  if (isList(value)) return value.some((item) => namesLink(item, linking, depth));
  if (!isObject(value)) return false;
  return [...value].some(
    ([name, inner]) => linking.has(subjectOf(spellingOf(name).base)) || namesLink(inner, linking, depth),
  );
}

/** Whether it is what a reference may hold: an id, or a list of them. */
export function mayBeIds(value: Json): boolean {
  return isList(value) ? value.every(isScalar) : isScalar(value) && typeof value !== 'boolean';
}

/** Whether the configuration names the member as a plain column. */
export function isColumn(
  name: string,
  { values, known, guarded }: Pick<Members, 'values' | 'known' | 'guarded'>,
): boolean {
  const key = keyOf(name);
  return values.has(key) || known?.has(knownKeyOf(name)) === true || guarded.has(key);
}
