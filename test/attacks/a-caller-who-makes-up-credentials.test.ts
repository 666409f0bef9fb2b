import { describe, expect, test } from 'vitest';
import { placeOf } from '../../src/core/saving/caller.ts';
import { NO_LIMITS } from '../harness/delivery.ts';
import { repOf, wrongCode } from '../harness/rep.ts';
import { until } from '../harness/until.ts';
import { openWorld } from '../harness/world.ts';

/*
 * Many CRMs go by a cookie, a key or a session of their own, and look at no `Authorization` beside it. There it says what the caller likes.
 */

const records = Object.fromEntries(
  Array.from({ length: 9 }, (_, index) => [
    String(index),
    { id: String(index), status: 'Created', email: `ann${index}@example.com` },
  ]),
);
const pathOf = (index: number) => `/api/DeliveryNotes/${index}`;
const DELIVERED = { status: 'Delivered' };

/** Each time another one, of which the CRM, which goes by the cookie, knows nothing. */
const MADE_UP: readonly (readonly [string, (index: number) => Record<string, string>])[] = [
  ['tokens', (index) => ({ authorization: `Bearer made-up-${index}` })],
  ['names', (index) => ({ authorization: `Basic ${Buffer.from(`rep${index}:x`).toString('base64')}` })],
  ['schemes', (index) => ({ authorization: `Scheme${index} x` })],
];

describe.each(MADE_UP)('a caller who makes up %s', (_, credentialsOf) => {
  const headersOf = (index: number) => ({ cookie: 'session=rep', ...credentialsOf(index) });

  test('gets no more codes than all at one address may', async () => {
    const { rep, gateway } = await openWorld({ limits: { ...NO_LIMITS, ip: { hour: 3 } } }, { records });
    const results: (string | null)[] = [];
    for (let index = 0; index < 6; index++)
      results.push((await rep.call('PATCH', pathOf(index), DELIVERED, headersOf(index))).result);
    expect(results).toEqual([...Array(3).fill('otp-required'), ...Array(3).fill('otp-rate-limited')]);
    expect(gateway.outbox.messages()).toHaveLength(3);
  });

  test('guesses no more than all at one address may, and saves nothing', async () => {
    const { crm, rep, code } = await openWorld({ limits: { ...NO_LIMITS, ip: { wrong: 2 } } }, { records });
    const results: (string | null)[] = [];
    for (let index = 0; index < 4; index++) {
      await rep.call('PATCH', pathOf(index), DELIVERED);
      const headers = { ...headersOf(index), 'OTPRULES-OTP-7': wrongCode(code()) };
      results.push((await rep.call('PATCH', pathOf(index), DELIVERED, headers)).result);
    }
    expect(results).toEqual(['otp-invalid', 'otp-invalid', 'otp-rate-limited', 'otp-rate-limited']);
    expect(crm.saves).toEqual([]);
  });
});

test('takes no more waits than all at one address may, and others wait', async () => {
  const trusted = { trustedProxies: ['127.0.0.1'], callers: [{ header: 'X-User', from: 'trustedProxies' }] };
  const { rep, url } = await openWorld({ ...trusted, limits: NO_LIMITS } as never);
  await rep.deliver();
  const WAIT = '/_countersign/rules/7/records/45?wait=60';
  const told: number[] = [];
  const wait = async (headers: Record<string, string>) =>
    void told.push((await repOf(url, null).call('GET', WAIT, undefined, headers)).status);
  const madeUp = Array.from({ length: 150 }, (_, index) =>
    wait({ 'x-forwarded-for': '192.0.2.7', authorization: `Bearer made-up-${index}` }),
  );
  await until(() => told.length === 50);
  expect(told).toEqual(Array(50).fill(503));
  const honest: Record<string, string>[] = [
    { 'x-forwarded-for': '192.0.2.8', authorization: 'Bearer rep' },
    { 'x-forwarded-for': '192.0.2.7', 'x-user': 'mia' },
  ];
  for (const headers of honest) {
    const answer = await repOf(url, null).call('GET', WAIT.replace('60', '1'), undefined, headers);
    expect([answer.status, answer.json.result]).toEqual([200, 'living']);
  }
  await rep.call('DELETE', '/_countersign/rules/7/records/45/code');
  await Promise.all(madeUp);
  expect(told.slice(50)).toEqual(Array(100).fill(200));
});

test('honest: right codes use nothing up of what callers at one address share', async () => {
  const { crm, rep, code } = await openWorld({ limits: { ...NO_LIMITS, ip: { wrong: 1 } } }, { records });
  for (let index = 0; index < 5; index++) {
    const authorization = `Bearer of-another-rep-${index}`;
    await rep.call('PATCH', pathOf(index), DELIVERED, { authorization });
    const headers = { authorization, 'OTPRULES-OTP-7': code() };
    expect((await rep.call('PATCH', pathOf(index), DELIVERED, headers)).result).toBe('verified');
  }
  expect(crm.saves).toHaveLength(5);
});

test('honest: callers whose names a proxy tells share nothing, wherever they are', async () => {
  const { rep, gateway } = await openWorld(
    {
      trustedProxies: ['127.0.0.1'],
      callers: [{ header: 'X-User', from: 'trustedProxies' }],
      limits: { ...NO_LIMITS, ip: { hour: 1 } },
    },
    { records },
  );
  for (let index = 0; index < 5; index++) {
    const headers = { 'x-user': `rep${index}`, 'x-forwarded-for': '192.0.2.7' };
    expect((await rep.call('PATCH', pathOf(index), DELIVERED, headers)).result).toBe('otp-required');
  }
  expect(gateway.outbox.messages()).toHaveLength(5);
});

test('whoever has many addresses of one IPv6 network is one caller, and another network is another', async () => {
  const { url } = await openWorld(
    { trustedProxies: ['127.0.0.1'], limits: { ...NO_LIMITS, caller: { hour: 1 } } },
    { records },
  );
  const from = ['2001:db8:0:7::1', '2001:DB8::7:a:b:c:d', '2001:db8:0:8::1'];
  const results: (string | null)[] = [];
  for (const [index, ip] of from.entries()) {
    const headers = { 'x-forwarded-for': ip, cookie: 'session=rep' };
    results.push((await repOf(url, null).call('PATCH', pathOf(index), DELIVERED, headers)).result);
  }
  expect(results).toEqual(['otp-required', 'otp-rate-limited', 'otp-required']);
});

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:DB8:1:2::6', '2001:db8:1:2::/64'],
  ['2001:db8::6', '2001:db8:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['64:ff9b::192.0.2.7', '64:ff9b:0:0::/64'],
])('%s is at %s', (ip, place) => {
  expect(placeOf(ip)).toBe(place);
});
