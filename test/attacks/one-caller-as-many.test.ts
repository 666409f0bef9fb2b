import { expect, test } from 'vitest';
import { repOf } from '../harness/rep.ts';
import { openWorld } from '../harness/world.ts';

const records = Object.fromEntries(
  Array.from({ length: 9 }, (_, index) => [
    String(index),
    { id: String(index), status: 'Created', email: `ann${index}@example.com` },
  ]),
);

test.each([
  ['a token', ['Bearer a.b.c', 'bearer a.b.c', 'BEARER  a.b.c', 'Bearer a.b.d']],
  ['a password', ['Basic cmVwOng=', 'basic cmVwOng', 'Basic cmVwOng==', 'Basic UkVQOng=']],
])('the spellings of %s are one caller, whose codes are counted together', async (_, spellings) => {
  const { rep, gateway } = await openWorld({ limits: { caller: { hour: 1 } } }, { records });
  const results: (string | null)[] = [];
  for (const [index, authorization] of spellings.entries()) {
    const path = `/api/DeliveryNotes/${index}`;
    results.push((await rep.call('PATCH', path, { status: 'Delivered' }, { authorization })).result);
  }
  expect(results).toEqual(['otp-required', ...Array(3).fill('otp-rate-limited')]);
  expect(gateway.outbox.messages()).toHaveLength(1);
});

/** A proxy that asks a directory for a password tells the name as it was typed, and the directory takes it in any case. */
test('the spellings of a name that a proxy verified are one caller, and another name is another', async () => {
  const { url, gateway } = await openWorld(
    {
      trustedProxies: ['127.0.0.1'],
      callers: [{ header: 'X-User', from: 'trustedProxies' }],
      limits: { caller: { hour: 1 } },
    },
    { records },
  );
  const results: (string | null)[] = [];
  for (const [index, name] of ['mia', 'MIA', 'Mia', 'm\u00eda', 'ron'].entries()) {
    const headers = { 'x-user': name, cookie: 'session=rep' };
    const path = `/api/DeliveryNotes/${index}`;
    results.push((await repOf(url, null).call('PATCH', path, { status: 'Delivered' }, headers)).result);
  }
  expect(results).toEqual(['otp-required', ...Array(3).fill('otp-rate-limited'), 'otp-required']);
  expect(gateway.outbox.messages()).toHaveLength(2);
});

/** A proxy, as those of Azure, may tell the port of the connection, too, which is another one each time. */
test.each([
  ['192.0.2.7:50123', '192.0.2.7:50124', '192.0.2.8:50123'],
  ['[2001:db8::7]:50123', '[2001:db8::7]:50124', '[2001:db8:9::7]:50123'],
  ['::ffff:192.0.2.7', '192.0.2.7', '::ffff:192.0.2.8'],
])('connections from %s and %s are one caller, and %s is another', async (...from) => {
  const { url, crm } = await openWorld(
    { trustedProxies: ['127.0.0.1'], limits: { caller: { hour: 1 } } },
    { records },
  );
  const results: (string | null)[] = [];
  for (const [index, ip] of from.entries()) {
    const headers = { 'x-forwarded-for': ip, cookie: 'session=rep' };
    const path = `/api/DeliveryNotes/${index}`;
    results.push((await repOf(url, null).call('PATCH', path, { status: 'Delivered' }, headers)).result);
  }
  expect(results).toEqual(['otp-required', 'otp-rate-limited', 'otp-required']);
  const told = crm.received.map(
    ({ headers }) => headers.find(([name]) => /^x-forwarded-for$/i.test(name))?.[1],
  );
  expect(told).toEqual(from.map((ip) => `${ip}, 127.0.0.1`));
});

test('a proxy that is trusted is one with its port, too', async () => {
  const { url } = await openWorld(
    { trustedProxies: ['127.0.0.1', '10.0.0.0/8'], limits: { caller: { hour: 1 } } },
    { records },
  );
  const results: (string | null)[] = [];
  for (const [index, port] of [1, 2].entries()) {
    const headers = { 'x-forwarded-for': `192.0.2.7, 10.0.0.${port}:${port}`, cookie: 'session=rep' };
    const path = `/api/DeliveryNotes/${index}`;
    results.push((await repOf(url, null).call('PATCH', path, { status: 'Delivered' }, headers)).result);
  }
  expect(results).toEqual(['otp-required', 'otp-rate-limited']);
});
