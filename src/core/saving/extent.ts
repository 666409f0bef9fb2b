import { isList, isObject, type Json } from '../wire/json.ts';
import type { Save } from './save.ts';

/** Values that all records of a request hold together at most, about as many as a document may: what several share counts for each. */
export const MOST_VALUES = 11_000;

/** What is told of a request that says more. */
export const TOO_MUCH =
  'The records of this request hold more than 10000 values together, where what several share counts for each. Send it in parts.';

/** How many values stand in it, itself among them; counted no further than to one more than `most`. */
export function valuesIn(value: Json, most = MOST_VALUES): number {
  const below = isList(value) ? value : isObject(value) ? [...value.values()] : [];
  let found = 1;
  for (const one of below) {
    if (found > most) return found;
    found += valuesIn(one, most - found);
  }
  return found;
}

/** Whether so many records that share this say too much: each is judged by all that it says. */
export function isTooMuch(records: number, shared: Json): boolean {
  return records > 1 && records * valuesIn(shared) > MOST_VALUES;
}

/** Whether the saves say too much together. */
export function sayTooMuch(saves: readonly Save[]): boolean {
  let left = MOST_VALUES;
  return saves.some(({ fields }) => {
    left -= valuesIn(fields, left);
    return left < 0;
  });
}
