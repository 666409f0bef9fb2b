import type { StoredRow } from '../../core/ledger/stored-row.ts';

/** What this process last saw of a row. */
export type Sighting = Pick<StoredRow, 'version' | 'fencedUntil' | 'purgeAt'>;

/**
 * Remembers how far rows had come, so that one that goes backwards is noticed: a failover to a replica that lagged, or a
 * restart from an old snapshot, would let a used code live again. Bounded: the rows that were seen longest ago are forgotten.
 */
export type Fence = {
  recall(key: string): Sighting | undefined;
  /** Whether the row that was found may be believed. `before` is what was known when it was asked for. */
  isCredible(found: StoredRow | undefined, now: number, before: Sighting | undefined): boolean;
  /** Keeps the furthest version, or the newest, once `before` no longer counts. */
  remember(row: StoredRow, before: Sighting | undefined): void;
  forget(key: string): void;
  /** Forgets the rows that nobody needs; gives their number. */
  prune(now: number): number;
};

const MOST_ROWS = 100_000;

/** A fence that has seen nothing yet. */
export function createFence(mostRows = MOST_ROWS): Fence {
  const sightings = new Map<string, Sighting>();

  return {
    recall: (key) => sightings.get(key),
    /*
     * A lower version is doubted only while what was seen of the row may still count: a code that may be valid, a grant. A row
     * that is gone altogether has no living code: it is believed, so that an emptied ledger can be used at once. What is lost
     * then is the count of attempts, one budget a row.
     */
    isCredible(found, now, before) {
      return !found || !before || found.version >= before.version || now >= before.fencedUntil;
    },
    remember(row, before) {
      const known = sightings.get(row.key);
      // Somebody else's answer came in between, and was of a later version.
      if (known && known !== before && known.version > row.version) return;
      sightings.delete(row.key);
      sightings.set(row.key, {
        version: row.version,
        // A release that knew no fences stored none: then for as long as anybody needs the row.
        fencedUntil: row.fencedUntil ?? row.purgeAt,
        purgeAt: row.purgeAt,
      });
      if (sightings.size <= mostRows) return;
      for (const oldest of sightings.keys()) {
        sightings.delete(oldest);
        break;
      }
    },
    forget(key) {
      sightings.delete(key);
    },
    prune(now) {
      const over = [...sightings].filter(([, { purgeAt }]) => purgeAt <= now);
      for (const [key] of over) sightings.delete(key);
      return over.length;
    },
  };
}
