import { CountersignError } from '../../core/fault.ts';
import { type Cap, type Limits, release, reserve, type TallyRow } from '../../core/ledger/limits.ts';
import { barredUntil, type MeterRow, uncount } from '../../core/ledger/unverified.ts';
import { placeOf } from '../../core/saving/caller.ts';
import type { Asker } from '../../core/saving/save.ts';
import { type Keys, type Ledger, meterRows, type Seen, tallyRows } from './rows.ts';
import type { Tools } from './tools.ts';
import { undoAndThrow } from './undo.ts';
import { type Metered, meterKeysOf, takeMeter } from './unverified.ts';

/** What the configuration caps over all rules. */
type Capped = Exclude<keyof Limits, 'unverified'>;

/** One cap and whom it is counted for. */
export type Tally = {
  readonly kind: Capped | 'record' | 'override' | 'failed';
  readonly of: string;
  readonly cap: Cap;
};

/** Places that were taken, or when the first full window ends. */
export type Reservation = { readonly ok: true; readonly places: readonly Place[] } | Full;

/** `wanted` is the tally, or the meter, that has no room. */
export type Full = { readonly ok: false; readonly retryAt: number; readonly wanted: Wanted };

/** What a place is wanted in: a cap, or a meter of codes that nobody uses. */
export type Wanted = Tally | Metered;

/** A place that was taken in a window. */
export type Place =
  | {
      readonly isMeter?: undefined;
      readonly keys: Keys;
      /** When the window began. */
      readonly since: number;
      /** The row with it in it. */
      readonly seen: Seen<TallyRow>;
    }
  /** `since` is which of its buckets it is. */
  | {
      readonly isMeter: true;
      readonly scope: Metered['scope'];
      readonly keys: readonly [string];
      readonly since: number;
    };

/** The tallies of one kind, one a cap. `of` is whom they count for: an address, a caller, or nobody in `total`. */
export function talliesOf(kind: Capped, of: string, { limits }: Tools): readonly Tally[] {
  return limits[kind].map((cap) => ({ kind, of, cap }));
}

/**
 * The tallies of whoever asks: under their name, and, where that could be made up anew for each request, under the place where they come
 * from as well. `wrong`: of wrong codes, and not of codes that they ask for.
 */
export function talliesOfAsker(
  kind: 'caller' | 'wrong',
  { principal, caller }: Pick<Asker, 'principal' | 'caller'>,
  tools: Tools,
): readonly Tally[] {
  const name = principal();
  const own = talliesOf(kind, name, tools);
  const place = placeOf(caller.ip);
  if (caller.user !== '' || name === place) return own;
  return [...own, ...talliesOf(kind === 'caller' ? 'ip' : 'ipWrong', place, tools)];
}

/** While a provider is down, people try again: they lose nothing by it. */
const FAILURES_A_CODE = 10;

/**
 * The same windows once more, ten times as wide, for sends of theirs that no channel took: these are given back, and yet each may have cost a
 * provider a call.
 */
export function failuresOf(asker: Pick<Asker, 'principal' | 'caller'>, tools: Tools): readonly Tally[] {
  return talliesOfAsker('caller', asker, tools).map(({ kind, of, cap }) => ({
    kind: 'failed',
    of: `${kind}\n${of}`,
    cap: { ...cap, most: cap.most * FAILURES_A_CODE },
  }));
}

/**
 * Takes a place in every window and every meter, or in none. They are looked at first, all at once: what is full anyway takes nobody
 * else's place, not for a moment. Then all are taken at once. Where somebody else was faster, they are taken in turn, so that of those
 * who come together as many get through as there is room for.
 */
export async function reserveAll(all: readonly Wanted[], tools: Tools): Promise<Reservation> {
  const looks = await Promise.all(all.map((wanted) => lookAt(wanted, tools)));
  const full = looks.find(({ isFull }) => isFull);
  if (full) {
    // It raises its alarm, or has room by now.
    const taken = await full.take();
    if (!taken.ok) return { ok: false, retryAt: taken.retryAt, wanted: full.wanted };
    await releasePlaces([taken.place], tools);
    return takeInTurn(all, tools);
  }
  const taken = await Promise.all(looks.map(({ take }) => take()));
  const places = taken.filter((one) => one.ok).map(({ place }) => place);
  if (places.length === all.length) return { ok: true, places };
  await releasePlaces(places, tools);
  return takeInTurn(all, tools);
}

/** Until when one of the windows is full; undefined where each has room. Nothing is taken. */
export async function fullUntil(tallies: readonly Tally[], tools: Tools): Promise<number | undefined> {
  const ends = await Promise.all(
    tallies.map(async (tally) => {
      const { row, now } = await tallyRows.locate(tools, keysOf(tally, tools));
      const step = reserve(row, now, tally.cap);
      return step.ok ? [] : [step.retryAt];
    }),
  );
  return ends.flat()[0];
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

type PlaceTaken =
  | { readonly ok: true; readonly place: Place }
  | { readonly ok: false; readonly retryAt: number };

/** Something wanted that was looked at, to be taken as it was seen. */
type Look = { readonly wanted: Wanted; readonly isFull: boolean; take(): Promise<PlaceTaken> };

async function lookAt(wanted: Wanted, tools: Tools): Promise<Look> {
  const keys = keysOf(wanted, tools);
  if ('cap' in wanted) {
    const seen = await tallyRows.locate(tools, keys);
    const isFull = !reserve(seen.row, seen.now, wanted.cap).ok;
    return { wanted, isFull, take: () => takeTally(wanted, tools, seen) };
  }
  const seen = await meterRows.locate(tools, keys);
  const isFull = barredUntil(seen.row, seen.now, wanted) !== undefined;
  return { wanted, isFull, take: () => takeBucket(wanted, tools, seen) };
}

function take(wanted: Wanted, tools: Tools): Promise<PlaceTaken> {
  return 'cap' in wanted ? takeTally(wanted, tools) : takeBucket(wanted, tools);
}

async function takeTally(wanted: Tally, tools: Tools, known?: Seen<TallyRow>): Promise<PlaceTaken> {
  const keys = keysOf(wanted, tools);
  const step = (row: TallyRow, now: number) => reserve(row, now, wanted.cap);
  const { outcome, ...seen } = await tallyRows.take(tools, keys, step, known);
  return outcome.ok ? { ok: true, place: { keys, since: seen.row.sends.since, seen } } : outcome;
}

async function takeBucket(wanted: Metered, tools: Tools, known?: Seen<MeterRow>): Promise<PlaceTaken> {
  const counted = await takeMeter(wanted, tools, known);
  if (!counted.ok) return counted;
  const { key, since } = counted;
  return { ok: true, place: { isMeter: true, scope: wanted.scope, keys: [key], since } };
}

function keysOf(wanted: Wanted, tools: Tools): Keys {
  if (!('cap' in wanted)) return meterKeysOf(wanted, tools);
  const { kind, of, cap } = wanted;
  return tools.keyring.digests('limit', `${kind}\n${cap.windowMs}\n${of}`);
}

/** Gives places back: what they were taken for did not happen. */
export async function releasePlaces(places: readonly Place[], ledger: Ledger): Promise<void> {
  await Promise.all(
    places.map((place) => {
      const { keys } = place;
      return place.isMeter
        ? meterRows.take(ledger, keys, (row, now) => uncount(row, now, place))
        : tallyRows.take(ledger, keys, (row, now) => release(row, now, place), place.seen);
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
