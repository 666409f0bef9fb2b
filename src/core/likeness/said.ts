import { isPlainValue } from '../wire/body.ts';
import { isScalar, type Json, type JsonObject } from '../wire/json.ts';
import { isSameJson } from '../wire/same-json.ts';
import { foldField } from './fold.ts';
import { BESIDES, indexOf, type NameIndex, type Saying } from './name-index.ts';
import { isReference, namesOfReference } from './reference.ts';

/** What a save says of one field. */
export type Said = {
  /** The values that it gives the field, under its name in any spelling, the exact one first. */
  readonly values: readonly Json[];
  /** Members in which the name stands in any other way, with what they hold. Where there is one, nobody knows the field's new value. */
  readonly elsewhere: JsonObject;
};

/** What is stored: null for a record that does not exist yet, undefined where it was not read; then what may be said counts as said. */
export type Stored = JsonObject | null | undefined;

/** All that a save says of a field. What stands elsewhere and is stored just so says nothing. */
export function saidOf(saying: Saying, field: string, before: Stored): Said {
  return isReference(field) ? saidOfReference(saying, field, before) : saidUnder(saying, field, before);
}

/** All that a save says of a field that refers to another record, under whichever of its names. */
export function saidOfReference(saying: Saying, field: string, before: Stored): Said {
  const index = indexOf(saying);
  if (!namesOfReference(field).some((name) => stands(name, index))) return NOTHING;
  const { values, elsewhere } = saidUnder(saying, field, before);
  const { fields, relations } = index;
  const own = foldField(field);
  const others = namesOfReference(field).filter((name) => name !== own);
  const elsewhereToo = others.flatMap((name) => [...saidUnder(saying, name, before).elsewhere]);
  const related = [own, ...others].flatMap((name) => changedIn(relations.get(name), saying, before));
  return {
    values: [
      ...values,
      ...others
        .flatMap((name) => changedIn(fields.get(name), saying, before))
        .flatMap(([, value]) => (isScalar(value) ? [value] : [])),
    ],
    elsewhere: new Map([
      ...elsewhere,
      ...elsewhereToo,
      ...related.filter(([member, value]) => foldField(member) !== own && !isOwnText(member, value, before)),
    ]),
  };
}

/** The members whose own value is the field's, or that of the record to which it refers. */
export function membersSaying(saying: Saying, field: string): readonly string[] {
  const { fields } = indexOf(saying);
  const own = foldField(field);
  return namesOfReference(field).flatMap((name) => {
    const members = fields.get(name) ?? NONE;
    return name === own ? members : members.filter((member) => isScalar(saying.fields.get(member) ?? null));
  });
}

/** The names, folded, under one of which a save says something of a field, if it does. */
export function namesOf(field: string): readonly string[] {
  return isReference(field) ? namesOfReference(field) : [foldField(field)];
}

/** Whether a save says anything of a field. */
export function says({ values, elsewhere }: Said): boolean {
  return values.length > 0 || elsewhere.size > 0;
}

/** What is stored, without the fields of which a save says anything. */
export function unsaidOf(saying: Saying, stored: JsonObject): JsonObject {
  return new Map([...stored].filter(([name]) => !says(saidOf(saying, name, undefined))));
}

function saidUnder(saying: Saying, field: string, before: Stored): Said {
  const index = indexOf(saying);
  const name = foldField(field);
  if (!stands(name, index)) return NOTHING;
  const spelled = index.fields.get(name) ?? NONE;
  const marked = isMarked(saying, field, spelled) ? [field] : NONE;
  const members = [...spelled, ...marked];
  const texts = index.texts.get(name)?.filter((member) => !members.includes(member)) ?? NONE;
  const pairs = texts.length > 0 && mayBePair(saying.fields, before) ? texts : NONE;
  const at = (member: string) => saying.fields.get(member) ?? null;
  const isForeign = ([member, value]: readonly [string, Json]) => !isOwnText(member, value, before);
  return {
    values: members.toSorted((a, b) => Number(b === field) - Number(a === field)).map(at),
    elsewhere: new Map([
      ...changedIn(
        index.elsewhere.get(name)?.filter((member) => !marked.includes(member)),
        saying,
        before,
      ),
      ...pairs.map((member) => [member, at(member)] as const),
      ...changedIn(index.documents.get(name), saying, before).filter(isForeign),
    ]),
  };
}

/**
 * Whether a member of exactly the field's name is the field although the name has a mark in it: `_customerid_value`. Where it holds more than a
 * plain value, the name may stand in it once more.
 */
function isMarked({ fields }: Saying, field: string, spelled: readonly string[]): boolean {
  const value = fields.get(field);
  return value !== undefined && isPlainValue(value) && !spelled.includes(field);
}

/** Whether the name stands in the save at all: in nearly all saves, nearly none does. */
function stands(name: string, { fields, elsewhere, texts, documents, relations }: NameIndex): boolean {
  return (
    fields.has(name) || elsewhere.has(name) || texts.has(name) || documents.has(name) || relations.has(name)
  );
}

const NOTHING: Said = { values: [], elsewhere: new Map() };

/** Whether it is a text where the record has one already: then it is the value of that member, whatever it quotes. */
function isOwnText(member: string, value: Json, before: Stored): boolean {
  return isPlainValue(value) && typeof before?.get(member) === 'string';
}

/** The members that are not stored just so. */
function changedIn(
  members: readonly string[] | undefined,
  { fields }: Saying,
  before: Stored,
): readonly (readonly [string, Json])[] {
  const found: (readonly [string, Json])[] = [];
  for (const member of members ?? NONE) {
    const value = fields.get(member) ?? null;
    const stored = before?.get(member);
    if (stored === undefined || !isSameJson(stored, value)) found.push([member, value]);
  }
  return found;
}

/**
 * Whether a text among the record's own values may name a field, as in `{"field": "status", "value": …}`: where the record has each
 * of the members, they are values of its own. Nobody creates a record by the name of one field.
 */
function mayBePair(fields: JsonObject, before: Stored): boolean {
  if (before === null) return false;
  return (
    before === undefined || [...fields.keys()].some((member) => member !== BESIDES && !before.has(member))
  );
}

const NONE: readonly string[] = [];
