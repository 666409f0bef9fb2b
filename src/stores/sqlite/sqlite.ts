import { setTimeout as pause } from 'node:timers/promises';
import { CountersignError } from '../../core/fault.ts';
import type { Row } from '../../core/ledger/row.ts';
import type { LedgerStore } from '../../ports.ts';
import { type LedgerFile, openLedgerFile, PURGE_BATCH } from './sqlite-file.ts';

export type SqliteOptions = {
  readonly path: string;
  /** How long a call waits for another process's lock before it fails. */
  readonly busyTimeoutMs?: number;
};

const DEFAULT_BUSY_TIMEOUT_MS = 2000;
const LONGEST_PAUSE_MS = 25;

/**
 * A ledger in one SQLite file, for several gateways on one machine. The file is opened by the first call, and again after a
 * failure, so a gateway starts while the path is unusable and recovers by itself; until then every call is `store-unavailable`.
 * Codes live by SQLite's time, which is the machine's: all processes on one file share it.
 */
export function createSqliteStore({
  path,
  busyTimeoutMs = DEFAULT_BUSY_TIMEOUT_MS,
}: SqliteOptions): LedgerStore {
  let file: LedgerFile | undefined;
  let closed = false;

  function drop(): void {
    const dropped = file;
    file = undefined;
    try {
      dropped?.close();
    } catch {
      // It failed before; what it was closed for is reported.
    }
  }

  function openFile(): LedgerFile {
    if (closed) throw new Error('it was closed');
    if (file && !file.isInPlace()) drop();
    file ??= openLedgerFile(path);
    return file;
  }

  async function attempt<T>(work: (opened: LedgerFile) => T): Promise<T> {
    const deadline = performance.now() + busyTimeoutMs;
    for (let round = 1; ; round++) {
      try {
        return work(openFile());
      } catch (error) {
        const leftMs = deadline - performance.now();
        if (!isBusy(error)) drop();
        if (!isBusy(error) || leftMs <= 0) throw unavailable(path, error);
        await pause(Math.min(leftMs, LONGEST_PAUSE_MS, round * 2 * Math.random()));
      }
    }
  }

  return {
    find(key) {
      return attempt((opened) => {
        const found = opened.find.get(key);
        const text = found?.['row'];
        return {
          row: typeof text === 'string' ? (JSON.parse(text) as Row) : undefined,
          now: Number(found?.['now']),
        };
      });
    },
    replace(next, expected) {
      const values = [next.version, next.purgeAt, JSON.stringify(next), next.key] as const;
      return attempt((opened) => {
        const { changes } =
          expected === 0 ? opened.insert.run(...values) : opened.update.run(...values, expected);
        return changes === 1;
      });
    },
    async purge() {
      for (let removed = 0; ; await pause(0)) {
        const batch = await attempt((opened) => Number(opened.purge.run().changes));
        removed += batch;
        if (batch < PURGE_BATCH) return removed;
      }
    },
    async close() {
      closed = true;
      drop();
    },
  };
}

/** SQLITE_BUSY and SQLITE_LOCKED with their extended forms: https://www.sqlite.org/rescode.html */
function isBusy(error: unknown): boolean {
  const code = (error as { readonly errcode?: number }).errcode;
  return code !== undefined && [5, 6].includes(code & 0xff);
}

function unavailable(path: string, cause: unknown): CountersignError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new CountersignError('store-unavailable', `the ledger ${path} cannot be used: ${reason}`, { cause });
}
