import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { TOUCH_STEP } from '../../src/stores/redis/redis-client.ts';
import { findRedisProgram } from '../harness/redis-binary.ts';
import { holds, type RedisGroup, startReplica, startSentinelGroup } from '../harness/redis-groups.ts';
import { startRedis } from '../harness/redis-server.ts';
import { createOpener, createRecordingLog, PATIENT, rowWith, UNAVAILABLE } from './redis-setup.ts';

const { open, closeAll } = createOpener();
beforeAll(findRedisProgram, 240_000);
const started: { stop(): Promise<void> }[] = [];
async function keep<T extends { stop(): Promise<void> }>(starting: Promise<T>): Promise<T> {
  const one = await starting;
  started.push(one);
  return one;
}
afterEach(async () => {
  await closeAll();
  await Promise.all(started.splice(0).map((one) => one.stop()));
});

const placeOf = ({ sentinels, name }: RedisGroup) => ({ sentinels, name });

/** Asks until there is an answer: connections are cut now and then while servers change their roles. */
async function answerOf<T>(ask: () => Promise<T>): Promise<T> {
  let answer: { readonly value: T } | undefined;
  await holds(async () => {
    answer = { value: await ask() };
    return true;
  });
  if (!answer) throw new Error('there was no answer');
  return answer.value;
}

describe('after a failover by Sentinel', () => {
  it('a used code that a replica acknowledged is used on every gateway', async () => {
    const group = await keep(startSentinelGroup());
    const options = { ...placeOf(group), minReplicas: 1 };
    const store = open(options);
    expect(await store.replace(rowWith('living', 'a', 1), 0)).toBe(true);
    expect(await store.replace(rowWith('used', 'a', 2), 1)).toBe(true);
    group.master.stall();
    await expect(store.find('a')).rejects.toMatchObject(UNAVAILABLE);
    await group.failedOver();
    for (const [index, gateway] of [store, open(options)].entries()) {
      const row = await answerOf(() => gateway.find('a'));
      expect(row.row).toMatchObject({ version: 2, code: { state: { kind: 'used' } } });
      // No replica is left to acknowledge a step.
      await expect(gateway.replace(rowWith('used', `b${index}`, 1), 0)).rejects.toMatchObject(UNAVAILABLE);
    }
  });

  it('a used code that lives again on a replica that lagged is refused by the gateway that saw it used', async () => {
    const group = await keep(startSentinelGroup());
    const log = createRecordingLog();
    const store = open(placeOf(group), log);
    await store.replace(rowWith('living', 'a', 1), 0);
    await store.replace(rowWith('living', 'untouched', 1), 0);
    await holds(async () => (await group.replica.call('DBSIZE')) === 2);
    await group.replica.call('REPLICAOF', group.replica.host, 1);
    expect(await store.replace(rowWith('used', 'a', 2), 1)).toBe(true);
    await group.master.kill();
    await group.failedOver();
    expect((await answerOf(() => store.find('untouched'))).row?.version).toBe(1);
    const refusal = await answerOf(() =>
      store.find('a').catch((error: Error) => {
        if (error.message.includes('went back to an earlier version')) return error;
        throw error;
      }),
    );
    expect(refusal).toMatchObject(UNAVAILABLE);
    expect(log.lines.filter((line) => line.includes('failed over'))).toHaveLength(1);
    // What only an acknowledging replica closes: a gateway that never saw it used.
    const newcomer = open(placeOf(group));
    expect((await answerOf(() => newcomer.find('a'))).row).toMatchObject({
      code: { state: { kind: 'living' } },
    });
  });
});

it('a used code that lives again after a restart from an old snapshot is refused', async () => {
  const server = await keep(startRedis());
  const store = open({ url: server.url });
  await store.replace(rowWith('living', 'a', 1), 0);
  await server.call('SAVE');
  await store.replace(rowWith('used', 'a', 2), 1);
  await server.kill();
  await server.start();
  expect(await server.call('HGET', 'countersign:a', 'version')).toBe('1');
  await holds(async () => (await store.find('b')).row === undefined);
  await expect(store.find('a')).rejects.toMatchObject(UNAVAILABLE);
});

it('an emptied ledger can be used at once', async () => {
  const server = await keep(startRedis());
  const store = open({ url: server.url });
  await store.replace(rowWith('living', 'a', 1), 0);
  await store.replace(rowWith('used', 'a', 2), 1);
  await server.call('FLUSHALL');
  expect((await store.find('a')).row).toBeUndefined();
  expect(await store.replace(rowWith('living', 'a', 1), 0)).toBe(true);
  expect((await store.find('a')).row?.version).toBe(1);
});

it('a step that too few replicas acknowledged does not count, and one that enough did does', async () => {
  const server = await keep(startRedis());
  const replica = await keep(startReplica(server));
  const store = open({ url: server.url, minReplicas: 1, ...PATIENT });
  expect(await store.replace(rowWith('living', 'a', 1), 0)).toBe(true);
  replica.stall();
  await expect(store.replace(rowWith('used', 'a', 2), 1)).rejects.toMatchObject({
    ...UNAVAILABLE,
    message: expect.stringContaining('0 of 1 replicas'),
  });
  // It was stored all the same, and a step that is not stored needs nobody's acknowledgement.
  expect((await store.find('a')).row?.version).toBe(2);
  expect(await store.replace(rowWith('used', 'a', 2), 1)).toBe(false);
  replica.goOn();
  await holds(() => store.replace(rowWith('used', 'b', 1), 0));
  await expect(
    open({ url: server.url, minReplicas: 2, ...PATIENT }).replace(rowWith('used', 'c', 1), 0),
  ).rejects.toThrow('1 of 2 replicas');
});

it('a step is not the one that replicas acknowledge where the row is not as far, or gone', async () => {
  const server = await keep(startRedis());
  const store = open({ url: server.url });
  await store.replace(rowWith('living', 'a', 1), 0);
  await store.replace(rowWith('used', 'a', 2), 1);
  const touch = (key: string, version: number) => server.call('EVAL', TOUCH_STEP, 1, key, version);
  const before = await server.call('PTTL', 'countersign:a');
  expect(await touch('countersign:a', 1)).toBe(1);
  expect(await touch('countersign:a', 2)).toBe(1);
  expect(await touch('countersign:a', 3)).toBe(0);
  expect(await touch('countersign:none', 1)).toBe(0);
  expect(await server.call('EXISTS', 'countersign:none')).toBe(0);
  expect(await server.call('PTTL', 'countersign:a')).toBeLessThanOrEqual(Number(before));
  expect((await store.find('a')).row?.version).toBe(2);
});
