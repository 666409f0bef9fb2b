import { chmodSync, existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import type { Link } from './audit-seal.ts';

/** The last line of an audit, and the size of its file behind it. */
export type Head = Link & { readonly bytes: number };

/** Remembers where an audit ends, and lets one process at a time continue it. */
export type HeadFile = {
  /** Runs the task while no other process does; what it gives is the head from then on. */
  advance(task: (head: Head | undefined) => Promise<Head>): Promise<void>;
  close(): void;
};

const WAIT_MS = 5_000;
const PAUSE_MS = 5;
const BUSY = 5;

/** Where the head of an audit is kept: beside it. */
export function headPathOf(path: string): string {
  return `${path}.head`;
}

/**
 * Opens the head of the audit at `path`. It is a SQLite file for the sake of its lock, which the system gives back when a process
 * is killed (https://sqlite.org/lockingv3.html), as a lock file of our own would not be.
 */
export function openHead(path: string): HeadFile {
  const database = new DatabaseSync(headPathOf(path));
  database.exec('PRAGMA busy_timeout = 5000; PRAGMA synchronous = NORMAL');
  database.exec(
    'CREATE TABLE IF NOT EXISTS head (id INTEGER PRIMARY KEY CHECK (id = 1), seq INTEGER, hash TEXT, bytes INTEGER)',
  );
  chmodSync(headPathOf(path), 0o600);
  // From here on it is waited for without stopping the process.
  database.exec('PRAGMA busy_timeout = 0');
  return {
    async advance(task) {
      await whenFree(() => database.exec('BEGIN IMMEDIATE'));
      try {
        const { seq, hash, bytes } = await task(headIn(database));
        database.prepare('INSERT OR REPLACE INTO head VALUES (1, ?, ?, ?)').run(seq, hash, bytes);
        await whenFree(() => database.exec('COMMIT'));
      } catch (error) {
        database.exec('ROLLBACK');
        throw error;
      }
    },
    close: () => database.close(),
  };
}

/** The head of the audit at `path`; undefined where none is kept there. */
export function readHead(path: string): Head | undefined {
  if (!existsSync(headPathOf(path))) return undefined;
  const database = new DatabaseSync(headPathOf(path), { readOnly: true, timeout: WAIT_MS });
  try {
    return headIn(database);
  } finally {
    database.close();
  }
}

function headIn(database: DatabaseSync): Head | undefined {
  const row = database.prepare('SELECT seq, hash, bytes FROM head').get();
  return row && { seq: Number(row['seq']), hash: String(row['hash']), bytes: Number(row['bytes']) };
}

async function whenFree(step: () => void): Promise<void> {
  for (let waitedMs = 0; ; waitedMs += PAUSE_MS) {
    try {
      return step();
    } catch (error) {
      const isBusy = error instanceof Error && 'errcode' in error && error.errcode === BUSY;
      if (!isBusy || waitedMs >= WAIT_MS) throw error;
      await pause(PAUSE_MS);
    }
  }
}
