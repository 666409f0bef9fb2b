import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { holds } from '../harness/redis-groups.ts';
import { type RedisServer, startRedis } from '../harness/redis-server.ts';
import { fullRow } from './full-row.ts';
import { createOpener, createRecordingLog, UNAVAILABLE } from './redis-setup.ts';

const { open, closeAll } = createOpener();

let server: RedisServer;
beforeAll(async () => {
  server = await startRedis();
}, 240_000);
beforeEach(() => server.call('FLUSHALL'));
afterEach(closeAll);
afterAll(() => server.stop());

describe('while Redis is away', () => {
  it('a gateway starts, refuses, and recovers without a restart', async () => {
    await server.kill();
    const log = createRecordingLog();
    const store = open({ url: server.url }, log);
    await store.start();
    await expect(store.find('a')).rejects.toMatchObject(UNAVAILABLE);
    await expect(store.replace(fullRow('a', 1), 0)).rejects.toMatchObject(UNAVAILABLE);
    await expect(store.purge()).rejects.toMatchObject(UNAVAILABLE);
    await server.start();
    await holds(() => store.replace(fullRow('a', 1), 0));
    expect((await store.find('a')).row?.version).toBe(1);
    expect(log.lines.filter((line) => line.includes('cannot be reached yet'))).toHaveLength(1);
  });

  it('every call fails, no call is kept for later, and it comes back', async () => {
    const store = open({ url: server.url });
    await store.find('a');
    await server.kill();
    const calls = Array.from({ length: 100 }, (_, index) => store.replace(fullRow(`k${index}`, 1), 0));
    for (const call of await Promise.allSettled(calls))
      expect(call).toMatchObject({ status: 'rejected', reason: UNAVAILABLE });
    await server.start();
    await holds(async () => (await store.find('a')).row === undefined);
    expect(await server.call('DBSIZE')).toBe(0);
  });

  it('a server that does not answer is given up within the command timeout, and its step is not sent twice', async () => {
    const store = open({ url: server.url, commandTimeoutMs: 300, waitMs: 100 });
    await holds(async () => (await store.find('a')).row === undefined);
    // A log of all commands: https://redis.io/docs/latest/commands/slowlog/
    await server.call('CONFIG', 'SET', 'slowlog-max-len', 1000, 'slowlog-log-slower-than', 0);
    server.stall();
    const stalled = await Promise.allSettled([store.replace(fullRow('lost', 1), 0), store.find('a')]);
    const later = await Promise.allSettled([store.find('a')]);
    server.goOn();
    for (const call of [...stalled, ...later])
      expect(call).toMatchObject({ status: 'rejected', reason: UNAVAILABLE });
    await holds(async () => (await store.find('a')).row === undefined);
    // The answer was lost, the step was not.
    await holds(async () => (await server.call('HGET', 'countersign:lost', 'version')) === '1');
    const commands = (await server.call('SLOWLOG', 'GET', -1)) as [unknown, unknown, unknown, string[]][];
    const steps = commands.filter(
      ([, , , [name, , , key]]) => /^eval/i.test(name ?? '') && key === 'countersign:lost',
    );
    expect(steps).toHaveLength(1);
  });

  it('a master that became a replica stores nothing, and is used again when it is the master', async () => {
    const store = open({ url: server.url });
    await store.find('a');
    await server.call('REPLICAOF', '127.0.0.1', 1);
    await expect(store.replace(fullRow('a', 1), 0)).rejects.toMatchObject(UNAVAILABLE);
    await holds(async () => {
      const fault = await store.find('a').catch((error: Error) => error);
      return fault instanceof Error && fault.message.includes('it is a replica');
    });
    await server.call('REPLICAOF', 'NO', 'ONE');
    await holds(() => store.replace(fullRow('a', 1), 0));
    expect((await store.find('a')).row?.version).toBe(1);
  });
});

describe('a Redis that evicts', () => {
  const policy = (name: string) => server.call('CONFIG', 'SET', 'maxmemory-policy', name);
  afterEach(() => policy('noeviction'));

  it('is refused at start with the line to change, and used without a restart once it was changed', async () => {
    await policy('allkeys-lru');
    const log = createRecordingLog();
    const store = open({ url: server.url }, log);
    await expect(store.start()).rejects.toMatchObject({
      code: 'config-invalid',
      message: expect.stringContaining('maxmemory-policy noeviction'),
    });
    await expect(store.find('a')).rejects.toMatchObject(UNAVAILABLE);
    expect(log.lines.filter((line) => line.startsWith('error') && line.includes('allkeys-lru'))).toHaveLength(
      1,
    );
    await policy('noeviction');
    await holds(() => store.replace(fullRow('a', 1), 0));
    await store.start();
  });

  it('is refused at the next connection, where it was changed meanwhile', async () => {
    const store = open({ url: server.url });
    await store.start();
    await policy('volatile-ttl');
    await server.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await holds(async () => {
      const fault = await store.find('a').catch((error: Error) => error);
      return fault instanceof Error && fault.message.includes('maxmemory-policy is volatile-ttl');
    });
    await expect(store.find('a')).rejects.toMatchObject(UNAVAILABLE);
  });
});

it('leaves no connection behind when it is closed', async () => {
  const store = open({ url: server.url });
  await store.find('a');
  expect(await server.call('CLIENT', 'LIST')).toContain('name=countersign');
  await store.close();
  await holds(async () => !String(await server.call('CLIENT', 'LIST')).includes('name=countersign'));
});
