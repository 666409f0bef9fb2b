import { candidatesOf } from '../likeness/likeness.ts';
import { isNoId } from '../saving/save.ts';
import { isEmpty, isList, isObject, isScalar, type Json, type JsonObject, textOf } from '../wire/json.ts';
import { keyOf, type Members, type Spelling } from './members.ts';

/** What cannot be read, with what to send instead. */
export class NestingFault extends Error {}

/** What takes a record out though it stands in the list: Rails' `_destroy`, CouchDB's `_deleted`, OData's `@removed`. */
export function removalIn(item: JsonObject): 'delete' | 'unlink' | undefined {
  const marks = REMOVALS.flatMap((name) => item.get(name) ?? []).filter(isTrue);
  const isUnlinked = (mark: Json) => isObject(mark) && mark.get('reason') === 'changed';
  if (marks.length === 0) return undefined;
  return marks.every(isUnlinked) ? 'unlink' : 'delete';
}

function isTrue(mark: Json): boolean {
  return !isNothing(mark) && !/^(?:0|false|f|no|n|off)$/i.test(textOf(mark) ?? '');
}

/** Names of members by which APIs take a record out that is sent like one to keep. */
export const REMOVALS = ['_deleted', '_destroy', '_delete', '$delete', '@removed', '@odata.removed'];

/** The fields of a related record, without its id; those of a JSON:API resource object stand in `attributes`. */
export function fieldsIn(item: JsonObject, other: Members): JsonObject {
  const fields = new Map<string, Json>();
  const id = keyOf(other.idField);
  const isPointer = item.get('__type') === 'Pointer';
  for (const [name, value] of item) {
    const isSteering =
      REMOVALS.includes(name) || (isPointer && isScalar(value) && ['__type', 'className'].includes(name));
    if (!isSteering && keyOf(name) !== id && !isPlace(name, value)) fields.set(name, value);
  }
  if (!item.has('type')) return fields;
  for (const place of ['attributes', 'relationships']) {
    const members = item.get(place);
    if (!isObject(members)) continue;
    fields.delete(place);
    for (const [name, value] of members) {
      if (keyOf(name) === id || fields.has(name))
        throw new NestingFault(`"${name}" stands in "${place}"; send it once, beside "type" or there`);
      fields.set(name, value);
    }
  }
  return fields;
}

/** Where Strapi puts a record in an ordered relation. */
function isPlace(name: string, value: Json): boolean {
  return (
    name === 'position' &&
    isObject(value) &&
    [...value].every(([key, at]) => ['before', 'after', 'start', 'end'].includes(key) && isScalar(at))
  );
}

/** Names by which APIs know a record beside the one that the module says. */
const ID_NAMES = new Set(['id', 'documentid', 'objectid', 'uuid', 'guid', 'pk', 'nodeid', '@id', '@odataid']);

/** The id by which a record is named; undefined where it has none yet. */
export function idIn(item: JsonObject, other: Members): string | undefined {
  const key = keyOf(other.idField);
  const exact = candidatesOf(item, other.idField);
  const alike = [...item].filter(([name]) => keyOf(name) === key).map(([, value]) => value);
  const texts = new Set(
    [...exact, ...alike].filter((value) => !isNoId(value)).map((value) => textIn(value, other)),
  );
  if (texts.size > 1) throw new NestingFault('a related record has two ids');
  const [text] = texts;
  if (text !== undefined) return text;
  const second = [...item].find(([name, value]) => ID_NAMES.has(keyOf(name)) && !isNoId(value));
  if (second) throw new NestingFault(`name a record by its "${other.idField}", and not by "${second[0]}"`);
  return undefined;
}

/** The record that a plain value names: its id, or in OData its address. */
export function linkTo(
  value: Json,
  other: Members,
  ending: Spelling['ending'],
): { kind: 'link'; id: string } {
  if (ending !== 'bind') return { kind: 'link', id: textIn(value, other) };
  // `Customers(5)`, `/odata/Customers(ID='5')`. http://docs.oasis-open.org/odata/odata-json-format/v4.01/odata-json-format-v4.01.html
  const [, quoted, plain] = /\((?:\w+=)?(?:'([^']*)'|([^'()=,]+))\)$/.exec(textOf(value) ?? '') ?? [];
  return { kind: 'link', id: textIn(quoted ?? plain ?? null, other) };
}

/** The id, which has to be there. */
export function needId(id: string | undefined, { idField }: Members): string {
  if (id === undefined) throw new NestingFault(`name the related record by its "${idField}"`);
  return id;
}

/** The id as it is written in an address. What leads out of the module's path names no record, and neither does JSON in a text. */
function textIn(value: Json, other: Members): string {
  const text = typeof value === 'boolean' ? undefined : textOf(value);
  const id = text === undefined || /^\.{1,2}$|[/\\?#%"[\]\p{C}]/u.test(text) ? undefined : other.idOf(text);
  if (!id) throw new NestingFault('an id of a related record is none');
  return id;
}

/** Whether a value says of no record anything. */
export function isNothing(value: Json): boolean {
  return isEmpty(value) || value === false || (isList(value) && value.length === 0);
}
