import { describe, expect, it } from 'vitest';
import { createRedisStore } from '../../src/stores/redis/redis.ts';
import { judgeInfo } from '../../src/stores/redis/redis-examine.ts';
import { placeOf } from '../../src/stores/redis/redis-options.ts';

const url = 'redis://127.0.0.1:1';

describe('the options of the Redis store', () => {
  it.each([
    ['a negative number of replicas', { url, minReplicas: -1 }, 'minReplicas is -1'],
    ['a wait without end', { url, waitMs: 0 }, 'waitMs is 0'],
    ['a wait longer than a call', { url, waitMs: 500, commandTimeoutMs: 500 }, 'waitMs is 500'],
    ['another scheme', { url: 'http://127.0.0.1' }, 'redis:// or rediss://'],
    ['no node', { nodes: [] }, 'nodes names no node'],
    ['no Sentinel', { sentinels: [], name: 'ledger' }, 'sentinels names no Sentinel'],
  ])('refuse %s', (_, options, problem) => {
    expect(() => createRedisStore(options)).toThrow(
      expect.objectContaining({ code: 'config-invalid', message: expect.stringContaining(problem) }),
    );
  });

  it('are named in messages without their password', () => {
    expect(placeOf({ url: 'rediss://gate:hidden@ledger.test:6380/1' })).toBe('ledger.test:6380');
  });
});

describe('a Redis server, by what its INFO says,', () => {
  const info = (changes: Readonly<Record<string, string>>) =>
    Object.entries({ role: 'master', redis_version: '7.0.15', maxmemory_policy: 'noeviction', ...changes })
      .map(([name, value]) => `${name}:${value}\r\n`)
      .join('# Section\r\n');

  it.each(['6.2.0', '6.10.1', '7.0.15', '10.0.0'])('may keep a ledger in version %s', (version) => {
    expect(judgeInfo(info({ redis_version: version })).refusal).toBeUndefined();
  });

  it.each(['6.0.16', '5.0.14', 'unstable', ''])('is too old, or unknown, in version %j', (version) => {
    expect(judgeInfo(info({ redis_version: version })).refusal).toMatch(/6\.2 or later/);
  });

  it.each(['allkeys-lru', 'volatile-ttl', ''])('may not keep one under the policy %j', (policy) => {
    expect(judgeInfo(info({ maxmemory_policy: policy })).refusal).toContain('maxmemory-policy noeviction');
  });

  it('is no use as a replica', () => {
    expect(() => judgeInfo(info({ role: 'slave' }))).toThrow(/replica/);
  });

  it('comes with a warning where a crash takes steps back', () => {
    expect(judgeInfo(info({ aof_enabled: '0' })).warning).toContain('appendonly yes');
    expect(judgeInfo(info({ aof_enabled: '1' })).warning).toBeUndefined();
  });
});
