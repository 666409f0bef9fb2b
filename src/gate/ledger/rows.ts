import { CountersignError } from '../../core/fault.ts';
import { GRANT } from '../../core/ledger/grant.ts';
import { TALLY } from '../../core/ledger/limits.ts';
import { CODE, type Row, type RowKind } from '../../core/ledger/row.ts';
import { type LedgerRow, rowOf, storedOf } from '../../core/ledger/stored-row.ts';
import { METER } from '../../core/ledger/unverified.ts';
import type { Tools } from './tools.ts';

/** The ledger, and the clock by which what was seen of it grows old. */
export type Ledger = Pick<Tools, 'store' | 'clock'>;

/** A row's possible names, newest secret first: a row that an older secret named keeps its name. */
export type Keys = readonly [string, ...string[]];

/** A row, the store's time, and when that was, by the clock of this process. */
export type Seen<R extends LedgerRow = Row> = {
  readonly row: R;
  readonly now: number;
  readonly seenAt: number;
};

/** What a step makes of a row: the next row, where there is one, and a result. */
export type Step<R extends LedgerRow, T> = { readonly next?: R | undefined; readonly result: T };

/** What became of a step: the row as it was found, and as it is now, which is the same where the step was not taken. */
export type Moved<R extends LedgerRow = Row> = Seen<R> & { readonly moved: boolean; readonly before: R };

/** The rows of one kind. */
export type Rows<R extends LedgerRow> = {
  /** The row under the first of its names that the store knows, or an empty one, with the store's time. */
  locate(ledger: Ledger, keys: Keys): Promise<Seen<R>>;
  /**
   * Takes one step on a row, again from its newest version as long as others are faster. A row that was seen a moment ago is not looked
   * up again: where it has changed since, the store refuses the step. Only that nothing is to be done is never concluded from it.
   */
  advance<T>(
    ledger: Ledger,
    keys: Keys,
    step: (row: R, now: number) => Step<R, T>,
    seen?: Seen<R>,
  ): Promise<T>;
  /** Takes a step to the next row, where there is one. */
  move(
    ledger: Ledger,
    keys: Keys,
    step: (row: R, now: number) => R | undefined,
    seen?: Seen<R>,
  ): Promise<Moved<R>>;
  /** Takes a step that says why not where there is none. `row` is as it is now: the outcome's, or the one that was found. */
  attempt<T extends { readonly ok: true; readonly row: R } | { readonly ok: false }>(
    ledger: Ledger,
    keys: Keys,
    step: (row: R, now: number) => T,
    seen?: Seen<R>,
  ): Promise<Seen<R> & { readonly outcome: T }>;
};

/** Each lost turn means that somebody else's step was stored, and a row allows few of them; more is a broken store. */
const MAX_TURNS = 500;
/** For how long the store's time is reckoned from when it was last asked: a clock that is set meanwhile is off by no more. */
const LONGEST_SEEN_MS = 1000;

export const codeRows = rowsOf(CODE);
export const tallyRows = rowsOf(TALLY);
export const meterRows = rowsOf(METER);
export const grantRows = rowsOf(GRANT);

/** The only place that writes rows. */
function rowsOf<R extends LedgerRow>(kind: RowKind<R>): Rows<R> {
  const rows: Rows<R> = {
    async locate({ store, clock }, [newest, ...older]) {
      const { row, now } = await store.find(newest);
      const seenAt = clock.now();
      if (row) return { row: rowOf(row, kind), now, seenAt };
      for (const key of older) {
        const found = await store.find(key);
        if (found.row) return { row: rowOf(found.row, kind), now, seenAt };
      }
      return { row: kind.empty(newest), now, seenAt };
    },
    async advance(ledger, keys, step, seen) {
      const taken = seen && (await fromSeen(ledger, step, seen));
      if (taken) return taken.result;
      for (let turn = 0; turn < MAX_TURNS; turn++) {
        const { row, now } = await rows.locate(ledger, keys);
        const { next, result } = step(row, now);
        if (next === undefined || (await ledger.store.replace(storedOf(next), row.version))) return result;
      }
      throw new CountersignError(
        'store-unavailable',
        `a ledger row could not be advanced in ${MAX_TURNS} turns`,
      );
    },
    move(ledger, keys, step, seen) {
      const take = (before: R, now: number): Step<R, Moved<R>> => {
        const next = step(before, now);
        const seenAt = ledger.clock.now();
        return { next, result: { moved: next !== undefined, before, row: next ?? before, now, seenAt } };
      };
      return rows.advance(ledger, keys, take, seen);
    },
    attempt(ledger, keys, step, seen) {
      const take = (before: R, now: number) => {
        const outcome = step(before, now);
        const next = outcome.ok ? outcome.row : undefined;
        return { next, result: { outcome, row: next ?? before, now, seenAt: ledger.clock.now() } };
      };
      return rows.advance(ledger, keys, take, seen);
    },
  };
  return rows;
}

async function fromSeen<R extends LedgerRow, T>(
  { store, clock }: Ledger,
  step: (row: R, now: number) => Step<R, T>,
  { row, now, seenAt }: Seen<R>,
): Promise<Step<R, T> | undefined> {
  const passedMs = clock.now() - seenAt;
  if (passedMs < 0 || passedMs > LONGEST_SEEN_MS) return undefined;
  const taken = step(row, now + passedMs);
  if (taken.next === undefined) return undefined;
  return (await store.replace(storedOf(taken.next), row.version)) ? taken : undefined;
}
