import { CountersignError } from '../../core/fault.ts';
import { type Cap, release, reserve } from '../../core/ledger/limits.ts';
import { uncount } from '../../core/ledger/unverified.ts';
import { attempt, move } from './advance.ts';
import type { Tools } from './tools.ts';
import { undoAndThrow } from './undo.ts';
import { type Metered, takeMeter } from './unverified.ts';

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
export type Place = {
  readonly keys: readonly [string, ...string[]];
  /** When the window began, or, of a meter, which of its buckets it is. */
  readonly since: number;
  readonly isMeter?: boolean;
};

/** The tallies of one kind, one a cap. `of` is whom they count for: an address, a caller, or nobody in `total`. */
export function talliesOf(
  kind: 'address' | 'caller' | 'wrong' | 'total',
  of: string,
  { limits }: Tools,
): readonly Tally[] {
  return limits[kind].map((cap) => ({ kind, of, cap }));
}

/** Takes a place in every window and every meter, or in none. */
export async function reserveAll(wanted: readonly (Tally | Metered)[], tools: Tools): Promise<Reservation> {
  const places: Place[] = [];
  for (const one of wanted) {
    const outcome = 'cap' in one ? await takePlace(one, tools) : await takeMeter(one, tools);
    if (!outcome.ok) {
      await releasePlaces(places, tools);
      return outcome;
    }
    places.push({ keys: outcome.keys, since: outcome.since, isMeter: !('cap' in one) });
  }
  return { ok: true, places };
}

async function takePlace({ kind, of, cap }: Tally, tools: Tools) {
  const keys = tools.keyring.digests('limit', `${kind}\n${cap.windowMs}\n${of}`);
  const { outcome, row } = await attempt(tools.store, keys, (row, now) => reserve(row, now, cap));
  return outcome.ok ? { ok: true as const, keys, since: row.sends.since } : outcome;
}

/** Gives places back: what they were taken for did not happen. */
export async function releasePlaces(
  places: readonly Place[],
  { store }: Pick<Tools, 'store'>,
): Promise<void> {
  for (const { keys, since, isMeter } of places) {
    const step = isMeter ? uncount : release;
    await move(store, keys, (row) => step(row, since));
  }
}

/** For a task that makes a code: where there was no time to make one, there was none to send. After any other fault, somebody may have got one. */
export function releaseIfBusy(
  places: readonly Place[],
  tools: Pick<Tools, 'store' | 'log'>,
): (fault: unknown) => Promise<never> {
  return async (fault) => {
    if (!(fault instanceof CountersignError && fault.code === 'hashing-busy')) throw fault;
    return undoAndThrow(fault, () => releasePlaces(places, tools), tools);
  };
}
