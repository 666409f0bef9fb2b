import { CountersignError } from '../../core/fault.ts';
import { GRANT } from '../../core/ledger/grant.ts';
import { TALLY } from '../../core/ledger/limits.ts';
import { CODE, type Row, type RowKind } from '../../core/ledger/row.ts';
import type { Step } from '../../core/ledger/step.ts';
import { type LedgerRow, rowOf, storedOf } from '../../core/ledger/stored-row.ts';
import { METER } from '../../core/ledger/unverified.ts';
import type { Tools } from './tools.ts';

/** The ledger, and the clock by which what was seen of it grows old. */
export type Ledger = Pick<Tools, 'store' | 'clock'>;

/** A row's possible names, newest secret first: that is what a new row is called, and a row that an older secret named keeps its name. */
export type Keys = readonly [string, ...string[]];

/** A row, the store's time, and when that was, by the clock of this process. */
export type Seen<R extends LedgerRow = Row> = {
  readonly row: R;
  readonly now: number;
  readonly seenAt: number;
};

/** What became of a step, and the row as it is now: as it was found, where the step was not taken. */
export type Taken<R extends LedgerRow, S> = Seen<R> & { readonly outcome: S };

/** The rows of one kind. */
export type Rows<R extends LedgerRow> = {
  /** The row under the one of its names that the store knows, or an empty one, with the store's time. */
  locate(ledger: Ledger, keys: Keys): Promise<Seen<R>>;
  /**
   * Takes one step on a row, again from its newest version as long as others are faster. A row that was seen a moment ago is not looked
   * up again: where it has changed since, the store refuses the step. Where nothing seems to be left to do, the newest version is looked up.
   */
  take<S extends Step<R>>(
    ledger: Ledger,
    keys: Keys,
    step: (row: R, now: number) => S,
    seen?: Seen<R>,
  ): Promise<Taken<R, S>>;
};

/** Each lost turn means that somebody else's step was stored, and a row allows few of them; more is a broken store. */
const MAX_TURNS = 500;
/** For how long the store's time is reckoned from when it was last asked: a clock that is set meanwhile is off by no more. */
const LONGEST_SEEN_MS = 1000;

/** Rows of rules and records. */
export const codeRows = rowsOf(CODE);
/** Rows of caps. */
export const tallyRows = rowsOf(TALLY);
/** Rows of meters. */
export const meterRows = rowsOf(METER);
/** Rows of grants. */
export const grantRows = rowsOf(GRANT);

/** The only place that writes rows. */
function rowsOf<R extends LedgerRow>(kind: RowKind<R>): Rows<R> {
  const rows: Rows<R> = {
    async locate({ store, clock }, keys) {
      // All gateways look in one order, in whatever order they have their secrets: two of them may each have made a row at the same time.
      const [first, ...others] = await Promise.all([...keys].sort().map((key) => store.find(key)));
      const seenAt = clock.now();
      const now = first?.now ?? seenAt;
      const row = [first, ...others].find((found) => found?.row)?.row;
      return { row: row ? rowOf(row, kind) : kind.empty(keys[0]), now, seenAt };
    },
    async take(ledger, keys, step, seen) {
      const taken = seen && (await fromSeen(ledger, step, seen));
      if (taken) return taken;
      for (let turn = 0; turn < MAX_TURNS; turn++) {
        const { row, ...when } = await rows.locate(ledger, keys);
        const outcome = step(row, when.now);
        const next = outcome.ok ? outcome.row : row;
        if (next === row || (await ledger.store.replace(storedOf(next), row.version)))
          return { outcome, row: next, ...when };
      }
      throw new CountersignError(
        'store-unavailable',
        `a ledger row could not be advanced in ${MAX_TURNS} turns`,
      );
    },
  };
  return rows;
}

async function fromSeen<R extends LedgerRow, S extends Step<R>>(
  { store, clock }: Ledger,
  step: (row: R, now: number) => S,
  { row, now, seenAt }: Seen<R>,
): Promise<Taken<R, S> | undefined> {
  const later = clock.now();
  const passedMs = later - seenAt;
  if (passedMs < 0 || passedMs > LONGEST_SEEN_MS) return undefined;
  const outcome = step(row, now + passedMs);
  if (!outcome.ok || outcome.row === row) return undefined;
  if (!(await store.replace(storedOf(outcome.row), row.version))) return undefined;
  return { outcome, row: outcome.row, now: now + passedMs, seenAt: later };
}
