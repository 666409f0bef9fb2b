import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe } from 'vitest';
import { createRedisStore } from '../../src/stores/redis/redis.ts';
import type { RedisPlace } from '../../src/stores/redis/redis-options.ts';
import { startRedisCluster, startSentinelGroup } from '../harness/redis-groups.ts';
import { startAnyRedis } from '../harness/redis-server.ts';
import { describeLedgerStore } from './contract.ts';

const PREFIX = `countersign-test-${randomUUID()}:`;

type Started = { readonly place: RedisPlace; stop(): Promise<void> };

const SETUPS: readonly (readonly [string, () => Promise<Started>])[] = [
  [
    'one server',
    async () => {
      const { url, stop } = await startAnyRedis(PREFIX);
      return { place: { url }, stop };
    },
  ],
  [
    'a master that Sentinel names',
    async () => {
      const { sentinels, name, stop } = await startSentinelGroup();
      return { place: { sentinels, name }, stop };
    },
  ],
  [
    'a cluster',
    async () => {
      const { nodes, stop } = await startRedisCluster();
      return { place: { nodes }, stop };
    },
  ],
];

describe.each(SETUPS)('%s', (_, start) => {
  let started: Started;
  beforeAll(async () => {
    started = await start();
  }, 240_000);
  afterAll(() => started.stop());

  // Time enough for 200 at once on a busy machine; each store has rows of its own.
  describeLedgerStore('redis', async () => ({
    store: createRedisStore({
      ...started.place,
      keyPrefix: `${PREFIX}${randomUUID()}:`,
      commandTimeoutMs: 10_000,
    }),
  }));
});
