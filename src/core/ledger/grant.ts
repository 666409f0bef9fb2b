import type { GrantPolicy } from '../rule/rule.ts';
import type { RowBase, RowKind } from './row.ts';
import { NOT_TAKEN, type Step, stepTo } from './step.ts';

/*
 * A grant is a verification that is remembered: a row of its own, named by the keyed hash of its token. It opens reads of one
 * record by one rule until it was idle too long, is too old, or was ended.
 */

/** What a token opens, and for how long. */
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

/** Rows of grants, by the keyed hashes of their tokens. */
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

/** Opens a grant for what the key of a ledger row names. The row is the token's own, so there is none yet. */
export function openGrant(
  row: GrantRow,
  now: number,
  { subject, policy }: { readonly subject: string; readonly policy: GrantPolicy },
) {
  const grant: Grant = { ...policy, subject, issuedAt: now, usedAt: now, ended: false };
  return stepTo(row, { grant, purgeAt: now + policy.absoluteMs });
}

/** Whether the grant opens the subject now, by any of the names that it may have. */
export function isOpenFor(grant: Grant, subjects: readonly string[], now: number): boolean {
  const endsAt = Math.min(grant.usedAt + grant.idleMs, grant.issuedAt + grant.absoluteMs);
  return !grant.ended && now < endsAt && subjects.includes(grant.subject);
}

/** Uses the grant, which moves the end of idleness; the absolute end stays. Not taken where it does not open the subject. */
export function useGrant(
  row: GrantRow,
  now: number,
  { subjects }: { readonly subjects: readonly string[] },
): Step<GrantRow> {
  const { grant } = row;
  if (!grant || !isOpenFor(grant, subjects, now)) return NOT_TAKEN;
  return now > grant.usedAt ? stepTo(row, { grant: { ...grant, usedAt: now } }) : { ok: true, row };
}

/** Ends the grant for good. Not taken where there is none that has not ended. */
export function endGrant(row: GrantRow, _now: number): Step<GrantRow> {
  const { grant } = row;
  return grant && !grant.ended ? stepTo(row, { grant: { ...grant, ended: true } }) : NOT_TAKEN;
}
