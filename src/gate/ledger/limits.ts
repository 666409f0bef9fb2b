import { CountersignError } from '../../core/fault.ts';
import { type Cap, release, reserve } from '../../core/ledger/limits.ts';
import { uncount } from '../../core/ledger/unverified.ts';
import { attempt, type Keys, type Ledger, locate, move, type Seen } from './advance.ts';
import type { Tools } from './tools.ts';
import { undoAndThrow } from './undo.ts';
import { type Metered, meterKeysOf, meterRefusal, takeMeter } from './unverified.ts';

/** One cap and whom it is counted for. */
export type Tally = {
  readonly kind: 'address' | 'caller' | 'wrong' | 'total' | 'record' | 'override';
  readonly of: string;
  readonly cap: Cap;
};

/** Places that were taken, or when the first full window ends. */
export type Reservation = { readonly ok: true; readonly places: readonly Place[] } | Full;

/** `wanted` is the tally, or the meter, that has no room. */
export type Full = { readonly ok: false; readonly retryAt: number; readonly wanted: Wanted };

export type Wanted = Tally | Metered;

/** A place that was taken in a window. */
export type Place = {
  readonly keys: Keys;
  /** When the window began, or, of a meter, which of its buckets it is. */
  readonly since: number;
  readonly isMeter?: boolean;
  /** The row with it in it. */
  readonly seen?: Seen;
};

/** The tallies of one kind, one a cap. `of` is whom they count for: an address, a caller, or nobody in `total`. */
export function talliesOf(
  kind: 'address' | 'caller' | 'wrong' | 'total',
  of: string,
  { limits }: Tools,
): readonly Tally[] {
  return limits[kind].map((cap) => ({ kind, of, cap }));
}

/**
 * Takes a place in every window and every meter, or in none. They are looked at first, all at once: what is full anyway takes nobody
 * else's place, not for a moment. Then all are taken at once. Where somebody else was faster, they are taken in turn, so that of those
 * who come together as many get through as there is room for.
 */
export async function reserveAll(all: readonly Wanted[], tools: Tools): Promise<Reservation> {
  const looks = await Promise.all(
    all.map(async (wanted) => ({ wanted, seen: await locate(tools, keysOf(wanted, tools)) })),
  );
  const full = looks.find(({ wanted, seen }) => isFull(wanted, seen));
  if (full) {
    // It raises its alarm, or has room by now.
    const taken = await take(full.wanted, tools, full.seen);
    if (!taken.ok) return { ok: false, retryAt: taken.retryAt, wanted: full.wanted };
    await releasePlaces([taken.place], tools);
    return takeInTurn(all, tools);
  }
  const taken = await Promise.all(looks.map(({ wanted, seen }) => take(wanted, tools, seen)));
  const places = taken.filter((one) => one.ok).map(({ place }) => place);
  if (places.length === all.length) return { ok: true, places };
  await releasePlaces(places, tools);
  return takeInTurn(all, tools);
}

async function takeInTurn(all: readonly Wanted[], tools: Tools): Promise<Reservation> {
  const places: Place[] = [];
  for (const wanted of all) {
    const taken = await take(wanted, tools);
    if (!taken.ok) {
      await releasePlaces(places, tools);
      return { ok: false, retryAt: taken.retryAt, wanted };
    }
    places.push(taken.place);
  }
  return { ok: true, places };
}

type Taken = { readonly ok: true; readonly place: Place } | { readonly ok: false; readonly retryAt: number };

async function take(wanted: Wanted, tools: Tools, seen?: Seen): Promise<Taken> {
  const keys = keysOf(wanted, tools);
  if (!('cap' in wanted)) {
    const counted = await takeMeter(wanted, tools, seen);
    return counted.ok ? { ok: true, place: { keys, since: counted.since, isMeter: true } } : counted;
  }
  const step = (row: Seen['row'], now: number) => reserve(row, now, wanted.cap);
  const { outcome, ...taken } = await attempt(tools, keys, step, seen);
  return outcome.ok ? { ok: true, place: { keys, since: taken.row.sends.since, seen: taken } } : outcome;
}

function isFull(wanted: Wanted, { row, now }: Seen): boolean {
  return 'cap' in wanted ? !reserve(row, now, wanted.cap).ok : meterRefusal(wanted, row, now) !== undefined;
}

function keysOf(wanted: Wanted, tools: Tools): Keys {
  if (!('cap' in wanted)) return meterKeysOf(wanted, tools);
  const { kind, of, cap } = wanted;
  return tools.keyring.digests('limit', `${kind}\n${cap.windowMs}\n${of}`);
}

/** Gives places back: what they were taken for did not happen. */
export async function releasePlaces(places: readonly Place[], ledger: Ledger): Promise<void> {
  await Promise.all(
    places.map(({ keys, since, isMeter, seen }) => {
      const step = isMeter ? uncount : release;
      return move(ledger, keys, (row) => step(row, since), seen);
    }),
  );
}

/** For a task that makes a code: where there was no time to make one, there was none to send. After any other fault, somebody may have got one. */
export function releaseIfBusy(
  places: readonly Place[],
  tools: Ledger & Pick<Tools, 'log'>,
): (fault: unknown) => Promise<never> {
  return async (fault) => {
    if (!(fault instanceof CountersignError && fault.code === 'hashing-busy')) throw fault;
    return undoAndThrow(fault, () => releasePlaces(places, tools), tools);
  };
}
