import { expect, test } from 'vitest';
import { DIALECT_KINDS } from '../../src/dialects/all.ts';
import { onSaves, refuse, when } from '../harness/answers.ts';
import type { Answer, Crm } from '../harness/crm.ts';
import { deliveryRule } from '../harness/delivery.ts';
import { openWorld } from '../harness/world.ts';

/*
 * Some servers store a record and then cannot write the answer that the caller wants, because of a header or a parameter of the caller's
 * choice: they answer 4xx, and the record is changed. Who is told so shall not have the code again.
 */

/** Stores what a save brings, as the CRM does, and answers with this status. */
function storesAnd(crm: Crm, status: number): Answer {
  return onSaves(({ method, path, body }, response) => {
    const id = decodeURIComponent(path.replace(/\?.*$/s, '').split('/').at(-1) ?? '');
    if (method === 'DELETE') crm.records.delete(id);
    else crm.records.set(id, { ...crm.records.get(id), ...JSON.parse(body.toString()) });
    response.writeHead(status, { 'content-type': 'application/json' }).end('{"error":"cannot answer so"}');
  });
}

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
  const { crm, rep, code } = await openWorld({
    rules: [deliveryRule({ on: ['delete'], when: true })],
  });
  await rep.call('DELETE', '/api/DeliveryNotes/45');
  crm.answerWith(storesAnd(crm, 406));
  const first = await rep.call('DELETE', '/api/DeliveryNotes/45', undefined, { 'OTPRULES-OTP-7': code() });
  expect([first.status, first.code]).toEqual([406, 'held']);
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
