import { CountersignError } from '../fault.ts';
import { frozenUntil, type Row } from './row.ts';

/** A row as a store keeps it: JSON, of which the store reads these members and no others. */
export type StoredRow = {
  readonly key: string;
  readonly version: number;
  /** From when on nobody needs the row any more. */
  readonly purgeAt: number;
  /** Until when a version of the row must not be believed that comes before one that was seen: it would bring back what was spent or ended. */
  readonly fencedUntil: number;
};

/** Rises when rows mean something else than they did. A release reads its own format and those before it. */
export const ROW_FORMAT = 1;

/** The row as it is stored, in the format of this release. */
export function storedOf(row: Row): StoredRow {
  const stored = { ...row, format: ROW_FORMAT, fencedUntil: fencedUntilOf(row) };
  return stored;
}

/**
 * The row that was stored, by this release or an earlier one. `CountersignError('store-unavailable')` where a later one wrote it: what
 * this one would take it for may be wrong, and while a later one runs beside it, saves about that row are its.
 */
export function rowOf(stored: StoredRow): Row {
  // Rows of before formats were written down have none, and are read as the first one.
  const { format = ROW_FORMAT, fencedUntil: _, ...row } = stored as StoredRow & Row & { format?: number };
  if (format === ROW_FORMAT) return row;
  throw new CountersignError(
    'store-unavailable',
    `a ledger row has format ${format}, which a later release wrote; this one reads formats up to ${ROW_FORMAT}`,
  );
}

/** As long as its code may be spent, an objection to it holds, or its grant opens reads. */
function fencedUntilOf({ code, grant }: Row): number {
  if (code) return Math.max(code.expiresAt, frozenUntil({ code }));
  return grant ? grant.issuedAt + grant.absoluteMs : 0;
}
