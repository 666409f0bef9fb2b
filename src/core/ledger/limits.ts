import { type Row, usedOf, withOneMore } from './row.ts';
import type { UnverifiedPolicy } from './unverified.ts';

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
  /** Codes in all. */
  readonly total: readonly Cap[];
  /** Codes that are sent and never verified, of one caller and to one country, and what becomes of further ones. */
  readonly unverified: UnverifiedPolicy & Readonly<Record<'caller' | 'country', 'alarm' | 'refuse'>>;
};

export type Reserved =
  | { readonly ok: true; readonly row: Row }
  | { readonly ok: false; readonly retryAt: number };

/** Takes one place in the window. A tally is a ledger row without a code: its window of sends is all that it has. */
export function reserve(row: Row, now: number, { windowMs, most }: Cap): Reserved {
  if (usedOf(row.sends, windowMs, now) >= most) return { ok: false, retryAt: row.sends.since + windowMs };
  const sends = { ...withOneMore(row.sends, windowMs, now), lastAt: now };
  return { ok: true, row: { ...row, sends, version: row.version + 1, purgeAt: sends.since + windowMs } };
}

/** Gives a place back that was taken in the window that began at `since`. Undefined where that window is over. */
export function release(row: Row, since: number): Row | undefined {
  if (row.sends.since !== since || row.sends.used === 0) return undefined;
  return { ...row, sends: { ...row.sends, used: row.sends.used - 1 }, version: row.version + 1 };
}
