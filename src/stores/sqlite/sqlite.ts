import { setTimeout as pause } from 'node:timers/promises';
import { CountersignError } from '../../core/fault.ts';
import type { StoredRow } from '../../core/ledger/stored-row.ts';
import type { LedgerStore } from '../../ports.ts';
import { createThread, moduleBeside } from '../../threads/thread.ts';
import { PURGE_BATCH, type SqliteAnswer, type SqliteCall, type SqliteThreadSettings } from './sqlite-call.ts';

/** Where the file is, and how long a step waits for others. */
export type SqliteOptions = {
  readonly path: string;
  /** How long a call waits for another process's lock before it fails. */
  readonly busyTimeoutMs?: number;
};

const DEFAULT_BUSY_TIMEOUT_MS = 2000;
/** How long the disk itself may take. */
const LONGEST_SYNC_MS = 5000;
/** More wait only where the disk is far too slow for what is asked of it. */
const MOST_WAITING = 2000;

/**
 * A ledger in one SQLite file, for several gateways on one machine. SQLite runs in a separate thread: while it waits for the disk,
 * other traffic goes on, and the steps that wait share one commit. The file is opened by the first call, and again after a failure,
 * so a gateway starts while the path is unusable and recovers by itself; until then every call is `store-unavailable`. Codes live by
 * SQLite's time, which is the machine's: all processes on one file share it.
 *
 * A step that took too long may still have been stored. `createRedisStore` says what that means.
 */
export function createSqliteStore({
  path,
  busyTimeoutMs = DEFAULT_BUSY_TIMEOUT_MS,
}: SqliteOptions): LedgerStore {
  const thread = createThread<SqliteCall, SqliteAnswer>({
    module: moduleBeside(import.meta.url, 'sqlite-thread'),
    settings: { path, busyTimeoutMs } satisfies SqliteThreadSettings,
    waitMs: busyTimeoutMs + LONGEST_SYNC_MS,
    mostWaiting: MOST_WAITING,
  });

  async function ask<T>(call: SqliteCall, read: (answer: SqliteAnswer) => T): Promise<T> {
    try {
      return read(await thread.call(call));
    } catch (error) {
      throw unavailable(path, error);
    }
  }

  return {
    /** Opens the file beside what else a start does. */
    async start() {
      thread.call({ kind: 'find', key: '' }).catch(() => undefined);
    },
    find: (key) =>
      ask({ kind: 'find', key }, ({ text, now = 0 }) => ({
        row: text === undefined ? undefined : (JSON.parse(text) as StoredRow),
        now,
      })),
    replace(next, expected) {
      const { key, version, purgeAt } = next;
      const step = { kind: 'replace', key, version, expected, purgeAt, text: JSON.stringify(next) } as const;
      return ask(step, ({ changes }) => changes === 1);
    },
    async purge() {
      for (let removed = 0; ; await pause(0)) {
        const batch = await ask({ kind: 'purge' }, ({ changes = 0 }) => changes);
        removed += batch;
        if (batch < PURGE_BATCH) return removed;
      }
    },
    close: () => thread.close(),
  };
}

function unavailable(path: string, cause: unknown): CountersignError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new CountersignError('store-unavailable', `the ledger ${path} cannot be used: ${reason}`, { cause });
}
