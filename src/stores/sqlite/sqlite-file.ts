import { closeSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { errorCodeOf } from '../../core/fault.ts';
import { PURGE_BATCH, type SqliteAnswer, type SqliteCall } from './sqlite-call.ts';

/** An open ledger file. What it does blocks: it runs in a separate thread. */
export type LedgerFile = {
  /** The text of a row, and SQLite's time. */
  find(key: string): SqliteAnswer;
  /** Takes the steps in one transaction; gives how many rows each changed, when they are on the disk. */
  together(steps: readonly SqliteCall[]): readonly number[];
  /** Whether the path still leads to the file that was opened: codes must not live on in a file that was moved away. */
  isInPlace(): boolean;
  close(): void;
};

/** Rises when the table changes. Kept in the file as `user_version`. */
const SCHEMA_VERSION = 1;

/**
 * Write-ahead log with `synchronous=FULL`, so that a commit is on the disk when it returns: with NORMAL a power loss takes the
 * latest commits back, and a used code would be good again (https://www.sqlite.org/pragma.html#pragma_synchronous).
 */
const SETTINGS = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA trusted_schema = OFF;
`;

const SCHEMA = `
  BEGIN IMMEDIATE;
  CREATE TABLE IF NOT EXISTS ledger (
    key TEXT PRIMARY KEY,
    version INTEGER NOT NULL,
    purge_at INTEGER NOT NULL,
    row TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS ledger_purge_at ON ledger (purge_at);
  PRAGMA user_version = ${SCHEMA_VERSION};
  COMMIT;
`;

const NOW = `CAST(unixepoch('subsec') * 1000 AS INTEGER)`;

/** Opens the file, and makes it and its folder where they are missing, readable by their owner only. Throws what went wrong. */
export function openLedgerFile(path: string): LedgerFile {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  createPrivately(path);
  // No waiting inside SQLite: while another process has the lock, looks are answered.
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    database.exec(SETTINGS);
    prepareSchema(database);
    const opened = statSync(path);
    const find = database.prepare(`SELECT (SELECT row FROM ledger WHERE key = ?) AS row, ${NOW} AS now`);
    const insert = database.prepare(
      'INSERT INTO ledger (version, purge_at, row, key) VALUES (?, ?, ?, ?) ON CONFLICT (key) DO NOTHING',
    );
    const update = database.prepare(
      'UPDATE ledger SET version = ?, purge_at = ?, row = ? WHERE key = ? AND version = ?',
    );
    const purge = database.prepare(
      `DELETE FROM ledger WHERE key IN
        (SELECT key FROM ledger WHERE purge_at <= ${NOW} ORDER BY purge_at LIMIT ${PURGE_BATCH})`,
    );

    function changesOf(step: SqliteCall): number {
      if (step.kind === 'find') return 0;
      if (step.kind === 'purge') return Number(purge.run().changes);
      const { version, purgeAt, text, key, expected } = step;
      const values = [version, purgeAt, text, key] as const;
      return Number((expected === 0 ? insert.run(...values) : update.run(...values, expected)).changes);
    }

    return {
      find(key) {
        const found = find.get(key);
        const text = found?.['row'];
        return { now: Number(found?.['now']), ...(typeof text === 'string' && { text }) };
      },
      together(steps) {
        database.exec('BEGIN IMMEDIATE');
        try {
          const changes = steps.map(changesOf);
          database.exec('COMMIT');
          return changes;
        } catch (error) {
          if (database.isTransaction) database.exec('ROLLBACK');
          throw error;
        }
      },
      isInPlace: () => {
        const found = statSync(path, { throwIfNoEntry: false });
        return found?.ino === opened.ino && found.dev === opened.dev;
      },
      close: () => database.close(),
    };
  } catch (error) {
    database.close();
    throw error;
  }
}

/**
 * Makes the file with mode 0600, which SQLite gives its companion files as well. An existing file is not opened: closing any
 * descriptor of it would drop the locks that this process holds (https://www.sqlite.org/howtocorrupt.html §2.2).
 */
function createPrivately(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    if (errorCodeOf(error) !== 'EEXIST') throw error;
  }
}

function prepareSchema(database: DatabaseSync): void {
  const found = database.prepare('PRAGMA user_version').get()?.['user_version'];
  if (found === SCHEMA_VERSION) return;
  if (found !== 0)
    throw new Error(`the file has schema version ${found}, this release writes ${SCHEMA_VERSION}`);
  database.exec(SCHEMA);
}
