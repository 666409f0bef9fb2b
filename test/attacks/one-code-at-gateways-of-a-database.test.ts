import { beforeAll, expect, test } from 'vitest';
import type { ConfigInput } from '../../src/config/schema/schema.ts';
import { findPostgresPrograms } from '../harness/postgres-binary.ts';
import { startPostgres } from '../harness/postgres-server.ts';
import { findRedisProgram } from '../harness/redis-binary.ts';
import { holds, startSentinelGroup } from '../harness/redis-groups.ts';
import { openTcpGate } from '../harness/tcp-gate.ts';
import { until } from '../harness/until.ts';
import { onceOver, openSite } from './two-gateways.ts';

/*
 * Two gateways with two workers each on one database, raced by raw HTTP with one right code: at rest, while one of them reads its configuration
 * again, and while the server of the database dies and another takes its place.
 */

type Ledger = {
  readonly store: NonNullable<ConfigInput['store']>;
  /** Takes the primary away, and resolves when another one has its place. */
  failOver(): Promise<void>;
};

async function redisLedger(): Promise<Ledger> {
  const group = await startSentinelGroup();
  onceOver(group.stop);
  const sentinels = group.sentinels.map(({ host, port }) => ({ host, port }));
  return {
    store: { kind: 'redis', sentinels, name: group.name, minReplicas: 1, commandTimeout: '10s', wait: '5s' },
    async failOver() {
      group.master.stall();
      await group.failedOver();
      // It follows the new one, which then has somebody who acknowledges its steps.
      group.master.goOn();
    },
  };
}

async function postgresLedger(): Promise<Ledger> {
  const primary = await startPostgres();
  onceOver(primary.stop);
  const standby = await primary.follow('one');
  onceOver(standby.stop);
  await primary.configure("synchronous_standby_names = 'one'", 'synchronous_commit = on');
  await holds(
    async () => (await primary.sql("SELECT FROM pg_stat_replication WHERE sync_state = 'sync'")).length === 1,
  );
  const front = await openTcpGate(primary.port);
  onceOver(front.close);
  const url = `postgres://127.0.0.1:${front.port}/countersign`;
  return {
    store: { kind: 'postgres', url, username: 'gate', standbys: 1, commandTimeout: '10s' },
    async failOver() {
      await primary.kill();
      await standby.promote();
      await holds(async () => (await standby.sql('SELECT pg_is_in_recovery() AS is'))[0]?.['is'] === false);
      const second = await standby.follow('one');
      onceOver(second.stop);
      await standby.configure("synchronous_standby_names = 'one'", 'synchronous_commit = on');
      await holds(
        async () =>
          (await standby.sql("SELECT FROM pg_stat_replication WHERE sync_state = 'sync'")).length === 1,
      );
      front.leadTo(standby.port);
    },
  };
}

beforeAll(async () => {
  await Promise.all([findRedisProgram(), findPostgresPrograms()]);
}, 240_000);

test.each([
  ['Redis', redisLedger],
  ['Postgres', postgresLedger],
])(
  'on %s, fifty racers with one code save once',
  async (_, open) => {
    const { store, failOver } = await open();
    const { one, two, newest, deliver, race, pids, saved } = await openSite(store);
    await until(() => pids(one).length === 2 && pids(two).length === 2);

    expect((await deliver(one, '1')).status).toBe(428);
    const first = newest().code;
    const racing = race(50, '1', first);
    two.hangUp();
    const statuses = await Promise.all(racing);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(saved('1')).toBe(1);
    expect((await deliver(two, '1', first)).result).toBe('otp-used');

    // Wrong codes at both count together.
    expect((await deliver(two, '2')).status).toBe(428);
    const second = newest().code;
    await Promise.all(race(20, '2', String((Number(second) + 1) % 1_000_000).padStart(6, '0')));
    expect((await deliver(one, '2', second)).result).toBe('otp-attempts-exhausted');
    expect(saved('2')).toBe(0);

    // The primary goes in the middle of a race. What was used before is used after it.
    expect((await deliver(one, '3')).status).toBe(428);
    const third = newest().code;
    const hit = race(50, '3', third).map((each) => each.catch(() => undefined));
    await failOver();
    await Promise.all(hit);
    await holds(async () => (await deliver(one, '1', first)).result === 'otp-used');
    await holds(async () => (await deliver(two, '1', first)).result === 'otp-used');
    expect(saved('1')).toBe(1);
    await Promise.all(race(50, '3', third));
    // Of whoever was sent on and had no ledger to tell it, nobody knows whether it was stored: the identical save may be sent once more.
    expect(saved('3')).toBeLessThanOrEqual(2);
    expect((await deliver(one, '3', third, { subject: 'Three boxes' })).status).not.toBe(200);
    expect((await deliver(two, '3', third, { subject: 'Three boxes' })).status).not.toBe(200);

    // And the site goes on as before.
    expect((await deliver(two, '4')).status).toBe(428);
    const statuses4 = await Promise.all(race(50, '4', newest().code));
    expect(statuses4.filter((status) => status === 200)).toHaveLength(1);
    expect(saved('4')).toBe(1);
  },
  240_000,
);
