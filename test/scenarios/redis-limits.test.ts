import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createOutbox } from '../../src/channels/outbox/outbox.ts';
import type { ConfigInput } from '../../src/config/schema/schema.ts';
import type { Delivery } from '../../src/ports.ts';
import { createCodeHasher } from '../../src/system/hasher.ts';
import { deliveryRule, NO_LIMITS, SECRET } from '../harness/delivery.ts';
import { findRedisProgram } from '../harness/redis-binary.ts';
import { type RedisServer, startAnyRedis } from '../harness/redis-server.ts';
import { type Answered, wrongCode } from '../harness/rep.ts';
import { atOnce, deliver, inFile, notes, onRedis, openSite } from '../harness/sites.ts';

let redis: Pick<RedisServer, 'url' | 'stop'>;
beforeAll(async () => {
  await findRedisProgram();
  redis = await startAnyRedis('countersign:site-');
}, 240_000);
afterAll(() => redis.stop());

const COUNT = 20;
const MANY = 1_000_000;
const emailOf = (id: string) => `customer${id}@example.com`;

const stores: readonly (readonly [string, number, () => ConfigInput['store']])[] = [
  ['memory, one gateway', 1, () => ({ kind: 'memory' })],
  ['sqlite, two gateways', 2, inFile],
  ['redis, two gateways', 2, () => onRedis(redis.url)],
];

const caps: readonly (readonly [string, ConfigInput['limits'], (id: string) => string])[] = [
  ['one address', { ...NO_LIMITS, address: { hour: 3, day: MANY } }, () => 'ann@example.com'],
  ['one caller', { ...NO_LIMITS, caller: { hour: 3, wrong: MANY } }, emailOf],
  ['everybody', { ...NO_LIMITS, total: { minute: 3 } }, emailOf],
];

const tally = (answers: readonly Answered[], result: string) =>
  answers.filter((answer) => answer.result === result).length;

describe.each(stores)('on %s', (_name, gateways, store) => {
  const open = (limits: ConfigInput['limits'], address = emailOf) =>
    openSite({
      gateways,
      store: store(),
      limits,
      hashing: { queue: 1000 },
      crm: { records: notes(COUNT, address) },
    });
  const askForAll = (site: Awaited<ReturnType<typeof openSite>>) =>
    atOnce(site, COUNT, (rep, index) => deliver(rep, String(index + 1)));

  test.each(
    caps,
  )('of 20 codes asked for at once, %s gets as many as the cap allows', async (_, limits, address) => {
    const site = await open(limits, address);
    const answers = await askForAll(site);
    expect(site.outbox.messages()).toHaveLength(3);
    expect([tally(answers, 'otp-required'), tally(answers, 'otp-rate-limited')]).toEqual([3, COUNT - 3]);
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.every(({ headers }) => Number(headers.get('retry-after')) > 0)).toBe(true);
  });

  test('of 20 wrong codes of one caller at once, for as many records, as many are compared as the cap allows', async () => {
    const site = await open({ ...NO_LIMITS, caller: { hour: MANY, wrong: 3 } });
    expect(tally(await askForAll(site), 'otp-required')).toBe(COUNT);
    const answers = await atOnce(site, COUNT, (rep, index) => {
      const id = String(index + 1);
      return deliver(rep, id, wrongCode(site.code(emailOf(id))));
    });
    expect([tally(answers, 'otp-invalid'), tally(answers, 'otp-rate-limited')]).toEqual([3, COUNT - 3]);
    expect(site.crm.saves).toHaveLength(0);
  });

  test('sends that definitely failed, many at once, give their places back', async () => {
    let outcome: Delivery = { kind: 'refused', reason: 'a test' };
    const channel = { ...createOutbox({ addressKind: 'email' }), deliver: async () => outcome };
    const site = await openSite({
      gateways,
      store: store(),
      channel,
      rules: [deliveryRule({ code: { cooldown: '0s' } })],
      limits: { address: { hour: 3, day: 3 }, caller: { hour: 3, wrong: MANY }, total: { minute: 3 } },
      hashing: { queue: 1000 },
      crm: { records: notes(COUNT, () => 'ann@example.com') },
    });
    const failed = await askForAll(site);
    expect(tally(failed, 'otp-delivery-failed') + tally(failed, 'otp-rate-limited')).toBe(COUNT);
    expect(tally(failed, 'otp-delivery-failed')).toBeGreaterThanOrEqual(3);
    outcome = { kind: 'accepted' };
    // One after the other: at once, one that is about to be refused may hold another's place.
    const results = [];
    for (let id = 1; id <= 5; id++)
      results.push((await deliver(site.reps[id % gateways] ?? site.reps[0], String(id))).result);
    expect(results).toEqual([
      ...Array.from({ length: 3 }, () => 'otp-required'),
      ...Array.from({ length: 2 }, () => 'otp-rate-limited'),
    ]);
  });

  test('a code that could not be made for want of time gives its places back', async () => {
    const site = await openSite({
      gateways,
      store: store(),
      limits: {
        address: { hour: COUNT, day: MANY },
        caller: { hour: COUNT, wrong: MANY },
        total: { minute: COUNT },
      },
      hasher: createCodeHasher({ secrets: [SECRET], concurrency: 1, queue: 0 }),
      crm: { records: notes(COUNT, () => 'ann@example.com') },
    });
    const answers = await askForAll(site);
    const sent = tally(answers, 'otp-required');
    expect(sent).toBeLessThan(COUNT);
    expect(tally(answers, 'otp-unavailable')).toBe(COUNT - sent);
    const results = [];
    for (let id = 1; id <= COUNT; id++) results.push((await deliver(site.reps[0], String(id))).result);
    expect(results.every((result) => result === 'otp-required')).toBe(true);
    expect(site.outbox.messages()).toHaveLength(COUNT);
  });
});
