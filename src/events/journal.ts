import type { Clock, Keyring, LedgerStore } from '../ports.ts';
import {
  type Cursor,
  eventsIn,
  type KeptEvent,
  newCursor,
  nextCursor,
  rowKeyOf,
  toldRow,
  writtenRow,
} from './kept-event.ts';

/** Rows of a journal, each with its number. */
export type JournalEntry = { readonly place: number; readonly events: readonly KeptEvent[] };

/** One receiver's events in the store, in one order for all gateways: rows that are numbered, each created once. */
export type Journal = {
  /** Writes the events behind all others. */
  append(events: readonly KeptEvent[]): Promise<void>;
  /** The row with this number; undefined where none is written. */
  read(place: number): Promise<JournalEntry | undefined>;
  /** All events of a row were told. */
  told(place: number): Promise<void>;
  /**
   * Claims the journal for this process, or claims it further, with how far it was told by now. Undefined where another process that
   * may live has it.
   */
  claim(first: number): Promise<Claimed | undefined>;
  /** Lets others have it. */
  release(): Promise<void>;
};

/** Where the claimed journal begins, and up to where it is surely written. */
export type Claimed = { readonly first: number; readonly tail: number };

/** Where a journal is kept, and by what it is sealed. */
export type JournalTools = { readonly store: LedgerStore; readonly keyring: Keyring; readonly clock: Clock };

/** For so long a claim holds where nobody knows whether its holder lives. */
const CLAIM_MS = 10_000;
/** After this time the end of the journal is looked for again. */
const TAIL_MS = 3_600_000;

/** `isGone` says whether the process that a claim names is surely no more. */
export function createJournal(
  receiver: string,
  holder: string,
  isGone: (holder: string) => boolean,
  { store, keyring, clock }: JournalTools,
): Journal {
  const cursorKey = rowKeyOf(receiver, 'cursor');
  let tail: { readonly place: number; readonly at: number } | undefined;

  async function cursor(): Promise<{ readonly found: Cursor; readonly now: number }> {
    const { row, now } = await store.find(cursorKey);
    return { found: (row as Cursor | undefined) ?? newCursor(cursorKey), now };
  }

  async function endOf(): Promise<number> {
    if (tail && clock.now() - tail.at < TAIL_MS) return tail.place;
    const { found } = await cursor();
    let place = Math.max(found.first, found.tail);
    while ((await store.find(rowKeyOf(receiver, place))).row) place++;
    return place;
  }

  return {
    async append(events) {
      let place = await endOf();
      tail = undefined;
      const write = (key: string) => store.replace(writtenRow(key, events, clock.now(), keyring), 0);
      // Another gateway may have written there.
      while (!(await write(rowKeyOf(receiver, place)))) place++;
      tail = { place: place + 1, at: clock.now() };
    },
    async read(place) {
      const { row } = await store.find(rowKeyOf(receiver, place));
      return row && { place, events: eventsIn(row, keyring) };
    },
    async told(place) {
      const { now } = await store.find(cursorKey);
      await store.replace(toldRow(rowKeyOf(receiver, place), now), 1);
    },
    async claim(first) {
      const { found, now } = await cursor();
      const isOurs = found.holder === holder;
      if (!isOurs && found.holder !== '' && now < found.until && !isGone(found.holder)) return undefined;
      const from = isOurs ? Math.max(found.first, first) : found.first;
      const known = Math.max(found.tail, tail?.place ?? 0, from);
      // Most looks find that nothing has changed.
      if (isOurs && from === found.first && now < found.until - CLAIM_MS / 2)
        return { first: from, tail: known };
      const next = nextCursor(found, { first: from, tail: known, holder, until: now + CLAIM_MS }, now);
      return (await store.replace(next, found.version)) ? { first: from, tail: known } : undefined;
    },
    async release() {
      const { found, now } = await cursor();
      if (found.holder === holder)
        await store.replace(nextCursor(found, { holder: '', until: 0 }, now), found.version);
    },
  };
}
