import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPostgresStore, type PostgresStore } from '../../src/stores/postgres/postgres.ts';
import { type PostgresServer, startPostgres } from '../harness/postgres-server.ts';
import { holds } from '../harness/redis-groups.ts';
import { openTcpGate, type TcpGate } from '../harness/tcp-gate.ts';
import { fullRow } from './full-row.ts';
import { rowWith, UNAVAILABLE } from './redis-setup.ts';

/** Two servers behind one address, as a front leads to whoever is the primary. */
let primary: PostgresServer;
let standby: PostgresServer;
let gate: TcpGate;
const opened: PostgresStore[] = [];

beforeEach(async () => {
  primary = await startPostgres();
  standby = await primary.follow('one');
  await primary.configure("synchronous_standby_names = 'one'", 'synchronous_commit = on');
  await holds(
    async () => (await primary.sql("SELECT FROM pg_stat_replication WHERE sync_state = 'sync'")).length === 1,
  );
  gate = await openTcpGate(primary.port);
}, 300_000);
afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
  await gate.close();
  await standby.stop();
  await primary.stop();
});

function open(commandTimeoutMs = 5000): PostgresStore {
  const url = `postgres://127.0.0.1:${gate.port}/countersign`;
  const store = createPostgresStore({ url, username: 'gate', standbys: 1, commandTimeoutMs });
  opened.push(store);
  return store;
}

describe('with a synchronous standby', () => {
  it('a used code is used after a failover, and the standby is never read before', async () => {
    const store = open();
    await store.start();
    expect(await store.replace(rowWith('living', 'a', 1), 0)).toBe(true);
    expect(await store.replace(rowWith('used', 'a', 2), 1)).toBe(true);
    await primary.kill();
    gate.leadTo(standby.port);
    await holds(async () => {
      const fault = await store.find('a').catch((error: Error) => error);
      return fault instanceof Error && fault.message.includes('in recovery');
    });
    await standby.promote();
    await standby.configure("synchronous_standby_names = '*'");
    await holds(async () => (await store.find('a')).row?.version === 2);
    expect((await store.find('a')).row).toMatchObject({ code: { state: { kind: 'used' } } });
    // Nobody follows the new primary: a step does not count.
    await expect(open(500).replace(rowWith('living', 'a', 3), 2)).rejects.toMatchObject(UNAVAILABLE);
  }, 240_000);

  it('a step that the standby does not have does not count, also where the wait for it is cancelled', async () => {
    const store = open(30_000);
    expect(await store.replace(fullRow('a', 1), 0)).toBe(true);
    await standby.kill();
    const step = store.replace(fullRow('a', 2), 1).then(
      (stored) => stored,
      (error: unknown) => error,
    );
    await holds(async () => {
      const waiting = await primary.sql(
        "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'",
      );
      return waiting.length > 0;
    });
    // Postgres calls it a success, with a warning.
    expect(await step).toMatchObject({ ...UNAVAILABLE, message: expect.stringContaining('cancel') });
    // What is known of it from then on is what the primary has.
    expect((await store.find('a')).row?.version).toBe(2);
    await standby.start();
    await holds(() => store.replace(fullRow('a', 3), 2));
  }, 240_000);

  it('a step whose connection is ended while it waits for the standby is unknown, and is never said to be stored', async () => {
    const store = open(30_000);
    await store.replace(fullRow('a', 1), 0);
    await standby.kill();
    const step = store.replace(fullRow('a', 2), 1).catch((error: unknown) => error);
    await holds(async () => {
      const ended = await primary.sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'",
      );
      return ended.length > 0;
    });
    expect(await step).toMatchObject(UNAVAILABLE);
    await standby.start();
    await holds(() => store.replace(fullRow('b', 1), 0));
  }, 240_000);

  it('is refused as soon as no standby is named any more, and used again when one is', async () => {
    const store = open();
    await store.start();
    await primary.configure("synchronous_standby_names = ''");
    await holds(async () => {
      const fault = await store.replace(fullRow('a', 1), 0).catch((error: Error) => error);
      return fault instanceof Error && fault.message.includes('synchronous_standby_names');
    });
    await primary.configure("synchronous_standby_names = 'one'");
    await holds(async () => (await store.find('a')).now > 0);
  }, 240_000);
});
