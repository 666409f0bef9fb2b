import { expect, test } from 'vitest';
import { deliveryRule } from '../harness/delivery.ts';
import { openWorld } from '../harness/world.ts';

/** A CRM that shows something without an id at every place, as an overview or a list does. */
const OVERVIEW = JSON.stringify({ status: 'Created', email: 'mallory@example.com' });

test.each(['..', '.'])('a record "%s" is not asked for, and nobody is sent its code', async (record) => {
  const { crm, gateway, rep } = await openWorld();
  crm.answerWith((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(OVERVIEW);
  });
  const { status, json } = await rep.call('POST', '/_countersign/rules/7/code', { records: [record] });
  expect(status).toBe(200);
  expect(json['results']).toMatchObject([{ record, result: 'record-unavailable' }]);
  expect(crm.received).toEqual([]);
  expect(gateway.outbox.messages()).toEqual([]);
});

test('ids with dots in them are ids', async () => {
  const rules = [deliveryRule()];
  const { crm, rep } = await openWorld({ rules });
  const records = ['4.5', '...', '45..'];
  await rep.call('POST', '/_countersign/rules/7/code', { records });
  expect(crm.received.map(({ path }) => path)).toEqual(records.map((id) => `/api/DeliveryNotes/${id}`));
});
