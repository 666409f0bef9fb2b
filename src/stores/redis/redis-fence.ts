import type { Row } from '../../core/ledger/row.ts';

/** What this process last saw of a row; `codeUntil` is the end of its code, or of its grant. */
export type Sighting = { readonly version: number; readonly codeUntil: number; readonly purgeAt: number };

/**
 * Remembers how far rows had come, so that one that goes backwards is noticed: a failover to a replica that lagged, or a
 * restart from an old snapshot, would let a used code live again. Bounded: the rows that were seen longest ago are forgotten.
 */
export type Fence = {
  recall(key: string): Sighting | undefined;
  /** Whether the row that was found may be believed. `before` is what was known when it was asked for. */
  admits(found: Row | undefined, now: number, before: Sighting | undefined): boolean;
  /** Keeps the furthest version, or the newest, once `before` does not count any more. */
  remember(row: Row, before: Sighting | undefined): void;
  forget(key: string): void;
  /** Forgets the rows that nobody needs any more; gives their number. */
  prune(now: number): number;
};

const MOST_ROWS = 100_000;

export function createFence(mostRows = MOST_ROWS): Fence {
  const sightings = new Map<string, Sighting>();

  return {
    recall: (key) => sightings.get(key),
    /*
     * Only while a code that was seen may still be valid. A row that is gone altogether has no living code: it is believed, so
     * that an emptied ledger can be used at once. What is lost then is the count of attempts, one budget a row.
     */
    admits(found, now, before) {
      return !found || !before || found.version >= before.version || now >= before.codeUntil;
    },
    remember(row, before) {
      const known = sightings.get(row.key);
      // Somebody else's answer came in between, and was of a later version.
      if (known && known !== before && known.version > row.version) return;
      sightings.delete(row.key);
      sightings.set(row.key, {
        version: row.version,
        codeUntil: row.code?.expiresAt ?? grantUntil(row),
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

/** An ended grant that a failover brings back would open reads again. */
function grantUntil({ grant }: Row): number {
  return grant ? grant.issuedAt + grant.absoluteMs : 0;
}
