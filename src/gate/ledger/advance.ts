import { CountersignError } from '../../core/fault.ts';
import { emptyRow, type Row } from '../../core/ledger/row.ts';
import type { LedgerStore } from '../../ports.ts';

/** What a step makes of a row: the next row, where there is one, and a result. */
export type Step<T> = { readonly next?: Row | undefined; readonly result: T };

/** Each lost turn means that somebody else's step was stored, and a row allows few of them; more is a broken store. */
const MAX_TURNS = 500;

/**
 * Takes one step on a row, again from its newest version as long as others are faster. The only place that writes rows.
 * `keys` are the row's possible names, newest secret first: a row that an older secret named keeps its name.
 */
export async function advance<T>(
  store: LedgerStore,
  keys: readonly [string, ...string[]],
  step: (row: Row, now: number) => Step<T>,
): Promise<T> {
  for (let turn = 0; turn < MAX_TURNS; turn++) {
    const { row, now } = await locate(store, keys);
    const { next, result } = step(row, now);
    if (next === undefined || (await store.replace(next, row.version))) return result;
  }
  throw new CountersignError('store-unavailable', `a ledger row could not be advanced in ${MAX_TURNS} turns`);
}

/** What became of a step: the row as it was found, and as it is now, which is the same where the step was not taken. */
export type Moved = {
  readonly moved: boolean;
  readonly before: Row;
  readonly row: Row;
  readonly now: number;
};

/** Takes a step to the next row, where there is one. */
export function move(
  store: LedgerStore,
  keys: readonly [string, ...string[]],
  step: (row: Row, now: number) => Row | undefined,
): Promise<Moved> {
  return advance(store, keys, (before, now) => {
    const next = step(before, now);
    return { next, result: { moved: next !== undefined, before, row: next ?? before, now } };
  });
}

/** Takes a step that says why not where there is none. `row` is as it is now: the outcome's, or the one that was found. */
export function attempt<T extends { readonly ok: true; readonly row: Row } | { readonly ok: false }>(
  store: LedgerStore,
  keys: readonly [string, ...string[]],
  step: (row: Row, now: number) => T,
): Promise<{ readonly outcome: T; readonly row: Row; readonly now: number }> {
  return advance(store, keys, (before, now) => {
    const outcome = step(before, now);
    const next = outcome.ok ? outcome.row : undefined;
    return { next, result: { outcome, row: next ?? before, now } };
  });
}

/** The row under the first of its names that the store knows, or an empty one, with the store's time. */
export async function locate(
  store: LedgerStore,
  keys: readonly [string, ...string[]],
): Promise<{ readonly row: Row; readonly now: number }> {
  const [newest, ...older] = keys;
  const { row, now } = await store.find(newest);
  if (row) return { row, now };
  for (const key of older) {
    const found = await store.find(key);
    if (found.row) return { row: found.row, now };
  }
  return { row: emptyRow(newest), now };
}
