import { expect, test } from 'vitest';
import type { TestOptions } from '../../src/testing.ts';
import { deliveryRule } from '../harness/delivery.ts';
import { rawRequest, sendRaw } from '../harness/raw.ts';
import { openWorld } from '../harness/world.ts';

/*
 * Whoever means another version of a record may keep our read from showing it, by something beside that cuts the answer down, turns it into
 * another form or makes the CRM refuse the read. Headers choose versions as queries do.
 */

const PLAIN = { id: '45', subject: 'Two boxes', status: 'Delivered', amount: 5, email: 'ann@example.com' };
const OPEN = { ...PLAIN, status: 'Created', amount: 500 };
const NOTE = '/api/DeliveryNotes/45';
const NOTES = { dialect: 'rest', path: '/api/DeliveryNotes', unknownHeaders: 'judge' } as const;
const CHANGED_TO = deliveryRule({ when: { changed_to: ['status', 'Delivered'] } });

type Asked = { readonly query: string; readonly headers: Readonly<Record<string, string>> };

/** A CRM that shows to each read what `shown` makes of its query and its headers. */
async function openVersions(shown: (asked: Asked) => object | number, options: Partial<TestOptions> = {}) {
  const world = await openWorld({
    rules: [CHANGED_TO],
    modules: { DeliveryNotes: NOTES },
    ...options,
  });
  world.crm.answerWith(({ path, headers }, response) => {
    const [, query = ''] = path.split('?');
    const named = Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value]));
    const found = shown({ query, headers: named });
    response.writeHead(typeof found === 'number' ? found : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(typeof found === 'number' ? {} : found));
  });
  const port = Number(new URL(world.url).port);
  const patch = (query: string, fields: object, headers: readonly string[] = []) =>
    sendRaw(
      port,
      rawRequest(
        `PATCH ${NOTE}${query}`,
        [
          'Authorization: Bearer rep',
          'Content-Type: application/json',
          'User-Agent: curl/8.0',
          'Accept: */*',
          'Connection: close',
          ...headers,
        ],
        JSON.stringify(fields),
      ),
    );
  return { ...world, patch };
}

/** What is `Created` in French, and what the other parameter makes of the answer. */
const french =
  (name: string, made: object | number) =>
  ({ query }: Asked) => {
    if (query.includes(name)) return made;
    return query.includes('locale=fr') ? OPEN : PLAIN;
  };

test.each<[string, string, object | number, number]>([
  ['is cut down to the address', 'view=minimal', { id: '45', email: PLAIN.email }, 428],
  ['is cut down to the id', 'view=short', { id: '45' }, 422],
  ['is cut down to nothing', 'view=none', {}, 422],
  ['is refused', 'limit=x', 400, 400],
  ['fails', 'limit=-1', 500, 400],
  ['is not JSON', 'format=csv', 204, 400],
])('a version whose answer %s is no way to a delivery', async (_, parameter, made, status) => {
  const { patch, crm, gateway } = await openVersions(french(parameter, made));
  const answer = await patch(`?locale=fr&${parameter}`, { status: 'Delivered' });
  expect(answer.status).toBe(status);
  if (status !== 428) expect(answer.body).toContain('neutralQuery');
  expect(crm.saves).toEqual([]);
  expect(gateway.outbox.messages().length).toBe(status === 428 ? 1 : 0);
});

test('honest: where the CRM is out for a while, the version may be saved another time', async () => {
  const { patch, crm } = await openVersions(french('notify', 503));
  const answer = await patch('?locale=fr&notify=false', { status: 'Delivered' });
  expect([answer.status, answer.headers['retry-after']]).toEqual([503, '5']);
  expect(crm.saves).toEqual([]);
});

test.each([
  'include=drafts',
  'with=drafts',
  'populate[version]=draft',
  'embed=x',
  'pretty=1',
  '_=1',
])('no name is trusted to be about the answer alone: %s', async (query) => {
  const { patch, crm } = await openVersions((asked) => (asked.query.includes(query) ? OPEN : PLAIN));
  expect((await patch(`?${query}`, { status: 'Delivered' })).status).toBe(428);
  expect(crm.saves).toEqual([]);
});

test('a condition on the stored record is in doubt where the version does not show it', async () => {
  const rule = deliveryRule({
    when: {
      and: [{ changed_to: ['status', 'Delivered'] }, { '>': [{ var: 'record.amount' }, 100] }],
    },
  });
  const shown = ({ query }: Asked) =>
    query === '' ? { ...PLAIN, status: 'Created' } : { id: '45', email: PLAIN.email };
  const { patch, crm } = await openVersions(shown, { rules: [rule] });
  expect((await patch('?locale=fr&view=minimal', { status: 'Delivered' })).status).toBe(428);
  expect(crm.saves).toEqual([]);
  // Honest: the record itself is a small one.
  expect((await patch('', { status: 'Delivered' })).status).toBe(200);
});

test("what the module adds to its own reads is no cover for a save's other word for it", async () => {
  const modules = { DeliveryNotes: { ...NOTES, read: { query: 'locale=en&populate=*' } } };
  const shown = ({ query }: Asked) => (query.includes('locale=fr') ? OPEN : PLAIN);
  const { patch, crm } = await openVersions(shown, { modules });
  expect((await patch('?locale=fr', { status: 'Delivered' })).status).toBe(428);
  expect(crm.received.map(({ path }) => path).sort()).toEqual([
    `${NOTE}?locale=en&populate=*`,
    `${NOTE}?populate=*&locale=fr`,
  ]);
  expect((await patch('?locale=en', { status: 'Delivered' })).status).toBe(200);
  expect(crm.received.length).toBe(4);
});

