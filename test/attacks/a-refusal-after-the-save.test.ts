import { describe, expect, test } from 'vitest';
import { DIALECT_KINDS } from '../../src/dialects/all.ts';
import { onSaves, refuse, when } from '../harness/answers.ts';
import { type Answer, type Crm, STORED } from '../harness/crm.ts';
import type { Fields } from '../harness/crm-collection.ts';
import { deliveryRule } from '../harness/delivery.ts';
import { NOTE } from '../harness/rep.ts';
import { openWorld } from '../harness/world.ts';

/*
 * Some servers store a record and then cannot write the answer that the caller wants, because of a header or a parameter of the caller's
 * choice: they answer 4xx, and the record is changed. Who is told so shall not have the code again.
 */

const NOTES = { dialect: 'rest', path: '/api/DeliveryNotes' } as const;

/** Stores what a save brings, as the CRM does, and answers with this status. */
function storesAnd(crm: Crm, status: number): Answer {
  return onSaves(({ method, path, body }, response) => {
    const id = decodeURIComponent(path.replace(/\?.*$/s, '').split('/').at(-1) ?? '');
    if (method === 'DELETE') crm.records.delete(id);
    else crm.records.set(id, { ...crm.records.get(id), ...JSON.parse(body.toString()) });
    response.writeHead(status, { 'content-type': 'application/json' }).end('{"error":"cannot answer so"}');
  });
}

/** Makes this of the record, whatever the save says, and answers with this status. */
const makes = (crm: Crm, change: Fields, status: number): Answer =>
  onSaves((received, response, proceed) => {
    crm.records.set('45', { ...crm.records.get('45'), ...change });
    refuse(status)(received, response, proceed);
  });

test.each([
  400, 403, 404, 406, 409, 422,
])('a code whose save was stored and answered with %i is good for the identical request only', async (status) => {
  const { crm, rep, code } = await openWorld({ rules: [deliveryRule({ binds: 'record' })] });
  await rep.deliver();
  crm.answerWith(storesAnd(crm, status));
  const first = await rep.deliver(code());
  expect([first.status, first.code]).toEqual([status, 'held']);

  crm.records.set('45', { ...crm.records.get('45'), status: 'Created' });
  const other = await rep.deliver(code(), { subject: 'Nine boxes' });
  expect([other.status, other.result]).toEqual([403, 'otp-binding-mismatch']);
  expect(crm.saves).toHaveLength(1);
  expect(crm.records.get('45')).toMatchObject({ subject: 'Two boxes' });
});

test('a code whose record was deleted and answered with 406 is good for nothing else', async () => {
  const { crm, rep, code } = await openWorld({ rules: [deliveryRule({ on: ['delete'], when: true })] });
  await rep.call('DELETE', NOTE);
  crm.answerWith(storesAnd(crm, 406));
  const first = await rep.call('DELETE', NOTE, undefined, { 'OTPRULES-OTP-7': code() });
  expect([first.status, first.code]).toEqual([406, 'held']);
});

test('a code whose record was marked as deleted and answered with 409 is good for nothing else', async () => {
  const { crm, rep, code } = await openWorld({ rules: [deliveryRule({ on: ['delete'], when: true })] });
  await rep.call('DELETE', NOTE);
  crm.answerWith(makes(crm, { deleted: true }, 409));
  const first = await rep.call('DELETE', NOTE, undefined, { 'OTPRULES-OTP-7': code() });
  expect([first.status, first.code]).toEqual([409, 'held']);
});

