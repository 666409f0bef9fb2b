import { CountersignError } from '../../core/fault.ts';
import { emptyRow, type Row } from '../../core/ledger/row.ts';
import { rowOf, storedOf } from '../../core/ledger/stored-row.ts';
import type { Tools } from './tools.ts';

/** The ledger, and the clock by which what was seen of it grows old. */
export type Ledger = Pick<Tools, 'store' | 'clock'>;

/** A row's possible names, newest secret first: a row that an older secret named keeps its name. */
export type Keys = readonly [string, ...string[]];

/** A row, the store's time, and when that was, by the clock of this process. */
export type Seen = { readonly row: Row; readonly now: number; readonly seenAt: number };

/** What a step makes of a row: the next row, where there is one, and a result. */
export type Step<T> = { readonly next?: Row | undefined; readonly result: T };

/** Each lost turn means that somebody else's step was stored, and a row allows few of them; more is a broken store. */
const MAX_TURNS = 500;
/** For how long the store's time is reckoned from when it was last asked: a clock that is set meanwhile is off by no more. */
const LONGEST_SEEN_MS = 1000;

/**
 * Takes one step on a row, again from its newest version as long as others are faster. The only place that writes rows. A row that
 * was seen a moment ago is not looked up again: where it has changed since, the store refuses the step. Only that nothing is to be
 * done is never concluded from it.
 */
export async function advance<T>(
  ledger: Ledger,
  keys: Keys,
  step: (row: Row, now: number) => Step<T>,
  seen?: Seen,
): Promise<T> {
  const taken = seen && (await fromSeen(ledger, step, seen));
  if (taken) return taken.result;
  for (let turn = 0; turn < MAX_TURNS; turn++) {
    const { row, now } = await locate(ledger, keys);
    const { next, result } = step(row, now);
    if (next === undefined || (await ledger.store.replace(storedOf(next), row.version))) return result;
  }
  throw new CountersignError('store-unavailable', `a ledger row could not be advanced in ${MAX_TURNS} turns`);
}

async function fromSeen<T>(
  { store, clock }: Ledger,
  step: (row: Row, now: number) => Step<T>,
  { row, now, seenAt }: Seen,
): Promise<Step<T> | undefined> {
  const passedMs = clock.now() - seenAt;
  if (passedMs < 0 || passedMs > LONGEST_SEEN_MS) return undefined;
  const taken = step(row, now + passedMs);
  if (taken.next === undefined) return undefined;
  return (await store.replace(storedOf(taken.next), row.version)) ? taken : undefined;
}

/** What became of a step: the row as it was found, and as it is now, which is the same where the step was not taken. */
export type Moved = Seen & { readonly moved: boolean; readonly before: Row };

/** Takes a step to the next row, where there is one. */
export function move(
  ledger: Ledger,
  keys: Keys,
  step: (row: Row, now: number) => Row | undefined,
  seen?: Seen,
): Promise<Moved> {
  const take = (before: Row, now: number): Step<Moved> => {
    const next = step(before, now);
    const seenAt = ledger.clock.now();
    return { next, result: { moved: next !== undefined, before, row: next ?? before, now, seenAt } };
  };
  return advance(ledger, keys, take, seen);
}

/** Takes a step that says why not where there is none. `row` is as it is now: the outcome's, or the one that was found. */
export function attempt<T extends { readonly ok: true; readonly row: Row } | { readonly ok: false }>(
  ledger: Ledger,
  keys: Keys,
  step: (row: Row, now: number) => T,
  seen?: Seen,
): Promise<Seen & { readonly outcome: T }> {
  const take = (before: Row, now: number) => {
    const outcome = step(before, now);
    const next = outcome.ok ? outcome.row : undefined;
    return { next, result: { outcome, row: next ?? before, now, seenAt: ledger.clock.now() } };
  };
  return advance(ledger, keys, take, seen);
}

/** The row under the first of its names that the store knows, or an empty one, with the store's time. */
export async function locate({ store, clock }: Ledger, [newest, ...older]: Keys): Promise<Seen> {
  const { row, now } = await store.find(newest);
  const seenAt = clock.now();
  if (row) return { row: rowOf(row), now, seenAt };
  for (const key of older) {
    const found = await store.find(key);
    if (found.row) return { row: rowOf(found.row), now, seenAt };
  }
  return { row: emptyRow(newest), now, seenAt };
}
