import type { RowBase, RowKind } from './row.ts';
import { NOT_TAKEN, type Step, stepTo } from './step.ts';
import type { UnverifiedPolicy } from './unverified.ts';
import { NO_SENDS, type SendWindow, usedOf, withOneMore } from './window.ts';

/** How often something may happen over all rules: `most` times in a window. */
export type Cap = { readonly windowMs: number; readonly most: number };

/** The caps of a configuration. */
export type Limits = {
  /** Codes to one address. */
  readonly address: readonly Cap[];
  /** Codes that one caller asks for. */
  readonly caller: readonly Cap[];
  /** Wrong codes of one caller, over all records: three guesses on each of many records are no way in. */
  readonly wrong: readonly Cap[];
  /** The same two for all who have no verified name and come from one place: any other name can be made up anew for each request. */
  readonly ip: readonly Cap[];
  readonly ipWrong: readonly Cap[];
  /** Codes in all. */
  readonly total: readonly Cap[];
  /** Codes that are sent and never verified, of one caller and to one country, and what becomes of further ones. */
  readonly unverified: UnverifiedPolicy & Readonly<Record<'caller' | 'country', 'alarm' | 'refuse'>>;
};

/** What was used of one cap. */
export type TallyRow = RowBase & { readonly kind: 'tally'; readonly sends: SendWindow };

/** Rows of caps. */
export const TALLY: RowKind<TallyRow> = {
  kind: 'tally',
  empty: (key) => ({ kind: 'tally', key, version: 0, sends: NO_SENDS, purgeAt: 0 }),
};

/** Takes one place in the window. `retryAt`: when there is room again. */
export function reserve(
  row: TallyRow,
  now: number,
  { windowMs, most }: Cap,
): Step<TallyRow, unknown, { readonly retryAt: number }> {
  if (usedOf(row.sends, windowMs, now) >= most) return { ok: false, retryAt: row.sends.since + windowMs };
  const sends = { ...withOneMore(row.sends, windowMs, now), lastAt: now };
  return stepTo(row, { sends, purgeAt: sends.since + windowMs });
}

/** Gives a place back that was taken in the window that began at `since`. Not taken where that window is over. */
export function release(row: TallyRow, _now: number, { since }: { readonly since: number }): Step<TallyRow> {
  if (row.sends.since !== since || row.sends.used === 0) return NOT_TAKEN;
  return stepTo(row, { sends: { ...row.sends, used: row.sends.used - 1 } });
}
