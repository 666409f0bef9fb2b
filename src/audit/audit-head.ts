import { chmodSync, closeSync, existsSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { errorCodeOf } from '../core/fault.ts';
import type { Link } from './audit-seal.ts';

/** The last line of an audit, and the size of its file behind it. */
export type Head = Link & { readonly bytes: number };

/** Remembers where an audit ends, and lets one process at a time continue it. */
export type HeadFile = {
  /** Runs the task while no other process does; what it gives is the head from then on. */
  advance(task: (head: Head | undefined) => Head): void;
  close(): void;
};

const WAIT_MS = 5_000;

/**
 * Write-ahead log with `synchronous=NORMAL`: a power loss may take the head back, and never breaks it. Lines behind the head count
 * (`resume`), so it need not wait for the disk a second time (https://www.sqlite.org/pragma.html#pragma_synchronous).
 */
const SETTINGS = `
  PRAGMA busy_timeout = ${WAIT_MS};
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  CREATE TABLE IF NOT EXISTS head (id INTEGER PRIMARY KEY CHECK (id = 1), seq INTEGER, hash TEXT, bytes INTEGER);
`;

/** Where the head of an audit is kept: beside it. */
function headPathOf(path: string): string {
  return `${path}.head`;
}

/**
 * Opens the head of the audit at `path`. It is a SQLite file for the sake of its lock, which the system gives back when a process
 * is killed (https://sqlite.org/lockingv3.html), as a lock file of our own would not be. It blocks while it waits for that lock.
 */
export function openHead(path: string): HeadFile {
  createPrivately(headPathOf(path));
  const database = new DatabaseSync(headPathOf(path));
  try {
    database.exec(SETTINGS);
    const write = database.prepare('INSERT OR REPLACE INTO head VALUES (1, ?, ?, ?)');
    return {
      advance(task) {
        database.exec('BEGIN IMMEDIATE');
        try {
          const { seq, hash, bytes } = task(headIn(database));
          write.run(seq, hash, bytes);
          database.exec('COMMIT');
        } catch (error) {
          if (database.isTransaction) database.exec('ROLLBACK');
          throw error;
        }
      },
      close: () => database.close(),
    };
  } catch (error) {
    database.close();
    throw error;
  }
}

/** The head of the audit at `path`; undefined where none is kept there. */
export function readHead(path: string): Head | undefined {
  const place = headPathOf(path);
  if (!existsSync(place)) return undefined;
  // Who may only read the folder cannot open a log beside it; then nobody writes one either.
  for (const where of [place, new URL(`${pathToFileURL(place)}?immutable=1`)]) {
    const database = new DatabaseSync(where, { readOnly: true, timeout: WAIT_MS });
    try {
      return headIn(database);
    } catch (error) {
      if (where !== place) throw error;
    } finally {
      database.close();
    }
  }
  return undefined;
}

/** SQLite gives its companion files the mode of this one. */
function createPrivately(place: string): void {
  try {
    closeSync(openSync(place, 'wx', 0o600));
  } catch (error) {
    if (errorCodeOf(error) !== 'EEXIST') throw error;
    chmodSync(place, 0o600);
  }
}

function headIn(database: DatabaseSync): Head | undefined {
  const row = database.prepare('SELECT seq, hash, bytes FROM head').get();
  return row && { seq: Number(row['seq']), hash: String(row['hash']), bytes: Number(row['bytes']) };
}
