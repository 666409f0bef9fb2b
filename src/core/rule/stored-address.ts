import { at, isScalar, type Json, type JsonObject } from '../wire/json.ts';
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
 * one. An object that does not have it may empty it.
 */
export function addressIn(address: Address, value: Json): Json {
  if (address.kind !== 'own' || address.fieldAt === undefined || isScalar(value)) return value;
  const below = address.fieldAt.slice(1).split('/').slice(1);
  const found = below.length === 0 ? value : at(value, `/${below.join('/')}`);
  return found ?? null;
}

/** The member of the record in which a field stands, and the pointer to it, where it is given by one. */
export function placeOf(field: string): { readonly member: string; readonly pointer: string | undefined } {
  if (!field.startsWith('/')) return { member: field, pointer: undefined };
  const [step = ''] = field.slice(1).split('/');
  return { member: step.replaceAll('~1', '/').replaceAll('~0', '~'), pointer: field };
}
