import { CountersignError } from '../../core/fault.ts';
import type { StoredRow } from '../../core/ledger/stored-row.ts';
import type { Clock, LedgerStore } from '../../ports.ts';

type Kept = { readonly version: number; readonly purgeAt: number; readonly text: string };

/**
 * A ledger that lives as long as the process: for suites, demos and single gateways that may forget their codes.
 * Rows are kept as text, as every other store keeps them, so that nobody changes one by holding it.
 */
export function createMemoryStore(clock: Clock): LedgerStore {
  const rows = new Map<string, Kept>();
  let closed = false;

  function assertOpen(): void {
    if (closed) throw new CountersignError('store-unavailable', 'the memory store is closed');
  }

  return {
    async find(key) {
      assertOpen();
      const kept = rows.get(key);
      return { row: kept && (JSON.parse(kept.text) as StoredRow), now: clock.now() };
    },
    async replace(next, expected) {
      assertOpen();
      if ((rows.get(next.key)?.version ?? 0) !== expected) return false;
      rows.set(next.key, { version: next.version, purgeAt: next.purgeAt, text: JSON.stringify(next) });
      return true;
    },
    async purge() {
      assertOpen();
      const now = clock.now();
      const over = [...rows].filter(([, kept]) => kept.purgeAt <= now);
      for (const [key] of over) rows.delete(key);
      return over.length;
    },
    async close() {
      closed = true;
      rows.clear();
    },
  };
}
