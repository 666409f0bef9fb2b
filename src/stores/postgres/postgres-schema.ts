import type { ClientBase } from 'pg';

/** Rises when the tables change. Kept in the schema. */
const SCHEMA_VERSION = 1;

/** Any number that nobody else locks by: its letters are "csgn". */
const LOCK = 0x6373676e;

/**
 * Makes what is missing, in one transaction, one gateway at a time: the lock ends with the transaction, so it works through PgBouncer
 * in transaction mode too. Where everything is there, nothing is written: the role needs no rights to make tables.
 */
export async function prepareSchema(client: ClientBase, schema: string): Promise<void> {
  if ((await versionIn(client, schema)) === SCHEMA_VERSION) return;
  await client.query('BEGIN');
  try {
    await client.query('SELECT pg_advisory_xact_lock($1)', [LOCK]);
    const found = await versionIn(client, schema);
    if (found === 0) await client.query(tablesIn(schema));
    else if (found !== SCHEMA_VERSION)
      throw new Error(`the schema "${schema}" has version ${found}, this release writes ${SCHEMA_VERSION}`);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  }
}

/** 0: there are no tables. */
async function versionIn(client: ClientBase, schema: string): Promise<number> {
  // Not `to_regclass`: it may answer from what this connection knew before it waited for the lock.
  const { rows } = await client.query(
    `SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = $1 AND c.relname = 'ledger_version'`,
    [schema],
  );
  if (rows.length === 0) return 0;
  const found = await client.query(`SELECT version FROM "${schema}".ledger_version`);
  return Number(found.rows[0]?.version ?? 0);
}

function tablesIn(schema: string): string {
  return `
    CREATE SCHEMA IF NOT EXISTS "${schema}";
    CREATE TABLE "${schema}".ledger (
      key text COLLATE "C" PRIMARY KEY,
      version bigint NOT NULL,
      purge_at bigint NOT NULL,
      row text NOT NULL
    );
    CREATE INDEX ledger_purge_at ON "${schema}".ledger (purge_at);
    CREATE TABLE "${schema}".ledger_version (version integer NOT NULL);
    INSERT INTO "${schema}".ledger_version VALUES (${SCHEMA_VERSION});`;
}
