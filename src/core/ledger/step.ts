import { attemptsResetAt, frozenUntil, type Row, type RowBase } from './row.ts';

/*
 * Whatever happens to a row of the ledger is a step: `(row, now, named)` to the row after it, or to why there is none. A store keeps rows and
 * refuses to replace a version that is not the newest, so whatever gateways do at once, it is one step after the other.
 */

/**
 * What a step comes to. Where it is taken, `row` is the row after it, which is the same one where there is nothing to store; `Taken` is
 * what else is to be known of it, and `NotTaken` why it was not taken.
 */
export type Step<R extends RowBase, Taken = unknown, NotTaken = unknown> =
  | ({ readonly ok: true; readonly row: R } & Taken)
  | ({ readonly ok: false } & NotTaken);

/** A step that is not taken, of which nobody wants to know why. */
export const NOT_TAKEN = { ok: false } as const;

/** The step to the next version of the row. */
export function stepTo<R extends RowBase>(
  row: R,
  change: Partial<R>,
): { readonly ok: true; readonly row: R } {
  return { ok: true, row: { ...row, ...change, version: row.version + 1 } };
}

/** For how long a row outlives all that it counts, so that an answer can still tell what became of a code. */
const KEEP_MS = 24 * 3_600_000;

/** What of a code in clear is kept no longer than it lives. */
export const FORGOTTEN = { sealed: null, about: null, page: null } as const;

/** The step to the next version of a code's row, which is kept for as long as anything of it counts, and a day. */
export function codeStepTo(row: Row, now: number, change: Partial<Row>) {
  const changed = { ...row, ...change };
  const policy = changed.code?.policy;
  const windows = policy
    ? [attemptsResetAt(changed, policy), changed.sends.since + policy.resetResendsAfterMs]
    : [];
  const last = Math.max(now, changed.code?.expiresAt ?? 0, frozenUntil(changed), ...windows);
  return stepTo(row, { ...change, purgeAt: last + KEEP_MS });
}
