import { saidOf } from '../likeness/said.ts';
import {
  at,
  isList,
  isObject,
  isScalar,
  type Json,
  type JsonObject,
  pointerSteps,
  stepOfName,
} from '../wire/json.ts';
import { isSameJson } from '../wire/same-json.ts';
import type { Address } from './rule.ts';

/** What of the rule's own record holds the address or leads to it, as it is stored. */
export function storedIn(address: Address, before: JsonObject): Json | undefined {
  if (address.kind === 'own') return storedAddress(address, before);
  return address.viaAt === undefined ? before.get(address.via) : at(before, address.viaAt);
}

/** The address in the stored record that holds it. */
export function storedAddress({ field, fieldAt }: Address, stored: JsonObject): Json | undefined {
  return fieldAt === undefined ? stored.get(field) : at(stored, fieldAt);
}

/**
 * What a value that a save gives the member means for the address below it: what stands there, or the value itself where it is a plain
 * one. An object that does not have it may empty it; of one in which it may stand a second time, nobody knows what it means. Nor does anybody of
 * a list whose items may say themselves which they are, wherever they stand: `[{"id": 2, …}, {"id": 1, …}]`.
 */
export function addressIn(address: Address, value: Json, before: JsonObject): Json {
  if (address.kind !== 'own' || address.fieldAt === undefined) return value;
  let here: Json | undefined = value;
  let stored = before.get(address.field);
  for (const step of pointerSteps(address.fieldAt).slice(1)) {
    const known: JsonObject = isObject(stored) ? stored : new Map();
    const below = stored === undefined ? undefined : at(stored, `/${stepOfName(step)}`);
    if (isList(here) || (isObject(here) && isList(stored))) {
      const isByPlace = isList(here) && here.every(isScalar);
      if (!isByPlace && !isSameJson(here, stored ?? null)) return UNKNOWN;
      here = at(here, `/${step}`);
    } else if (isObject(here)) {
      const { values, elsewhere } = saidOf({ fields: here }, step, known);
      if (elsewhere.size > 0 || values.length > 1) return UNKNOWN;
      [here] = values;
    }
    stored = below;
  }
  return here ?? null;
}

/** Is no address, and none that is stored. */
const UNKNOWN: Json = new Map([['', null]]);

/** The member of the record in which a field stands, and the pointer to it, where it is given by one. */
export function placeOf(field: string): { readonly member: string; readonly pointer: string | undefined } {
  if (!field.startsWith('/')) return { member: field, pointer: undefined };
  const [member = ''] = pointerSteps(field);
  return { member, pointer: field };
}
