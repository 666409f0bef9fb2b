import { afterAll, beforeAll, expect, test } from 'vitest';
import { createOutbox } from '../../src/channels/outbox/outbox.ts';
import type { ConfigInput } from '../../src/config/schema/schema.ts';
import { createHandClock } from '../../src/system/hand-clock.ts';
import { customerAt } from '../harness/customer.ts';
import { deliveryRule, gatewayOptions, NO_LIMITS } from '../harness/delivery.ts';
import { HOOK_KEY, openReceiver } from '../harness/hook-receiver.ts';
import { findRedisProgram } from '../harness/redis-binary.ts';
import { type RedisServer, startAnyRedis } from '../harness/redis-server.ts';
import { wrongCode } from '../harness/rep.ts';
import { atOnce, deliver, notes, onRedis, openSite } from '../harness/sites.ts';
import { until } from '../harness/until.ts';
import { openCrm, openGateway } from '../harness/world.ts';

let redis: Pick<RedisServer, 'url' | 'stop'>;
beforeAll(async () => {
  await findRedisProgram();
  redis = await startAnyRedis('countersign:site-');
}, 240_000);
afterAll(() => redis.stop());

/** Two gateways whose rule applies to every save that ends as "Delivered", also about one that changes nothing. */
const open = (records = notes(1, () => 'ann@example.com'), maxAttempts = 3, events?: ConfigInput['events']) =>
  openSite({
    store: onRedis(redis.url),
    rules: [deliveryRule({ when: { '==': [{ var: 'record.status' }, 'Delivered'] }, code: { maxAttempts } })],
    limits: NO_LIMITS,
    hashing: { queue: 1000 },
    crm: { records },
    ...(events ? { events } : {}),
  });

const emailOf = (id: string) => `customer${id}@example.com`;
const ids = (count: number) => Array.from({ length: count }, (_, index) => String(index + 1));

test('a code that one gateway sent is good at the other, once', async () => {
  const { crm, reps, code } = await open();
  const [one, other = one] = reps;
  expect((await deliver(one, '1')).result).toBe('otp-required');
  expect((await deliver(other, '1', wrongCode(code()))).json.rules?.[0]?.attempts_remaining).toBe(2);
  const saved = await deliver(other, '1', code());
  expect([saved.status, saved.code]).toEqual([200, 'used']);
  for (const rep of reps) expect((await deliver(rep, '1', code())).result).toBe('otp-used');
  expect(crm.saves).toHaveLength(1);
});

test('a receiver is told each happening once and in order, whichever gateway it was at', async () => {
  const receiver = await openReceiver();
  const { reps, code } = await open(undefined, 3, [{ url: receiver.url, secret: HOOK_KEY }]);
  const [one, other = one] = reps;
  await deliver(one, '1');
  await deliver(other, '1', code());
  await until(() => receiver.told.length === 3);
  expect(receiver.kinds()).toEqual(['code-sent', 'save-countersigned', 'save-settled']);
});

test.each([
  -5, 60,
])('a gateway whose clock is %d minutes off changes nothing: Redis has the time', async (minutes) => {
  const crm = await openCrm();
  const outbox = createOutbox({ addressKind: 'email' });
  const options = gatewayOptions(crm.url, { store: onRedis(redis.url) });
  const channels = { email: outbox };
  const right = await openGateway(options, { channels });
  const off = await openGateway(options, { channels, clock: createHandClock(Date.now() + minutes * 60_000) });
  const asked = await off.rep.deliver();
  const lifeMs = Date.parse(asked.json.rules?.[0]?.expires_at ?? '') - Date.now();
  expect(lifeMs).toBeGreaterThan(4 * 60_000);
  expect(lifeMs).toBeLessThanOrEqual(5 * 60_000);
  for (const { rep } of [right, off]) expect((await rep.standing()).result).toBe('living');
  expect((await off.rep.deliver(outbox.lastCode())).code).toBe('used');
});

test('of 50 saves with the right code at two gateways exactly one reaches the CRM', async () => {
  const site = await open();
  await deliver(site.reps[0], '1');
  const answers = await atOnce(site, 50, (rep) => deliver(rep, '1', site.code()));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 409)).toHaveLength(49);
  expect(site.crm.saves).toHaveLength(1);
});

test('of 100 wrong codes at two gateways exactly three are compared', async () => {
  const site = await open();
  await deliver(site.reps[0], '1');
  const answers = await atOnce(site, 100, (rep, index) =>
    deliver(rep, '1', wrongCode(site.code(), index + 1)),
  );
  expect(answers.filter(({ status }) => status === 403)).toHaveLength(3);
  expect(answers.filter(({ status }) => status === 429)).toHaveLength(97);
  expect((await deliver(site.reps[0], '1', site.code())).result).toBe('otp-attempts-exhausted');
  expect(site.crm.saves).toHaveLength(0);
});

test('50 rounds of saves with the right code at two gateways end with one save each', {
  timeout: 240_000,
}, async () => {
  const site = await open(notes(50, emailOf));
  for (const id of ids(50)) {
    await deliver(site.reps[Number(id) % 2] ?? site.reps[0], id);
    const answers = await atOnce(site, 4, (rep) => deliver(rep, id, site.code(emailOf(id))));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409]);
    expect(site.crm.saves).toHaveLength(Number(id));
  }
});

test('50 rounds of wrong codes at two gateways compare the budget each, and a right one is worth nothing then', {
  timeout: 240_000,
}, async () => {
  const site = await open(notes(50, emailOf), 2);
  for (const id of ids(50)) {
    await deliver(site.reps[Number(id) % 2] ?? site.reps[0], id);
    const code = site.code(emailOf(id));
    const answers = await atOnce(site, 5, (rep, index) => deliver(rep, id, wrongCode(code, index + 1)));
    expect(answers.map(({ status }) => status).sort()).toEqual([403, 403, 429, 429, 429]);
    expect((await deliver(site.reps[0], id, code)).status).toBe(429);
  }
  expect(site.crm.saves).toHaveLength(0);
});

test('the customer answers at one gateway for a save at the other, once', async () => {
  const crm = await openCrm({ records: notes(1, emailOf) });
  const outbox = createOutbox({ addressKind: 'email' });
  const options = gatewayOptions(crm.url, {
    store: onRedis(redis.url),
    publicUrl: 'https://confirm.example.com',
    limits: NO_LIMITS,
    rules: [deliveryRule({ confirm: 'page', when: { '==': [{ var: 'record.status' }, 'Delivered'] } })],
  });
  const one = await openGateway(options, { channels: { email: outbox } });
  const other = await openGateway(options, { channels: { email: outbox } });
  await deliver(one.rep, '1');
  const link = outbox.messages().at(-1)?.link ?? '';
  const customer = customerAt(other.url, link);
  expect((await customer.press('yes')).status).toBe(200);
  expect((await customerAt(one.url, link).open()).status).toBe(410);
  const racers = await Promise.all(
    Array.from({ length: 20 }, (_, index) => deliver((index % 2 === 0 ? one : other).rep, '1')),
  );
  expect(racers.filter(({ result }) => result === 'verified')).toHaveLength(1);
  expect(crm.saves).toHaveLength(1);
});
