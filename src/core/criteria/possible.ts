import type { Json } from '../wire/json.ts';

/** A value that a part of criteria may have. */
export type Operand = {
  readonly value: Json;
  /**
   * `literal`: the configuration's own. `settled`: what the CRM stored, or we know: read as it stands. `fresh`: what the save brings, as
   * any reader may read it. `unsure`: settled or fresh, as the stored record will tell.
   */
  readonly origin: 'literal' | 'settled' | 'fresh' | 'unsure';
  /** What is stored in the field now, where it is known: a value of another form than that is a doubtful one. */
  readonly stored?: Json | undefined;
};

/** All values that a part may have: `anything` where readers differ without a limit, `unknown` until the stored record is read. */
export type Possible = readonly Operand[] | 'anything' | 'unknown';

/** A value that is read as it stands. */
export function settled(value: Json): Operand {
  return { value, origin: 'settled' };
}

/** What one of both may be. */
export function oneOf(one: Possible, other: Possible): Possible {
  if (one === 'unknown' || other === 'unknown') return 'unknown';
  return one === 'anything' || other === 'anything' ? 'anything' : [...one, ...other];
}

/** The same operand as it would be in each case that is still open. */
export function casesOf(operand: Operand): readonly Operand[] {
  if (operand.origin !== 'unsure') return [operand];
  return [settled(operand.value), { ...operand, origin: 'fresh' }];
}

/** How many combinations of values are looked at; with more of them anything may come out. */
export const MOST_COMBINATIONS = 64;
