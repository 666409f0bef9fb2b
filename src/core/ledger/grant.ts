import type { GrantPolicy } from '../rule/rule.ts';
import type { RowBase, RowKind } from './row.ts';

/*
 * A grant is a verification that is remembered: a row of its own, named by the keyed hash of its token. It opens reads of one
 * record by one rule until it was idle too long, is too old, or was ended.
 */

export type Grant = GrantPolicy & {
  /** Keyed hash of the rule, the module and the record that it opens: the key of their row. */
  readonly subject: string;
  readonly issuedAt: number;
  readonly usedAt: number;
  /** Whether it was ended before its time. */
  readonly ended: boolean;
};

/** The row of a grant; null where there is none by that token. */
export type GrantRow = RowBase & { readonly kind: 'grant'; readonly grant: Grant | null };

export const GRANT: RowKind<GrantRow> = {
  kind: 'grant',
  empty: (key) => ({ kind: 'grant', key, version: 0, grant: null, purgeAt: 0 }),
};

const SYMBOLS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
/** 43 symbols of 6 bits: 258 bits. */
const TOKEN_LENGTH = 43;

/** A token that nobody can guess. `below` draws a number from 0 to one less than its argument. */
export function drawToken(below: (size: number) => number): string {
  return Array.from({ length: TOKEN_LENGTH }, () => SYMBOLS[below(SYMBOLS.length)]).join('');
}

/** Whether the text could be a token; what is not costs no look into the store. */
export function isToken(text: string): boolean {
  return /^[\w-]{43}$/.test(text);
}

/** The row of a new grant for what the key of a ledger row names. */
export function openedGrant(key: string, subject: string, policy: GrantPolicy, now: number): GrantRow {
  const grant: Grant = { ...policy, subject, issuedAt: now, usedAt: now, ended: false };
  return { ...GRANT.empty(key), version: 1, grant, purgeAt: now + policy.absoluteMs };
}

/** Whether the grant opens the subject now, by any of the names that it may have. */
export function isOpenFor(grant: Grant, subjects: readonly string[], now: number): boolean {
  const endsAt = Math.min(grant.usedAt + grant.idleMs, grant.issuedAt + grant.absoluteMs);
  return !grant.ended && now < endsAt && subjects.includes(grant.subject);
}

/** Moves the end of idleness; the absolute end stays. */
export function usedGrant(row: GrantRow, grant: Grant, now: number): GrantRow {
  return { ...row, version: row.version + 1, grant: { ...grant, usedAt: Math.max(now, grant.usedAt) } };
}

/** Ends the grant for good. */
export function endedGrant(row: GrantRow, grant: Grant): GrantRow {
  return { ...row, version: row.version + 1, grant: { ...grant, ended: true } };
}