test.each<[string, Fields, Fields, string]>([
  ['came into the record', {}, { signature: 'Ann' }, 'held'],
  ['went out of the record', { signature: 'Bob' }, { signature: undefined }, 'held'],
  ['honest: is empty and not shown, as before', {}, { signature: null }, 'kept'],
  ['honest: is as it was', { signature: 'Bob' }, { subject: 'Two more boxes' }, 'kept'],
])('a field of a refused save that %s', async (_, before, after, fate) => {
  const { crm, rep, code } = await openWorld({ rules: [deliveryRule({ when: { changed: 'signature' } })] });
  crm.records.set('45', { ...crm.records.get('45'), ...before });
  const sign = (headers = {}) => rep.call('PATCH', NOTE, { signature: 'Ann' }, headers);
  expect((await sign()).status).toBe(428);
  crm.answerWith(makes(crm, after, 409));
  const first = await sign({ 'OTPRULES-OTP-7': code() });
  expect([first.status, first.code]).toEqual([409, fate]);
  expect(crm.saves).toHaveLength(1);
});

test('a code for a version of which nobody knows what is stored there is good for nothing else', async () => {
  const { crm, rep, gateway } = await openWorld();
  // The French version has another status, and the refused save stores a third one there.
  crm.answerWith(({ method, path }, response) => {
    const shown = path.includes('locale=fr') ? { ...STORED, status: 'Created' } : STORED;
    response.writeHead(method === 'GET' ? 200 : 409, { 'content-type': 'application/json' });
    response.end(JSON.stringify(shown));
  });
  const deliver = (query: string, headers = {}) =>
    rep.call('PATCH', NOTE + query, { status: 'Delivered' }, headers);
  expect((await deliver('?locale=fr')).status).toBe(428);
  const french = await deliver('?locale=fr', { 'OTPRULES-OTP-7': gateway.lastCode() ?? '' });
  expect([french.status, french.code]).toEqual([409, 'held']);
  expect(crm.saves).toHaveLength(1);
});

test('honest: a query by which the CRM shows no other version leaves the code good', async () => {
  const { crm, rep, code } = await openWorld();
  const deliver = (headers = {}) => rep.call('PATCH', `${NOTE}?notify=no`, { status: 'Delivered' }, headers);
  expect((await deliver()).status).toBe(428);
  crm.answerWith(onSaves(refuse(409)));
  const refused = await deliver({ 'OTPRULES-OTP-7': code() });
  expect([refused.status, refused.code]).toEqual([409, 'kept']);
  expect(crm.saves).toHaveLength(1);
});

describe('a list that the CRM refuses', () => {
  const ids = Array.from({ length: 10 }, (_, index) => String(50 + index));
  const records = Object.fromEntries(
    ids.map((id) => [id, { ...STORED, id, email: `ann${id}@example.com`, amount: id === '50' ? 5 : 500 }]),
  );
  const isLarge = { '>': [{ var: 'record.amount' }, 100] };
  const save = { and: [{ changed_to: ['status', 'Delivered'] }, isLarge] };

  /** Saves all of them with codes; the CRM refuses, and one of them is another then. Tells what the codes are good for. */
  async function refusedWith(changed: string) {
    const { crm, rep, gateway } = await openWorld(
      {
        rules: [deliveryRule({ when: save })],
        modules: { DeliveryNotes: { ...NOTES, records: '/data' } },
      },
      { records },
    );
    const data = ids.map((id) => ({ id, status: 'Delivered' }));
    const deliver = (headers = {}) => rep.call('PATCH', '/api/DeliveryNotes', { data }, headers);
    expect((await deliver()).status).toBe(428);
    crm.answerWith(
      onSaves((received, response, proceed) => {
        crm.records.set(changed, { ...crm.records.get(changed), status: 'Delivered' });
        refuse(409)(received, response, proceed);
      }),
    );
    const codes = ids.slice(1).map((id) => `7/${id}=${gateway.lastCode(`ann${id}@example.com`)}`);
    const refused = await deliver({ 'OTPRULES-OTP': codes.join(', ') });
    expect(refused.status).toBe(409);
    expect(crm.saves).toHaveLength(1);
    return refused.code;
  }

  test('and of which it stored the last record', async () => {
    expect(await refusedWith('59')).toBe('held');
  });

  test('honest: beside a record that needed no code, and which somebody else changed', async () => {
    expect(await refusedWith('50')).toBe('kept');
  });
});

