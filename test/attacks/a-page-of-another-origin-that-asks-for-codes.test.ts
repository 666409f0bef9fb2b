import { expect, test } from 'vitest';
import { rawRequest, sendRaw } from '../harness/raw.ts';
import { openWorld } from '../harness/world.ts';

const CODE = '/_countersign/rules/7/records/45/code';
const PAGE = 'https://elsewhere.example.com';
const from = (site: string) => ({ Origin: PAGE, 'Sec-Fetch-Site': site, 'Sec-Fetch-Mode': 'no-cors' });

test.each(['cross-site', 'same-site'])('a page that is not listed (%s) has no code sent', async (site) => {
  for (const cors of [undefined, { origins: ['https://app.example.com'], credentials: true }]) {
    const { crm, gateway, rep } = await openWorld(cors ? { cors } : {});
    const { status, result } = await rep.call('POST', CODE, undefined, from(site));
    expect([status, result]).toEqual([403, 'request-unreadable']);
    expect(gateway.outbox.messages()).toEqual([]);
    expect(crm.received).toEqual([]);
  }
});

test('a page that is listed, one of the same origin, and a program are sent one', async () => {
  const cors = { origins: [PAGE], credentials: true };
  for (const [options, headers] of [
    [{ cors }, from('cross-site')],
    [{}, from('same-origin')],
    [{}, from('none')],
    [{}, {}],
  ] as const) {
    const { rep } = await openWorld(options);
    expect((await rep.call('POST', CODE, undefined, headers)).status).toBe(201);
  }
});

/** Over plain HTTP browsers do not say where a page is from, but of what origin it is. */
test.each([
  [PAGE],
  ['null'],
  ['http://crm.test.elsewhere.example.com'],
  ['http://crm.test:8443'],
  ['http://crm.test@elsewhere.example.com'],
  ['crm.test'],
])('nor is one of the origin %s sent any, where the browser says no more', async (page) => {
  const { crm, gateway, url } = await openWorld();
  const answer = await sendRaw(Number(new URL(url).port), rawRequest(`POST ${CODE}`, [`Origin: ${page}`]));
  expect([answer.status, answer.headers['otprules-result']]).toEqual([403, 'request-unreadable']);
  expect(gateway.outbox.messages()).toEqual([]);
  expect(crm.received).toEqual([]);
});

test.each([
  ['of the host that was asked', ['Host: crm.test', 'Origin: http://crm.test']],
  ['of that host behind a proxy with HTTPS', ['Host: CRM.test', 'Origin: https://crm.test']],
  ['with the usual port', ['Host: crm.test:443', 'Origin: https://crm.test']],
  ['with a port', ['Host: crm.test:8080', 'Origin: http://crm.test:8080']],
  [
    'of the host that a trusted proxy names',
    ['Host: gateway:8080', 'X-Forwarded-Host: crm.test', 'Origin: https://crm.test'],
  ],
  ['that is listed', ['Host: gateway', `Origin: ${PAGE}`]],
])('a page %s is sent one', async (_, lines) => {
  const { url } = await openWorld({
    cors: { origins: [PAGE], credentials: true },
    trustedProxies: ['127.0.0.1'],
  });
  const answer = await sendRaw(
    Number(new URL(url).port),
    `POST ${CODE} HTTP/1.1\r\nAuthorization: Bearer rep\r\n${lines.join('\r\n')}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`,
  );
  expect(answer.status).toBe(201);
});

test('a save of such a page is for the CRM to judge, as before', async () => {
  const { crm, rep } = await openWorld();
  const saved = await rep.call('PATCH', '/api/DeliveryNotes/45', { note: 'x' }, from('cross-site'));
  expect(saved.status).toBe(200);
  expect(crm.saves).toHaveLength(1);
});
