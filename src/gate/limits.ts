import { type Cap, release, reserve } from '../core/limits.ts';
import { advance } from './advance.ts';
import type { Tools } from './tools.ts';

/** One cap and whom it is counted for. */
export type Tally = {
  readonly kind: 'address' | 'caller' | 'wrong' | 'total';
  readonly of: string;
  readonly cap: Cap;
};

/** Places that were taken, or when the first full window ends. */
export type Reservation =
  | { readonly ok: true; readonly places: readonly Place[] }
  | { readonly ok: false; readonly retryAt: number; readonly now: number };

/** A place that was taken in a window. */
export type Place = { readonly keys: readonly [string, ...string[]]; readonly since: number };

/** The tallies that a code to an address is counted in, or with `address` undefined, those that it is counted in anyway. */
export function tallies(kind: Tally['kind'], of: string, { limits }: Tools): readonly Tally[] {
  return limits[kind].map((cap) => ({ kind, of, cap }));
}

/** Takes a place in every window, or in none. */
export async function reserveAll(wanted: readonly Tally[], tools: Tools): Promise<Reservation> {
  const places: Place[] = [];
  for (const { kind, of, cap } of wanted) {
    const keys = tools.keyring.digests('limit', `${kind}\n${cap.windowMs}\n${of}`);
    const taken = await advance(tools.store, keys, (row, now) => {
      const outcome = reserve(row, now, cap);
      return { next: outcome.ok ? outcome.row : undefined, result: { outcome, now } };
    });
    if (!taken.outcome.ok) {
      await releaseAll(places, tools);
      return { ok: false, retryAt: taken.outcome.retryAt, now: taken.now };
    }
    places.push({ keys, since: taken.outcome.row.sends.since });
  }
  return { ok: true, places };
}

/** Gives places back: what they were taken for did not happen. */
export async function releaseAll(places: readonly Place[], { store }: Pick<Tools, 'store'>): Promise<void> {
  for (const { keys, since } of places) {
    await advance(store, keys, (row) => ({ next: release(row, since), result: undefined }));
  }
}
