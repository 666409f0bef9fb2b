import type { Caller, Save } from '../saving/save.ts';
import { isList, isNumber, isObject, type Json, type JsonObject } from '../wire/json.ts';

/** All that criteria may speak about. */
export type Facts = {
  readonly save: Save;
  /** What is stored; null for a record that does not exist yet. */
  readonly before: JsonObject | null;
  readonly caller: Caller;
  readonly request: { readonly method: string; readonly path: string };
  /** Milliseconds since 1970. */
  readonly now: number;
};

/** The record as it would be stored: what is there, overlaid with the save. */
export function recordOf(facts: Pick<Facts, 'save' | 'before'>): JsonObject {
  return new Map([...(facts.before ?? []), ...facts.save.fields]);
}

/** The value at a path such as `address`, `city` below the root, or undefined. */
export function factAt(root: Json, path: readonly string[]): Json | undefined {
  let here: Json | undefined = root;
  for (const step of path) here = isObject(here) ? here.get(step) : undefined;
  return here;
}

/** A value for json-logic-js: objects without a prototype, numbers as floats, strings through `text`. */
export function plainOf(value: Json, text: (value: string) => string): unknown {
  if (typeof value === 'string') return text(value);
  if (isNumber(value)) return Number(value.lexeme);
  if (isList(value)) return value.map((item) => plainOf(item, text));
  if (!isObject(value)) return value;
  const plain = Object.create(null) as Record<string, unknown>;
  for (const [name, member] of value) plain[name] = plainOf(member, text);
  return plain;
}
