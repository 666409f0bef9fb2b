import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deliveryOptions, PATIENCE } from '../harness/delivery.ts';
import { findRedisProgram } from '../harness/redis-binary.ts';
import { holds } from '../harness/redis-groups.ts';
import { type RedisServer, startRedis } from '../harness/redis-server.ts';
import { type Answered, NOTE, type Rep } from '../harness/rep.ts';
import { onRedis, openSite } from '../harness/sites.ts';
import { openCrm, openFolder } from '../harness/world.ts';
import { serve } from './gateway-process.ts';

let redis: RedisServer;
beforeAll(async () => {
  await findRedisProgram();
  redis = await startRedis({ lines: ['appendonly yes', 'appendfsync always'] });
}, 240_000);
afterAll(() => redis.stop());

/** Guarded saves, with a code and without, and traffic that no rule concerns, all at once. */
async function tryEverything(rep: Rep, code: string) {
  const guarded = await Promise.all([rep.deliver(code), rep.deliver(), rep.standing(), rep.askForCode()]);
  const unguarded = await Promise.all([
    rep.call('PATCH', NOTE, { weight: 3 }),
    rep.call('GET', NOTE),
    rep.call('GET', '/elsewhere'),
  ]);
  return { guarded, unguarded };
}

function expectOutage({ guarded, unguarded }: Record<'guarded' | 'unguarded', readonly Answered[]>): void {
  for (const { status, result, headers, text } of guarded) {
    expect([status, result]).toEqual([503, 'otp-unavailable']);
    expect(headers.get('retry-after')).toMatch(/^\d+$/);
    expect(text).not.toMatch(/redis|127\.0\.0\.1/i);
  }
  expect(unguarded.map(({ status }) => status)).toEqual([200, 200, 200]);
}

const troubles: readonly (readonly [string, () => unknown, () => unknown])[] = [
  ['is gone', () => redis.kill(), () => redis.start()],
  ['does not answer', () => redis.stall(), () => redis.goOn()],
];

describe('while Redis', () => {
  test.each(
    troubles,
  )('%s, guarded saves are refused and the others do not notice; then all is well without a restart', async (_, takeAway, bringBack) => {
    const site = await openSite({ store: onRedis(redis.url, PATIENCE) });
    await site.reps[0].deliver();
    const code = site.code();
    await takeAway();
    try {
      // It answers to nothing from here on: whatever ends is ended by the command timeout.
      for (const rep of site.reps) expectOutage(await tryEverything(rep, code));
    } finally {
      await bringBack();
    }
    expect(site.crm.saves.map(({ body }) => body.toString())).toEqual(['{"weight":3}', '{"weight":3}']);
    for (const rep of site.reps) await holds(async () => (await rep.standing()).status === 200);
    const saved = await site.reps[1]?.deliver(code);
    expect([saved?.status, saved?.code]).toEqual([200, 'used']);
    expect((await site.reps[0].deliver(code)).result).not.toBe('verified');
  });
});

describe('`serve` with a Redis that throws rows away', () => {
  test.each([1, 2])('ends with 3 and the line to change, with %d workers', async (workers) => {
    const crm = await openCrm();
    const folder = openFolder();
    await redis.call('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru');
    try {
      const starting = serve(folder, {
        ...deliveryOptions(crm.url),
        version: 1,
        workers,
        store: onRedis(redis.url),
        channels: { email: { kind: 'outbox', folder: join(folder, 'outbox') } },
      });
      await expect(starting).rejects.toThrow(
        /ended with 3:.*maxmemory-policy is allkeys-lru.*set "maxmemory-policy noeviction" in redis\.conf/s,
      );
    } finally {
      await redis.call('CONFIG', 'SET', 'maxmemory-policy', 'noeviction');
    }
  });
});
