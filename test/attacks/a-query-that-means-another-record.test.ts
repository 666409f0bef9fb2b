import { expect, test } from 'vitest';
import { deliveryRule } from '../harness/delivery.ts';
import { rawRequest, sendRaw } from '../harness/raw.ts';
import { openWorld } from '../harness/world.ts';

/*
 * Servers choose the record, or the version of it, by the query beside the path: Strapi by `locale`, HubSpot by `idProperty`, SAP by
 * `sap-client`. The record that the path alone means is delivered already, so nothing would be asked of it.
 */

const PLAIN = { id: '45', subject: 'Two boxes', status: 'Delivered', email: 'ann@example.com' };
const NOTE = '/api/DeliveryNotes/45';

/** A CRM that has other records under its other queries. */
async function openVersions(versions: Readonly<Record<string, object | number>>) {
  const world = await openWorld({ rules: [deliveryRule({ when: { changed_to: ['status', 'Delivered'] } })] });
  world.crm.answerWith(({ path }, response) => {
    const [, query = ''] = path.split('?');
    const found = Object.entries(versions).find(([name]) => query.split(/[&;]/).includes(name))?.[1] ?? PLAIN;
    response.writeHead(typeof found === 'number' ? found : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(typeof found === 'number' ? {} : found));
  });
  const port = Number(new URL(world.url).port);
  return {
    ...world,
    patch: (query: string, fields: object) =>
      sendRaw(
        port,
        rawRequest(
          `PATCH ${NOTE}${query}`,
          ['Authorization: Bearer rep', 'Content-Type: application/json', 'Connection: close'],
          JSON.stringify(fields),
        ),
      ),
  };
}

const OPEN = { ...PLAIN, status: 'Created' };

const ELSEWHERE: readonly (readonly [
  what: string,
  query: string,
  stored: object | number,
  status: number,
])[] = [
  ['another version of the record', 'locale=fr', OPEN, 428],
  ['another version, beside what is about the answer', 'fields=id&locale=fr', OPEN, 428],
  ['a version behind a semicolon', 'fields=id;locale=fr', OPEN, 428],
  ['a record by a filter', 'where=ref.eq.7', OPEN, 428],
  ['a record of another id', 'idProperty=ref', { ...OPEN, id: '99' }, 400],
  ['a record that the CRM does not show', 'sap-client=200', 404, 404],
];

test.each(ELSEWHERE)('no delivery reaches %s without a code', async (_, query, stored, status) => {
  const name = query.split(/[&;]/).at(-1) ?? '';
  const { patch, crm } = await openVersions({ [name]: stored });
  expect((await patch(`?${query}`, { status: 'Delivered' })).status).toBe(status);
  expect(crm.saves).toEqual([]);
});

/** PHP and Rack since 3 end a pair at `&` alone, and `(int) "2;client=1"` is 2. */
test.each<[string, number, string]>([
  ['client=2;client=1', 428, '?client=2;client=1'],
  ['client=2;;client=1', 428, '?client=2;;client=1'],
  ['fields=id&client=2;fields=id', 428, '?client=2;fields=id'],
])('no delivery reaches what %s means where ";" ends no pair', async (query, status, asked) => {
  const { patch, crm } = await openVersions({});
  crm.answerWith(({ path }, response) => {
    const [, value = '1'] = /[?&]client=([^&]*)(?!.*&client=)/.exec(path) ?? [];
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(Number.parseInt(value, 10) === 2 ? OPEN : PLAIN));
  });
  expect((await patch(`?${query}`, { status: 'Delivered' })).status).toBe(status);
  expect(crm.saves).toEqual([]);
  expect(crm.received.map(({ path }) => path)).toContain(`${NOTE}${asked}`);
});

test('a version with another address gets no code: nobody knows whom to ask', async () => {
  const { patch, crm, gateway } = await openVersions({ 'locale=fr': { ...OPEN, email: 'rep@example.net' } });
  expect((await patch('?locale=fr', { status: 'Delivered' })).status).toBe(422);
  expect([crm.saves, gateway.outbox.messages()]).toEqual([[], []]);
});

test('honest: the version is delivered with the code', async () => {
  const { rep, code, crm } = await openVersions({ 'locale=fr': { ...OPEN, subject: 'Deux boîtes' } });
  const deliver = (headers = {}) => rep.call('PATCH', `${NOTE}?locale=fr`, { status: 'Delivered' }, headers);
  expect((await deliver()).result).toBe('otp-required');
  expect((await deliver({ 'OTPRULES-OTP-7': code() })).result).toBe('verified');
  expect(crm.saves.map(({ path }) => path)).toEqual([`${NOTE}?locale=fr`]);
});

const SAME = { status: 'Delivered', subject: 'x' };

test.each<[string, string, object, object | number]>([
  ['what is cut out of the answer', '?fields=id,status&$select=id', SAME, OPEN],
  ['the same record by another query', '?notify=false', SAME, PLAIN],
  ['the same record, with a semicolon in a value', '?notify=false&tags=a;b', SAME, PLAIN],
  ['the record with those it refers to', '?notify=false&include=owner', SAME, { ...PLAIN, owner: { id: 1 } }],
  ['a part of it, and nothing guarded', '?notify=false', { subject: 'x' }, { id: '45' }],
  ['a query that the CRM does not read, and nothing guarded', '?notify=false', { subject: 'x' }, 400],
  ['a translation of nothing guarded', '?notify=false', { subject: 'Deux boîtes' }, OPEN],
])('honest: %s arrives without a code', async (_, query, fields, stored) => {
  const { patch, crm } = await openVersions({ 'notify=false': stored, 'fields=id,status': stored });
  await patch(query, fields);
  expect(crm.saves.map(({ path, body }) => [path, JSON.parse(String(body))])).toEqual([
    [NOTE + query, fields],
  ]);
});
