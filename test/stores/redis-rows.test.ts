import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { certificate, privateKey } from '../channels/localhost-certificate.ts';
import { holds } from '../harness/redis-groups.ts';
import { type RedisServer, startRedis } from '../harness/redis-server.ts';
import { DAY_MS, fullRow } from './full-row.ts';
import { createOpener, UNAVAILABLE } from './redis-setup.ts';

const { open, closeAll } = createOpener();
afterEach(closeAll);

describe('rows on Redis', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  }, 240_000);
  beforeEach(() => server.call('FLUSHALL'));
  afterAll(() => server.stop());

  it('are each under one key: the prefix and what the gate gave, nothing else', async () => {
    await open({ url: server.url }).replace(fullRow('3f9a', 1), 0);
    await open({ url: server.url, keyPrefix: 'other:' }).replace(fullRow('3f9a', 1), 0);
    expect(new Set((await server.call('KEYS', '*')) as string[])).toEqual(
      new Set(['countersign:3f9a', 'other:3f9a']),
    );
  });

  it('expire by themselves when nobody needs them any more', async () => {
    const store = open({ url: server.url });
    const { now } = await store.find('a');
    await store.replace(fullRow('a', 1, now + DAY_MS), 0);
    expect(await server.call('PEXPIRETIME', 'countersign:a')).toBe(now + DAY_MS);
    await store.replace(fullRow('a', 2, now + 50), 1);
    await holds(async () => (await server.call('DBSIZE')) === 0);
    expect((await store.find('a')).row).toBeUndefined();
  });

  it('live by the time of the server: a gateway five minutes off changes nothing', async () => {
    const store = open({ url: server.url });
    const apart = async () => {
      const [seconds] = (await server.call('TIME')) as string[];
      return Math.abs((await store.find('a')).now - Number(seconds) * 1000);
    };
    for (const offMs of [300_000, -300_000]) {
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + offMs });
      const off = await apart().finally(() => vi.useRealTimers());
      expect(off).toBeLessThan(60_000);
    }
  });

  it('are stored and found after the server forgot its scripts', async () => {
    const store = open({ url: server.url });
    await store.replace(fullRow('a', 1), 0);
    await store.find('a');
    await server.call('SCRIPT', 'FLUSH');
    const results = await Promise.all([2, 2, 2].map((version) => store.replace(fullRow('a', version), 1)));
    expect(results.filter(Boolean)).toHaveLength(1);
    await server.call('SCRIPT', 'FLUSH');
    expect((await store.find('a')).row?.version).toBe(2);
  });

  it('are stepped by one of several gateways at a time', async () => {
    const gateways = [1, 2, 3].map(() => open({ url: server.url, commandTimeoutMs: 10_000 }));
    const step = async (store: (typeof gateways)[number]) => {
      for (let won = 0; won < 50; ) {
        const version = (await store.find('a')).row?.version ?? 0;
        if (await store.replace(fullRow('a', version + 1), version)) won++;
      }
    };
    await Promise.all(gateways.map(step));
    expect((await gateways[0]?.find('a'))?.row?.version).toBe(150);
  });

  it('cannot be used where something else is in their place', async () => {
    await server.call('SET', 'countersign:a', 'text');
    await server.call('HSET', 'countersign:b', 'version', '1', 'row', '{');
    const store = open({ url: server.url });
    for (const key of ['a', 'b']) await expect(store.find(key)).rejects.toMatchObject(UNAVAILABLE);
    await expect(store.replace(fullRow('a', 1), 0)).rejects.toMatchObject(UNAVAILABLE);
  });

  it('can be read while memory is full, and are not stepped', async () => {
    const store = open({ url: server.url });
    await store.replace(fullRow('a', 1), 0);
    await server.call('CONFIG', 'SET', 'maxmemory', 1);
    try {
      await expect(store.replace(fullRow('a', 2), 1)).rejects.toMatchObject(UNAVAILABLE);
      expect((await store.find('a')).row?.version).toBe(1);
    } finally {
      await server.call('CONFIG', 'SET', 'maxmemory', 0);
    }
  });

  it('need no more rights than their keys, INFO, TIME and scripts, and no CONFIG', async () => {
    const rights =
      '~countersign:* resetchannels -@all +info +time +eval +evalsha +hget +hset +pexpireat +wait +hello +auth';
    await server.call(
      'ACL',
      'SETUSER',
      'gate',
      'reset',
      'on',
      '>hidden',
      ...rights.split(' '),
      '+client|setname',
    );
    const store = open({ url: server.url, username: 'gate', password: 'hidden' });
    await store.start();
    expect(await store.replace(fullRow('a', 1), 0)).toBe(true);
    expect((await store.find('a')).row?.version).toBe(1);
    expect(await store.purge()).toBe(0);
  });

  it('are refused to a wrong password, which no error repeats', async () => {
    await server.call('ACL', 'SETUSER', 'gate', 'reset', 'on', '>hidden', '~*', '+@all');
    const store = open({ url: server.url, username: 'gate', password: 'mistaken' });
    const fault = await store.find('a').catch((error: unknown) => error);
    expect(fault).toMatchObject({ ...UNAVAILABLE, message: expect.stringContaining('WRONGPASS') });
    expect(JSON.stringify(fault, Object.getOwnPropertyNames(fault))).not.toContain('mistaken');
    expect(fault).not.toHaveProperty('cause');
  });
});

describe('rows on Redis over TLS', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis({ tls: { certificate, privateKey } });
  }, 240_000);
  afterAll(() => server.stop());

  it('are stored where the certificate is known', async () => {
    const store = open({ url: server.url, tls: { ca: certificate } });
    expect(await store.replace(fullRow('a', 1), 0)).toBe(true);
    expect((await store.find('a')).row?.version).toBe(1);
  });

  it('are refused where it is not', async () => {
    await expect(open({ url: server.url }).find('a')).rejects.toMatchObject({
      ...UNAVAILABLE,
      message: expect.stringContaining('certificate'),
    });
  });
});
