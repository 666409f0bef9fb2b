import { CountersignError } from '../core/fault.ts';
import { type Cap, release, reserve } from '../core/limits.ts';
import { advance } from './advance.ts';
import type { Tools } from './tools.ts';

/** One cap and whom it is counted for. */
export type Tally = {
  readonly kind: 'address' | 'caller' | 'wrong' | 'total' | 'record';
  readonly of: string;
  readonly cap: Cap;
};

/** Places that were taken, or when the first full window ends. */
export type Reservation =
  | { readonly ok: true; readonly places: readonly Place[] }
  | { readonly ok: false; readonly retryAt: number };

/** A place that was taken in a window. */
export type Place = { readonly keys: readonly [string, ...string[]]; readonly since: number };

/** The tallies of one kind, one a cap. `of` is whom they count for: an address, a caller, or nobody in `total`. */
export function talliesOf(kind: keyof Tools['limits'], of: string, { limits }: Tools): readonly Tally[] {
  return limits[kind].map((cap) => ({ kind, of, cap }));
}

/** Takes a place in every window, or in none. */
export async function reserveAll(wanted: readonly Tally[], tools: Tools): Promise<Reservation> {
  const places: Place[] = [];
  for (const { kind, of, cap } of wanted) {
    const keys = tools.keyring.digests('limit', `${kind}\n${cap.windowMs}\n${of}`);
    const outcome = await advance(tools.store, keys, (row, now) => {
      const reserved = reserve(row, now, cap);
      return { next: reserved.ok ? reserved.row : undefined, result: reserved };
    });
    if (!outcome.ok) {
      await releasePlaces(places, tools);
      return outcome;
    }
    places.push({ keys, since: outcome.row.sends.since });
  }
  return { ok: true, places };
}

/** Gives places back: what they were taken for did not happen. */
export async function releasePlaces(
  places: readonly Place[],
  { store }: Pick<Tools, 'store'>,
): Promise<void> {
  for (const { keys, since } of places) {
    await advance(store, keys, (row) => ({ next: release(row, since), result: undefined }));
  }
}

/** For a task that makes a code: where there was no time to make one, there was none to send. After any other fault, somebody may have got one. */
export function releaseIfBusy(
  places: readonly Place[],
  tools: Pick<Tools, 'store'>,
): (fault: unknown) => Promise<never> {
  return async (fault) => {
    if (fault instanceof CountersignError && fault.code === 'hashing-busy')
      await releasePlaces(places, tools);
    throw fault;
  };
}
