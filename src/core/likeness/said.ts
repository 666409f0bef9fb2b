import type { Json, JsonObject } from '../wire/json.ts';
import { foldName } from './fold.ts';
import { nestedCandidatesOf } from './likeness.ts';
import { namesLike } from './resemblance.ts';

/** What a save says of one field. */
export type Said = {
  /** The values that it gives the field, under its name in any spelling, the exact one first. */
  readonly values: readonly Json[];
  /** Members in which the name stands in any other way, with what they hold. Where there is one, nobody knows the field's new value. */
  readonly elsewhere: JsonObject;
};

/** What is stored: null for a record that does not exist yet, undefined where it was not read; then what may be said counts as said. */
export type Stored = JsonObject | null | undefined;

/** The new values of a save, and those of them in which no name is one of its record's. */
type Written = { readonly fields: JsonObject; readonly closed?: ReadonlySet<string> | undefined };

/** The fields in which a name of the record's may stand at any depth. */
export function openFieldsOf({ fields, closed }: Written): JsonObject {
  return closed ? new Map([...fields].filter(([name]) => !closed.has(name))) : fields;
}

/** All that a save says of a field. A member that is stored just so says nothing. */
export function saidOf({ fields, closed }: Written, field: string, before: Stored): Said {
  const names = namesLike(fields, foldName(field)).filter((name) => name !== field);
  const plain = names.filter((name) => !isMarked(name));
  const marked = names.filter((name) => isMarked(name) && !closed?.has(name));
  const nested = nestedCandidatesOf(openFieldsOf({ fields, closed }), field, before ?? null);
  const exact = fields.get(field);
  return {
    values: [...(exact === undefined ? [] : [exact]), ...plain.map((name) => fields.get(name) ?? null)],
    elsewhere: new Map([
      ...nested.map((text, index) => [String(index), text] as const),
      ...marked.map((name) => [name, fields.get(name) ?? null] as const),
    ]),
  };
}

/** A name that leads to a part of something. */
function isMarked(name: string): boolean {
  return /[^\p{L}\p{N}\p{M}\s_-]/u.test(name);
}

export function says({ values, elsewhere }: Said): boolean {
  return values.length > 0 || elsewhere.size > 0;
}

/** The names, folded, under one of which a save says something of the field, if it does. */
export function namesOf(field: string): readonly string[] {
  return [foldName(field)];
}
