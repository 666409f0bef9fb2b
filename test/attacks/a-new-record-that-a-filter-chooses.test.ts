import { expect, test } from 'vitest';
import { deliveryRule } from '../harness/delivery.ts';
import { openWorld } from '../harness/world.ts';

/*
 * PostgREST changes by `PATCH /orders?number=eq.7` what the query finds, and takes the fields in a list of one. A record of a list without an id is
 * new only where the method creates: else nobody knows which record it is, and filling in the address of a new one is free.
 */

const STORED = { id: '45', status: 'Created', email: 'ann@example.com' };
const NOTES = '/api/DeliveryNotes';

async function openList(creates: 'new' | 'upsert' = 'new') {
  const world = await openWorld({
    rules: [deliveryRule()],
    modules: { DeliveryNotes: { dialect: 'rest', path: NOTES, records: '', creates } },
  });
  world.crm.answerWith((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(STORED));
  });
  return world;
}

test.each<[string, string, 'new' | 'upsert']>([
  ['PATCH', '?number=eq.7', 'new'],
  ['PATCH', '', 'new'],
  ['PATCH', '?number=eq.7', 'upsert'],
  ['PUT', '?number=eq.7', 'new'],
])('no address is changed by a %s of a list without ids at %j (%s)', async (method, query, creates) => {
  const { rep, crm } = await openList(creates);
  const answer = await rep.call(method, NOTES + query, [{ email: 'rep@example.net' }]);
  expect([answer.status, crm.saves]).toEqual([400, []]);
});

test('honest: the record is changed by its id in the list, with a code', async () => {
  const { rep, crm, code } = await openList();
  const change = (headers = {}) =>
    rep.call('PATCH', NOTES, [{ id: '45', email: 'new@example.com' }], headers);
  expect((await change()).result).toBe('otp-required');
  expect((await change({ 'OTPRULES-OTP-7': code() })).result).toBe('verified');
  expect(crm.saves.map(({ method, body }) => [method, JSON.parse(String(body))])).toEqual([
    ['PATCH', [{ id: '45', email: 'new@example.com' }]],
  ]);
});

test.each<[string, object[], 'new' | 'upsert']>([
  ['POST', [{ email: 'new@example.com' }, { subject: 'x' }], 'new'],
  ['PUT', [{ email: 'new@example.com' }], 'upsert'],
  ['PATCH', [{ id: '45', subject: 'x' }], 'new'],
])('honest: a %s of %j arrives without a code (%s)', async (method, list, creates) => {
  const { rep, crm } = await openList(creates);
  expect((await rep.call(method, NOTES, list)).status).toBe(200);
  expect(crm.saves.map(({ body }) => JSON.parse(String(body)))).toEqual([list]);
});
