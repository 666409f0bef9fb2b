/**
 * A JSON document as it was written: members in their order, numbers as their lexemes (`1.10` stays `1.10`),
 * names in a Map, so that a field called `constructor` is a field like any other.
 */
export type Json = null | boolean | string | JsonNumber | readonly Json[] | JsonObject;

/** A number's text, as in the document; never a float, so that nothing is rounded. */
export type JsonNumber = { readonly lexeme: string };

/** The members of an object, in their order. */
export type JsonObject = ReadonlyMap<string, Json>;

/** A value that a database column can hold: neither a list nor an object. */
export type Scalar = null | boolean | string | JsonNumber;

/** Whether it is an object. */
export function isObject(value: Json | undefined): value is JsonObject {
  return value instanceof Map;
}

/** Whether it is a list. */
export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** Whether it is a number, by its lexeme. */
export function isNumber(value: Json | undefined): value is JsonNumber {
  return typeof value === 'object' && value !== null && 'lexeme' in value;
}

/** Whether it is neither a list nor an object. */
export function isScalar(value: Json): value is Scalar {
  return !isObject(value) && !isList(value);
}

/** Whether a CRM would take the value for "nothing there". */
export function isEmpty(value: Json | undefined): boolean {
  return value === undefined || value === null || value === '';
}

/** The text of a scalar as a person would write it; lists and objects have none. */
export function textOf(value: Json | undefined): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  return isNumber(value) ? value.lexeme : undefined;
}

/** The Json of a plain JavaScript value, for what we make ourselves: literals of criteria, and what json-logic-js hands back. */
export function jsonOf(value: unknown): Json {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number')
    return scalarOf(value);
  if (Array.isArray(value)) return value.map(jsonOf);
  return jsonObjectOf(value as object);
}

/** A scalar as a configuration has it. */
export type Literal = string | number | boolean | null;

/** The same of a scalar. */
export function scalarOf(value: Literal): Scalar {
  return typeof value === 'number' ? { lexeme: JSON.stringify(value) } : value;
}

/** The same of an object with members. */
export function jsonObjectOf(value: object): JsonObject {
  return new Map(Object.entries(value).map(([name, member]) => [name, jsonOf(member)]));
}

/** The names, or places of a list, by which a JSON pointer leads on (RFC 6901 §4); none where it is the document itself. */
export function pointerSteps(pointer: string): readonly string[] {
  return pointer.split('/').slice(1).map(nameOfStep);
}

/** The name that one step of a JSON pointer is. */
export function nameOfStep(step: string): string {
  return step.replaceAll('~1', '/').replaceAll('~0', '~');
}

/** A name as one step of a JSON pointer. */
export function stepOfName(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** What a JSON pointer (RFC 6901) leads to; the empty pointer is the document itself. */
export function at(document: Json, pointer: string): Json | undefined {
  let here: Json | undefined = document;
  for (const name of pointerSteps(pointer)) {
    if (isObject(here)) here = here.get(name);
    else if (isList(here)) here = /^(?:0|[1-9]\d*)$/.test(name) ? here[Number(name)] : undefined;
    else return undefined;
  }
  return here;
}
