import { createHash } from 'node:crypto';
import type { StoredRow } from '../core/ledger/stored-row.ts';
import type { HappeningKind } from '../core/verdict/happening.ts';
import type { Keyring } from '../ports.ts';

/** Something that a receiver is still to be told. */
export type KeptEvent = {
  /** The same at every try, also after a restart. */
  readonly id: string;
  readonly kind: HappeningKind;
  /** RFC 3339. */
  readonly at: string;
  /** Events of one lane are told in their order. */
  readonly lane: string;
  readonly data: Readonly<Record<string, unknown>>;
};

/** A row of a receiver's journal: some events that were written together, or nothing where all of them were told. */
export type JournalRow = StoredRow & { readonly format: 1; readonly events: string | null };

/** How far a receiver was told, and which process tells it. */
export type Cursor = StoredRow & {
  readonly format: 1;
  /** The first row that is not told as a whole. */
  readonly first: number;
  /** A row up to which the journal is known to be written. */
  readonly tail: number;
  readonly holder: string;
  readonly until: number;
};

const DAY_MS = 24 * 3_600_000;
/** For so long a receiver may be down. */
export const KEEP_MS = 3 * DAY_MS;
/** What was told is kept so long, so that no process that slept writes in its place. */
const TOLD_MS = DAY_MS;

/** The name of a row of a receiver: its address stands in it as a hash. `place` is a number in the journal, or `cursor`. */
export function rowKeyOf(receiver: string, place: number | 'cursor'): string {
  return createHash('sha256').update(`events\n${receiver}\n${place}`).digest('base64url');
}

/** The row that keeps the events, sealed. */
export function writtenRow(
  key: string,
  events: readonly KeptEvent[],
  now: number,
  keyring: Keyring,
): JournalRow {
  const sealed = keyring.seal(JSON.stringify(events), contextOf(key));
  return { key, version: 1, purgeAt: now + KEEP_MS + TOLD_MS, fencedUntil: 0, format: 1, events: sealed };
}

/** The same row when all of its events were told. */
export function toldRow(key: string, now: number): JournalRow {
  return { key, version: 2, purgeAt: now + TOLD_MS, fencedUntil: now + TOLD_MS, format: 1, events: null };
}

/** The events that a row keeps; none where they were told, or were sealed by a secret that is gone. */
export function eventsIn(row: StoredRow, keyring: Keyring): readonly KeptEvent[] {
  const { events } = row as JournalRow;
  const text = events === null ? undefined : keyring.open(events, contextOf(row.key));
  return text === undefined ? [] : (JSON.parse(text) as readonly KeptEvent[]);
}

/** A cursor that was never moved. */
export function newCursor(key: string): Cursor {
  return { key, version: 0, purgeAt: 0, fencedUntil: 0, format: 1, first: 1, tail: 1, holder: '', until: 0 };
}

/** The cursor after a step. It outlives all that it points to. */
export function nextCursor(cursor: Cursor, change: Partial<Cursor>, now: number): Cursor {
  return { ...cursor, ...change, version: cursor.version + 1, purgeAt: now + 30 * DAY_MS };
}

function contextOf(key: string): string {
  return `events\n${key}`;
}
