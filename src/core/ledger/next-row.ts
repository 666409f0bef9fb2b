import { attemptsResetAt, frozenUntil, type Row } from './row.ts';

/** For how long a row outlives all that it counts, so that an answer can still tell what became of a code. */
const KEEP_MS = 24 * 3_600_000;

/** What of a code in clear is kept no longer than it lives. */
export const FORGOTTEN = { sealed: null, about: null, page: null } as const;

/** The row after a step: the next version, kept for as long as anything of it counts, and a day. */
export function nextRow(row: Row, change: Partial<Row>, now: number): Row {
  const changed = { ...row, ...change, version: row.version + 1 };
  const policy = changed.code?.policy;
  const windows = policy
    ? [attemptsResetAt(changed, policy), changed.sends.since + policy.resetResendsAfterMs]
    : [];
  const last = Math.max(now, changed.code?.expiresAt ?? 0, frozenUntil(changed), ...windows);
  return { ...changed, purgeAt: last + KEEP_MS };
}
