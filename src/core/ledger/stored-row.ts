import { CountersignError } from '../fault.ts';
import type { GrantRow } from './grant.ts';
import type { TallyRow } from './limits.ts';
import { frozenUntil, type Row, type RowBase, type RowKind } from './row.ts';
import type { MeterRow } from './unverified.ts';

/** What the ledger keeps. */
export type LedgerRow = Row | TallyRow | MeterRow | GrantRow;

/** A row as a store keeps it: JSON, of which the store reads these members and no others. */
export type StoredRow = {
  readonly key: string;
  readonly version: number;
  /** From when on nobody needs the row. */
  readonly purgeAt: number;
  /** Until when a version of the row must not be believed that comes before one that was seen: it would bring back what was spent or ended. */
  readonly fencedUntil: number;
};

/** Rises when rows mean something else than they did. A release reads its own format and those before it. */
export const ROW_FORMAT = 1;

/** The row as it is stored, in the format of this release. */
export function storedOf(row: LedgerRow): StoredRow {
  const stored = { ...row, format: ROW_FORMAT, fencedUntil: fencedUntilOf(row) };
  return stored;
}

/**
 * The row of this kind that was stored, by this release or an earlier one. `CountersignError('store-unavailable')` where a later one
 * wrote it: what this one would take it for may be wrong, and while a later one runs beside it, saves about that row are its.
 */
export function rowOf<R extends LedgerRow>(stored: StoredRow, kind: RowKind<R>): R {
  // Rows of before formats and kinds were written down have none: they are of the first format, and of the kind that their name says.
  const { format = ROW_FORMAT, fencedUntil: _, ...row } = stored as StoredRow & R & { format?: number };
  if (format !== ROW_FORMAT)
    throw new CountersignError(
      'store-unavailable',
      `a ledger row has format ${format}, which a later release wrote; this one reads formats up to ${ROW_FORMAT}`,
    );
  const found: RowBase = { ...kind.empty(stored.key), ...row };
  if (found.kind === kind.kind) return found as R;
  throw new CountersignError(
    'store-unavailable',
    `a ledger row is a ${found.kind} where a ${kind.kind} belongs`,
  );
}

/** As long as its code may be spent, an objection to it holds, or its grant opens reads. */
function fencedUntilOf(row: LedgerRow): number {
  if (row.kind === 'code') return row.code ? Math.max(row.code.expiresAt, frozenUntil(row)) : 0;
  return row.kind === 'grant' && row.grant ? row.grant.issuedAt + row.grant.absoluteMs : 0;
}