test('a code for an operation that changed another field than it names, and was refused, is good for nothing else', async () => {
  const operations = [{ request: 'POST /api/DeliveryNotes/{id}/hand-over', save: { id: '{id}' } }];
  const { crm, rep, code } = await openWorld({ modules: { DeliveryNotes: { ...NOTES, operations } } });
  const handOver = (headers = {}) => rep.call('POST', `${NOTE}/hand-over`, { note: 'x' }, headers);
  expect((await handOver()).status).toBe(428);
  crm.answerWith(makes(crm, { handedOverAt: '2026-01-01' }, 409));
  const first = await handOver({ 'OTPRULES-OTP-7': code() });
  expect([first.status, first.code]).toEqual([409, 'held']);
  expect(crm.saves).toHaveLength(1);
});

test('honest: a code for what the CRM would not show is kept, whatever it shows afterwards', async () => {
  const operations = [{ request: 'GET /api/DeliveryNotes/{id}/view', read: { id: '{id}' } }];
  const { crm, rep, code } = await openWorld({
    rules: [deliveryRule({ on: ['read'], when: true })],
    modules: { DeliveryNotes: { ...NOTES, operations } },
  });
  const view = (headers = {}) => rep.call('GET', `${NOTE}/view`, undefined, headers);
  expect((await view()).status).toBe(428);
  let isGone = false;
  crm.answerWith((received, response, proceed) => {
    isGone ||= received.path.endsWith('/view');
    return isGone ? refuse(403)(received, response, proceed) : proceed();
  });
  const refused = await view({ 'OTPRULES-OTP-7': code() });
  expect([refused.status, refused.code, isGone]).toEqual([403, 'kept', true]);
});

test('where the CRM shows nothing after it refused, nobody knows, and the identical request goes on', async () => {
  const { crm, rep, code } = await openWorld();
  await rep.deliver();
  let isDown = false;
  crm.answerWith((received, response, proceed) => {
    const isSave = received.method !== 'GET';
    if (!isSave && !isDown) return proceed();
    refuse(isSave ? 409 : 503)(received, response, proceed);
    isDown = true;
  });
  expect((await rep.deliver(code())).code).toBe('held');
  crm.answerWith();
  expect((await rep.deliver(code())).code).toBe('used');
  expect(crm.records.get('45')).toMatchObject({ status: 'Delivered' });
});

test('honest: a refusal that stored nothing leaves the code good, also where the record counts its readers', async () => {
  const { crm, rep, code } = await openWorld();
  await rep.deliver();
  let reads = 0;
  const counts: Answer = (_received, _response, proceed) => {
    crm.records.set('45', { ...crm.records.get('45'), reads: ++reads });
    proceed();
  };
  const refusing = when(({ method }) => method !== 'GET', refuse(422, { error: 'no signature' }));
  crm.answerWith((received, response, proceed) =>
    counts(received, response, () => refusing(received, response, proceed)),
  );
  expect((await rep.deliver(code())).code).toBe('kept');
  crm.answerWith();
  const saved = await rep.deliver(code(), { signature: 'Ann' });
  expect([saved.status, saved.code]).toEqual([200, 'used']);
});

test.each(
  DIALECT_KINDS.map(({ dialect }) => [dialect.name, dialect] as const),
)('the dialect %s takes no answer for a refusal that frameworks give once they have saved', (name, dialect) => {
  const outcomes = [400, 406, 408, 416].map((status) =>
    dialect.outcomeOf({ status, body: Buffer.from('{"error":"no"}') }),
  );
  // Of the web service of Vtiger no other answer than 200 says anything.
  const refusal = name === 'vtiger-webservice' ? 'unknown' : 'notSaved';
  expect(outcomes).toEqual([refusal, 'unknown', 'unknown', 'unknown']);
});
