import { setTimeout as pause } from 'node:timers/promises';
import type { Row } from '../../src/core/ledger/row.ts';
import { type PostgresServer, startPostgres } from '../../test/harness/postgres-server.ts';
import { openTcpGate } from '../../test/harness/tcp-gate.ts';
import type { ChaosStore } from './store.ts';

/**
 * What is done to Postgres, in this order, over and over: four of six move the primary. `cancel`: commits wait for a standby that is gone, the wait
 * is cancelled, so that they are on the primary only, and the primary is lost. `cut`: connections end while commits are under way.
 */
const ORDER = ['crash', 'cut', 'cancel', 'crash', 'restart', 'cancel'] as const;
const CUTS = 20;
const WAIT_MS = 600;
const PATIENCE_MS = 120_000;

/** A primary with a synchronous standby, behind an address that is led to whichever is the primary. */
export async function startPostgresStore(standbys: 0 | 1): Promise<ChaosStore> {
  let primary = await startPostgres();
  let standby = await primary.follow('standby');
  const door = await openTcpGate(primary.port);
  // A standby that is promoted has the line, too, and takes no step before it has a standby of its own.
  for (const server of [primary, standby]) await server.configure("synchronous_standby_names = '*'");
  await isFollowed(primary);

  /** Another server takes the place of the primary, which was killed and is lost with its disk. */
  async function failOver(): Promise<void> {
    await standby.promote();
    await holds(
      async () => (await standby.sql('SELECT pg_is_in_recovery() AS standby'))[0]?.['standby'] === false,
    );
    door.leadTo(standby.port);
    await primary.stop();
    primary = standby;
    standby = await primary.follow('standby');
    await isFollowed(primary);
  }

  return {
    config: {
      kind: 'postgres',
      url: `postgres://127.0.0.1:${door.port}/countersign`,
      username: 'gate',
      standbys,
    },
    async trouble(turn) {
      switch (ORDER[turn % ORDER.length] ?? 'crash') {
        case 'crash':
          await primary.kill();
          await failOver();
          return 'failover';
        case 'cancel':
          await standby.kill();
          await pause(WAIT_MS);
          await primary.sql(
            "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'",
          );
          await pause(WAIT_MS);
          // What was committed meanwhile, the standby never hears of.
          await primary.kill();
          await standby.start();
          await failOver();
          return 'failover';
        case 'cut':
          for (let times = 0; times < CUTS; times++) {
            await pause(37);
            door.cut();
          }
          return 'restart';
        case 'restart':
          await primary.kill();
          await primary.start();
          await isFollowed(primary);
          return 'restart';
      }
    },
    async readRows() {
      const rows = await primary.in('countersign', 'SELECT row FROM countersign.ledger');
      return rows
        .map(({ row }) => JSON.parse(String(row)) as Row)
        .filter(({ kind, code }) => kind === 'code' && code !== null);
    },
    async stop() {
      await door.close();
      await standby.stop();
      await primary.stop();
    },
  };
}

/** Waits until a standby acknowledges. */
function isFollowed(server: PostgresServer): Promise<void> {
  const question = "SELECT count(*) AS n FROM pg_stat_replication WHERE sync_state IN ('sync', 'quorum')";
  return holds(async () => Number((await server.sql(question))[0]?.['n']) > 0);
}

async function holds(condition: () => Promise<boolean>): Promise<void> {
  const until = performance.now() + PATIENCE_MS;
  while (!(await condition().catch(() => false))) {
    if (performance.now() > until) throw new Error('Postgres did not come to itself');
    await pause(50);
  }
}
