import type { StoredRow } from '../../core/ledger/stored-row.ts';
import type { LedgerStore, Log } from '../../ports.ts';
import { createPostgresLink, LostRace } from './postgres-link.ts';
import { completePostgresOptions, type PostgresOptions } from './postgres-options.ts';
import { SETTINGS, type Settings } from './postgres-settings.ts';

/** A ledger that can be started before it is used. */
export type PostgresStore = LedgerStore & {
  /** As `createRedisStore` has it. */
  start(): Promise<void>;
};

const NOW = '(extract(epoch FROM clock_timestamp()) * 1000)::bigint';
const PURGE_BATCH = 500;

/**
 * A ledger on Postgres, for gateways on several machines. Each call is one statement and one transaction: no state of a session, so it
 * works through PgBouncer in transaction mode. Codes live by the server's time, and standbys are never read. What the server is set to
 * comes with each answer: where a crash could take a step back, the call fails, until that is corrected.
 *
 * A step whose answer was lost, or whose wait for a standby was cancelled, may have been stored. What that means is told at
 * `createRedisStore`.
 */
export function createPostgresStore(options: PostgresOptions, log?: Log): PostgresStore {
  const complete = completePostgresOptions(options);
  const link = createPostgresLink(complete, log);
  const table = `"${complete.schema}".ledger`;

  const find = `SELECT (SELECT row FROM ${table} WHERE key = $1) AS "text", ${NOW} AS "now", ${SETTINGS}`;
  const insert = changing(`INSERT INTO ${table} (key, version, purge_at, row) VALUES ($1, $2, $3, $4)
    ON CONFLICT (key) DO NOTHING`);
  const update = changing(`UPDATE ${table} SET version = $2, purge_at = $3, row = $4
    WHERE key = $1 AND version = $5`);
  const purge = changing(`DELETE FROM ${table} WHERE key IN
    (SELECT key FROM ${table} WHERE purge_at <= ${NOW} ORDER BY purge_at LIMIT ${PURGE_BATCH} FOR UPDATE SKIP LOCKED)`);

  async function changesOf(text: string, values: readonly unknown[]): Promise<number> {
    const [found] = await link.run<Settings & { readonly changes: string }>(text, values);
    return Number(found?.changes ?? 0);
  }

  return {
    start: link.start,
    async find(key) {
      type Answer = Settings & { readonly text: string | null; readonly now: string };
      const [found] = await link.run<Answer>(find, [key]);
      const text = found?.text ?? undefined;
      return {
        row: text === undefined ? undefined : (JSON.parse(text) as StoredRow),
        now: Number(found?.now),
      };
    },
    async replace(next, expected) {
      const values = [next.key, next.version, next.purgeAt, JSON.stringify(next)];
      try {
        const stored = expected === 0 ? changesOf(insert, values) : changesOf(update, [...values, expected]);
        return (await stored) === 1;
      } catch (error) {
        if (error instanceof LostRace) return false;
        throw error;
      }
    },
    async purge() {
      for (let removed = 0; ; ) {
        const batch = await changesOf(purge, []);
        removed += batch;
        if (batch < PURGE_BATCH) return removed;
      }
    },
    close: link.close,
  };
}

/** The statement, which tells how many rows it changed. */
function changing(statement: string): string {
  return `WITH changed AS (${statement} RETURNING 1)
    SELECT (SELECT count(*) FROM changed) AS "changes", ${SETTINGS}`;
}
