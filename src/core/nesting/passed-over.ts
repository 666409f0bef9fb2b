import { BESIDES, indexOf, namesIn } from '../likeness/name-index.ts';
import type { Json, JsonObject } from '../wire/json.ts';
import { keyOf, type Members } from './members.ts';
import { NestingFault } from './related.ts';

/*
 * What no statement is made of, some other server may read: it is either not there, or it says nothing that a rule guards.
 */

/** Throws a `NestingFault` where the object has other members than these. */
export function needOnly(value: JsonObject, names: readonly string[]): void {
  const other = [...value.keys()].find((name) => !names.includes(name));
  if (other !== undefined) throw new NestingFault(`leave out "${other}" beside "${names[0]}"`);
}

/** Throws a `NestingFault` where a value that is passed over says something of a field that any module's rules guard. */
export function needNothingGuarded(value: Json, what: string, other: Members): void {
  if (says(value, other.guarded) || says(value, other.guardedElsewhere))
    throw new NestingFault(`${what} names a field that needs a code; leave that field out`);
}

/** The same for an object of which nothing but the id is read. */
export function needNoMore(item: JsonObject, what: string, other: Members): void {
  const id = keyOf(other.idField);
  needNothingGuarded(new Map([...item].filter(([name]) => keyOf(name) !== id)), what, other);
}

/** Whether one of the names stands in a value, at any depth and in whatever way. */
export function says(value: Json, names: ReadonlySet<string>): boolean {
  if (names.size === 0) return false;
  const index = indexOf({ fields: new Map([[BESIDES, value]]) });
  for (const name of namesIn(index)) if (names.has(name)) return true;
  return false;
}
