import { expect, test } from 'vitest';
import { deliveryRule } from '../harness/delivery.ts';
import { openWorld } from '../harness/world.ts';

/*
 * A code for a delivery, and an unlinking that rides along: the list leaves out the delivery that another member saves. One row of the
 * ledger stands for the rule and the record, so one code would open both, and the customer was told of the delivery alone.
 */

const STORED: Readonly<Record<string, object>> = {
  '/api/Customers/9': { id: '9', email: 'ann@example.com', deliveries: ['45', '46'] },
  '/api/DeliveryNotes/45': { id: '45', status: 'Created', customer: '9' },
  '/api/DeliveryNotes/46': { id: '46', status: 'Created', customer: '9' },
};

test('a record that a list leaves out is not saved beside it', async () => {
  const address = { via: 'customer', module: 'Customers', field: 'email', reverse: ['deliveries'] };
  const { crm, gateway, rep, code } = await openWorld({
    modules: {
      DeliveryNotes: { dialect: 'rest', path: '/api/DeliveryNotes' },
      Customers: { dialect: 'rest', path: '/api/Customers', relations: { last: 'DeliveryNotes' } },
    },
    rules: [deliveryRule({ send: { to: [{ channel: 'email', address }] } })],
  });
  crm.answerWith(({ path }, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(STORED[path] ?? {}));
  });
  const writes = () => crm.received.filter(({ method }) => method !== 'GET').length;
  const save = (deliveries: readonly string[], headers?: Record<string, string>) =>
    rep.call('PATCH', '/api/Customers/9', { deliveries, last: { id: '45', status: 'Delivered' } }, headers);
  const refused = await save(['46']);
  expect([refused.status, refused.result]).toEqual([400, 'request-unreadable']);
  expect(refused.json['detail']).toContain('leaves out the record "45"');
  expect([writes(), gateway.outbox.messages().length]).toEqual([0, 0]);
  // Where the list keeps it, there is one change.
  expect((await save(['45', '46'])).status).toBe(428);
  const coded = { 'OTPRULES-OTP-7': code() };
  expect((await save(['46'], coded)).status).toBe(400);
  expect(writes()).toBe(0);
  expect((await save(['45', '46'], coded)).status).toBe(200);
  expect(writes()).toBe(1);
});
