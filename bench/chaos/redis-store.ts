import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { Row } from '../../src/core/ledger/row.ts';
import { type ChaosRedis, startChaosRedis } from './redis.ts';
import type { ChaosStore } from './store.ts';

/** What is done to Redis, in this order, over and over: six of eight move the master. */
const ORDER = ['ask', 'lag', 'crash', 'restart', 'lag', 'stall', 'ask', 'outage'] as const;
/** Shorter than Sentinel takes to put a replica right. */
const LAG_MS = 300;

/** A Redis with a replica and Sentinel. */
export async function startRedisStore(minReplicas: number): Promise<ChaosStore> {
  const redis = await startChaosRedis();
  const { host, port } = redis.sentinel;
  return {
    config: { kind: 'redis', sentinels: [{ host, port }], name: redis.name, minReplicas },
    async trouble(turn) {
      const master = await redis.master();
      await trouble(ORDER[turn % ORDER.length] ?? 'ask', redis);
      await redis.isWhole();
      return (await redis.master()) === master ? 'restart' : 'failover';
    },
    readRows: () => readRows(redis),
    stop: redis.stop,
  };
}

/** The rows of codes; limits are there too. */
async function readRows({ sentinel: { host, port }, name }: ChaosRedis): Promise<readonly Row[]> {
  const redis = new Redis({ sentinels: [{ host, port }], name });
  try {
    const keys = await redis.keys('countersign:*');
    const texts = await Promise.all(keys.map((key) => redis.hget(key, 'row')));
    return texts
      .flatMap((text) => (text === null ? [] : [JSON.parse(text) as Row]))
      .filter(({ kind, code }) => kind === 'code' && code !== null);
  } finally {
    redis.disconnect();
  }
}

async function trouble(kind: (typeof ORDER)[number], redis: ChaosRedis): Promise<void> {
  const [master, replica] = [await redis.master(), await redis.replica()];
  switch (kind) {
    case 'ask':
      await redis.askForFailover();
      return redis.movedFrom(master);
    case 'crash':
      await master.kill();
      await redis.movedFrom(master);
      return redis.revive(master);
    case 'stall':
      master.stall();
      await redis.movedFrom(master);
      return master.goOn();
    // What the master takes last, the replica never hears of, and that one is the next master.
    case 'lag':
      await replica.call('REPLICAOF', replica.host, 1);
      await pause(LAG_MS);
      await master.kill();
      await redis.movedFrom(master);
      return redis.revive(master);
    case 'restart':
      await master.kill();
      return redis.revive(master);
    case 'outage':
      await Promise.all([replica.kill(), master.kill()]);
      await pause(1000);
      await redis.revive(master);
      return redis.revive(replica);
  }
}