test.each([
  'populate=author',
  'populate[author]=true',
])('honest: what a save wants to be answered, %s, takes nothing from what our read shows', async (query) => {
  const modules = { DeliveryNotes: { ...NOTES, read: { query: 'populate=*' } } };
  const shown = ({ query: asked }: Asked) => (asked === 'populate=*' ? PLAIN : { id: '45' });
  const { patch, crm } = await openVersions(shown, { modules });
  expect((await patch(`?${query}`, { status: 'Delivered', subject: 'x' })).status).toBe(200);
  expect(crm.received.map(({ path }) => path)).toEqual([`${NOTE}?populate=*`, `${NOTE}?${query}`]);
});

const tenant = ({ headers }: Asked) =>
  headers['x-tenant'] === 'b' || headers['accept-language']?.startsWith('fr') ? OPEN : PLAIN;

test.each([
  ['X-Tenant: b'],
  ['x-TENANT: b'],
  ['Accept-Language: fr-FR,fr;q=0.9'],
  ['X-Tenant: b', 'Accept-Language: *'],
])('no delivery reaches the version of the record that %s chooses', async (...headers) => {
  const { patch, crm } = await openVersions(tenant);
  expect((await patch('', { status: 'Delivered' }, headers)).status).toBe(428);
  expect(crm.saves).toEqual([]);
});

test('a record of another tenant, with another customer, gets no code', async () => {
  const shown = ({ headers }: Asked) =>
    headers['x-tenant'] === 'b' ? { ...OPEN, email: 'bob@example.com' } : OPEN;
  const { patch, crm, gateway } = await openVersions(shown);
  expect((await patch('', { status: 'Delivered' }, ['X-Tenant: b'])).status).toBe(422);
  expect([crm.saves, gateway.outbox.messages()]).toEqual([[], []]);
});

test('no header of a save makes another request of our own read', async () => {
  const modules = { DeliveryNotes: { ...NOTES, methodOverrides: ['DELETE' as const] } };
  const { crm, url } = await openVersions(() => PLAIN, { modules });
  await sendRaw(
    Number(new URL(url).port),
    rawRequest(`POST ${NOTE}`, ['Content-Length: 0', 'X-HTTP-Method-Override: DELETE', 'X-Tenant: b']),
  );
  const reads = crm.received.filter(({ method }) => method === 'GET');
  expect(reads.flatMap(({ headers }) => headers).filter(([name]) => /override/i.test(name))).toEqual([]);
});

test('honest: what says nothing of records costs no second read', async () => {
  const { patch, crm } = await openVersions(() => PLAIN);
  const browser = [
    'Accept-Encoding: gzip, br',
    'Accept-Language: *',
    'Cache-Control: no-cache',
    'DNT: 1',
    'If-Match: "1"',
    'Origin: https://crm.test',
    'Prefer: return=representation',
    'Referer: https://crm.test/',
    'Sec-Fetch-Mode: cors',
    'X-CSRF-Token: abc',
    'X-Requested-With: XMLHttpRequest',
    'traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  ];
  expect((await patch('', { status: 'Delivered' }, browser)).status).toBe(200);
  expect(crm.received.map(({ method }) => method)).toEqual(['GET', 'PATCH']);
});

test('honest: a header by which nothing is chosen changes nothing', async () => {
  const { patch, crm } = await openVersions(() => PLAIN);
  const headers = ['X-Client-Version: 7.1', 'Accept-Language: de'];
  expect((await patch('?notify=false', { status: 'Delivered', subject: 'x' }, headers)).status).toBe(200);
  const [saved] = crm.saves;
  expect([saved?.path, String(saved?.body)]).toEqual([
    `${NOTE}?notify=false`,
    '{"status":"Delivered","subject":"x"}',
  ]);
  expect(saved?.headers).toContainEqual(['X-Client-Version', '7.1']);
});

test('honest: what is declared neutral is not asked about', async () => {
  const modules = {
    DeliveryNotes: { ...NOTES, neutralQuery: ['Notify'], neutralHeaders: ['x-client-version'] },
  };
  const shown = ({ query, headers }: Asked) =>
    query.includes('notify') || headers['x-client-version'] !== undefined ? 400 : PLAIN;
  const { patch, crm } = await openVersions(shown, { modules });
  await patch('?notify=false', { status: 'Delivered' }, ['X-Client-Version: 7.1']);
  expect(crm.saves.map(({ path }) => path)).toEqual([`${NOTE}?notify=false`]);
});

test('a request within a batch chooses no version by a header of its own', async () => {
  const batch = { calls: '/requests', headers: '/headers' };
  const operations = [{ request: 'POST /api/batch', batch }];
  const modules = { DeliveryNotes: { ...NOTES, neutralHeaders: ['X-Step'], operations } };
  const { crm, url } = await openVersions(tenant, { modules });
  const send = (headers: object) =>
    sendRaw(
      Number(new URL(url).port),
      rawRequest(
        'POST /api/batch',
        ['Authorization: Bearer rep', 'Content-Type: application/json', 'Connection: close'],
        JSON.stringify({
          requests: [{ method: 'PATCH', path: NOTE, headers, body: { status: 'Delivered' } }],
        }),
      ),
    );
  const refused = await send({ 'X-Tenant': 'b' });
  expect([refused.status, crm.saves]).toEqual([400, []]);
  expect(refused.body).toContain('neutralHeaders');
  // Honest: of the record that the batch means, nothing changes.
  expect((await send({ 'X-Step': '1', Accept: 'application/json' })).status).toBe(200);
  expect(crm.saves.map(({ path }) => path)).toEqual(['/api/batch']);
});
