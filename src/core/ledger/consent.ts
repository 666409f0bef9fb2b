import { FORGOTTEN, nextRow } from './next-row.ts';
import { type Row, stateAt } from './row.ts';

/*
 * The steps of a ledger row by which people decide about a code that is out. As those of `ledger.ts`, each is `(row, now, …)` to the
 * next row, or to why not.
 */

/** What a withdrawal finds: something to take back, nothing, or a save that spends it already. */
export type Withdrawn =
  | { readonly ok: true; readonly row: Row }
  | { readonly ok: false; readonly reason: 'nothing' | 'in-progress' };

/** Takes back what is out, for good. Attempts, sends and the cool-down stay as they are counted. */
export function withdraw(row: Row, now: number): Withdrawn {
  const { code } = row;
  const state = code && now < code.expiresAt ? stateAt(code, now) : undefined;
  if (code && state?.kind === 'claimed') return { ok: false, reason: 'in-progress' };
  if (!code || (state?.kind !== 'living' && state?.kind !== 'held')) return { ok: false, reason: 'nothing' };
  return {
    ok: true,
    row: nextRow(row, { code: { ...code, state: { kind: 'withdrawn' }, ...FORGOTTEN } }, now),
  };
}
