import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { holds, type RedisCluster, startClusterReplica, startRedisCluster } from '../harness/redis-groups.ts';
import { createOpener, PATIENT, rowWith, UNAVAILABLE } from './redis-setup.ts';

const { open, closeAll } = createOpener();

describe('a cluster', () => {
  let cluster: RedisCluster;
  beforeAll(async () => {
    cluster = await startRedisCluster();
  }, 240_000);
  afterEach(closeAll);
  afterAll(() => cluster.stop());

  const slotOf = async (key: string) =>
    Number(await cluster.nodes[0].call('CLUSTER', 'KEYSLOT', `countersign:${key}`));
  const FIRST_NODE_ENDS = 5461;

  it('is followed when a slot moves to another node', async () => {
    const store = open({ ...cluster, ...PATIENT });
    await store.find('moving');
    const slot = await slotOf('moving');
    const [one, two, three] = cluster.nodes;
    const to = slot < FIRST_NODE_ENDS ? two : one;
    const id = String(await to.call('CLUSTER', 'MYID'));
    for (const node of [to, one, two, three]) await node.call('CLUSTER', 'SETSLOT', slot, 'NODE', id);
    expect(await store.replace(rowWith('living', 'moving', 1), 0)).toBe(true);
    expect((await store.find('moving')).row?.version).toBe(1);
    expect(await to.call('EXISTS', 'countersign:moving')).toBe(1);
  });

  it('is unavailable for the rows of a node that is away, and recovers without a restart', async () => {
    const store = open(cluster);
    const keys = Array.from({ length: 12 }, (_, index) => `n${index}`);
    const slots = await Promise.all(keys.map(slotOf));
    const key = keys.find((_, index) => (slots[index] ?? 0) < FIRST_NODE_ENDS) ?? '';
    expect(await store.replace(rowWith('living', key, 1), 0)).toBe(true);
    await cluster.nodes[0].kill();
    await expect(store.replace(rowWith('used', key, 2), 1)).rejects.toMatchObject(UNAVAILABLE);
    await cluster.nodes[0].start();
    // It came back empty, as these servers keep nothing.
    await holds(async () => (await store.find(key)).row === undefined);
    await holds(() => store.replace(rowWith('living', key, 1), 0));
  }, 240_000);

  it('asks the replicas of the row’s own node', async () => {
    const replica = await startClusterReplica(cluster);
    try {
      const store = open({ ...cluster, minReplicas: 1, ...PATIENT });
      const acknowledged = await Promise.all(
        Array.from({ length: 6 }, async (_, index) => {
          const isReplicated = (await slotOf(`r${index}`)) < FIRST_NODE_ENDS;
          const isStored = await store.replace(rowWith('living', `r${index}`, 1), 0).catch(() => false);
          return [isReplicated, isStored];
        }),
      );
      expect(acknowledged.filter(([isReplicated, isStored]) => isReplicated !== isStored)).toEqual([]);
      expect(new Set(acknowledged.flat())).toEqual(new Set([true, false]));
    } finally {
      await replica.stop();
    }
  });
});
