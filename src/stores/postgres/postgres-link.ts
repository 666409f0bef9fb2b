import { setTimeout as pause } from 'node:timers/promises';
import type { Pool, PoolClient } from 'pg';
import { CountersignError, errorCodeOf } from '../../core/fault.ts';
import type { Log } from '../../ports.ts';
import { addressOf, type CompletePostgresOptions, placeOf } from './postgres-options.ts';
import { prepareSchema } from './postgres-schema.ts';
import { SETTINGS, type Settings, settingsRefusal, settingsWarning } from './postgres-settings.ts';

/** The way to Postgres. */
export type PostgresLink = {
  /** Reaches the server, where it can. `CountersignError('config-invalid')` where it may not be used as it is set up. */
  start(): Promise<void>;
  /**
   * Runs one statement, which is a transaction of its own and gives `SETTINGS` in its first row, within the command timeout. Anything
   * but a clean end is `CountersignError('store-unavailable')`: then it is not known whether it was stored.
   */
  run<R extends Settings>(text: string, values: readonly unknown[]): Promise<readonly R[]>;
  close(): Promise<void>;
};

/** Somebody else's transaction was faster, and nothing was stored: https://www.postgresql.org/docs/current/errcodes-appendix.html */
export class LostRace extends Error {}
const LOST_RACES = ['40001', '40P01'];

/** The way to this Postgres. It connects with its first statement, or with `start`. */
export function createPostgresLink(options: CompletePostgresOptions, log: Log | undefined): PostgresLink {
  const { schema, standbys, commandTimeoutMs } = options;
  const place = placeOf(options);
  let pool: Promise<Pool> | undefined;
  let prepared: Promise<void> | undefined;
  let refusal: string | undefined;
  let wasUsable: boolean | undefined;
  let isClosed = false;

  async function open(): Promise<Pool> {
    // Nobody loads the driver who has another store.
    const { Pool: PgPool } = (await import('pg')).default;
    const opened = new PgPool({
      ...addressOf(options),
      user: options.username,
      password: options.password,
      ssl: options.tls ? { rejectUnauthorized: true, ...options.tls } : false,
      max: options.connections,
      connectionTimeoutMillis: commandTimeoutMs,
      idleTimeoutMillis: 30_000,
      allowExitOnIdle: true,
      keepAlive: true,
      application_name: 'countersign',
    });
    // A connection that was lost: whoever used it learns that by their call, and the next call opens another one.
    opened.on('error', () => undefined);
    opened.on('connect', (client) => void client.on('error', () => undefined));
    return opened;
  }

  function usable(isUsable: boolean, reason = ''): void {
    if (wasUsable === isUsable) return;
    if (isUsable) log?.info({ place }, 'the ledger on Postgres can be used');
    else if (wasUsable) log?.warn({ place, reason }, 'the ledger on Postgres cannot be used');
    wasUsable = isUsable;
  }

  function judge(settings: Settings | undefined): void {
    if (!settings) throw new Error('it gave no answer');
    const found = settingsRefusal(settings, standbys);
    if (found !== undefined && found !== refusal)
      log?.error({ place, reason: found }, 'this Postgres may not keep a ledger');
    refusal = found;
    if (found !== undefined) throw new Error(found);
    const warning = settingsWarning(settings, standbys);
    if (wasUsable === undefined && warning !== undefined) log?.warn({ place }, warning);
  }

  /** Once for all calls, and again after a failure. Judged before: a server that may not be used is not changed. */
  async function prepare(client: PoolClient): Promise<void> {
    prepared ??= (async () => {
      const { rows } = await client.query(`SELECT ${SETTINGS}`);
      judge(rows[0]);
      await prepareSchema(client, schema);
    })();
    try {
      await prepared;
    } catch (error) {
      prepared = undefined;
      throw error;
    }
  }

  async function ask<R extends Settings>(text: string, values: readonly unknown[]): Promise<readonly R[]> {
    if (isClosed) throw new Error('it was closed');
    pool ??= open();
    const client = await (await pool).connect();
    let warning: string | undefined;
    const onNotice = ({
      severity,
      message,
    }: {
      severity?: string | undefined;
      message?: string | undefined;
    }) => {
      if (severity === 'WARNING') warning = message;
    };
    client.on('notice', onNotice);
    let fault: Error | undefined;
    const late = pause(commandTimeoutMs, undefined, { ref: false }).then(() => {
      throw new Error('it did not answer in time');
    });
    late.catch(() => undefined);
    try {
      await Promise.race([prepare(client), late]);
      const { rows } = await Promise.race([client.query<R>(text, [...values]), late]);
      judge(rows[0]);
      // The wait for a standby was cancelled: stored here, and perhaps nowhere else (syncrep.c).
      if (warning !== undefined) throw new Error(warning);
      return rows;
    } catch (error) {
      fault = error instanceof Error ? error : new Error(String(error));
      throw fault;
    } finally {
      client.off('notice', onNotice);
      // A connection is used again only after a clean end, or one that the server itself told.
      client.release(fault && !isTold(fault) ? fault : undefined);
    }
  }

  async function run<R extends Settings>(text: string, values: readonly unknown[]): Promise<readonly R[]> {
    try {
      const rows = await ask<R>(text, values);
      usable(true);
      return rows;
    } catch (error) {
      const code = errorCodeOf(error);
      if (LOST_RACES.includes(code)) throw new LostRace();
      // The table is gone: it is made anew by the next call.
      if (code === '42P01') prepared = undefined;
      const reason = error instanceof Error ? error.message : String(error);
      usable(false, reason);
      throw new CountersignError(
        'store-unavailable',
        `the ledger on Postgres ${place} cannot be used: ${reason}`,
      );
    }
  }

  return {
    run,
    async start() {
      try {
        await run(`SELECT ${SETTINGS}`, []);
      } catch (fault) {
        if (refusal !== undefined)
          throw new CountersignError('config-invalid', `the ledger on Postgres ${place}: ${refusal}`);
        if (isClosed) throw fault;
        const reason = fault instanceof Error ? fault.message : '';
        log?.warn({ place, reason }, 'Postgres cannot be used yet; guarded saves are refused until it can');
      }
    },
    async close() {
      if (isClosed) return;
      isClosed = true;
      await (await pool)?.end();
    },
  };
}

/** An error that the server told, by its code, and that leaves the connection as it was. */
function isTold(error: Error): boolean {
  const code = errorCodeOf(error);
  return code.length === 5 && !code.startsWith('57') && !code.startsWith('08');
}
