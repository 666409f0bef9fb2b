import { expect, test } from 'vitest';
import { deliveryRule, gatewayOptions } from '../harness/delivery.ts';
import { openRelationalCrm } from '../harness/relational-crm.ts';
import { openGateway } from '../harness/world.ts';

/*
 * A member that is declared as a relation may be set under another name by frameworks: Rails takes `delivery_ids`, EspoCRM `deliveriesIds`. Ids
 * there link the records to another owner, to whom their codes would go.
 */

async function openCustomers(more: object = {}) {
  const crm = await openRelationalCrm();
  const opened = await openGateway(
    gatewayOptions(crm.url, {
      modules: {
        Deliveries: { dialect: 'rest', path: '/items/deliveries', record: '/data' },
        Customers: { dialect: 'rest', path: '/items/customers', record: '/data', ...more },
      },
      rules: [
        deliveryRule({
          module: 'Deliveries',
          when: { changed_to: ['status', 'delivered'] },
          send: {
            to: [
              {
                channel: 'email',
                address: { via: 'customer', module: 'Customers', field: 'email', reverse: ['deliveries'] },
              },
            ],
          },
        }),
      ],
    }),
  );
  return { ...opened, crm };
}

test.each<[string, object]>([
  ['delivery_ids', { delivery_ids: '45' }],
  ['deliveryId', { deliveryId: 45 }],
  ['delivery', { delivery: '45' }],
  ['DeliveriesIds', { DeliveriesIds: ['45'] }],
  ['delivery_refs, which unlinks all', { delivery_refs: null }],
])('no delivery is linked to another customer by %s', async (_, body) => {
  const { rep, crm } = await openCustomers();
  const refused = await rep.call('PATCH', '/items/customers/8', body);
  expect([refused.status, refused.result, refused.json['fields']]).toEqual([
    422,
    'undeclared-nesting',
    Object.keys(body),
  ]);
  expect(crm.writes).toEqual([]);
});

test.each([
  '?delivery_ids[]=45',
  '?customer[delivery_ids][]=45',
  '?deliveryIds=45',
  '?delivery=45',
])('nor by %s in the address, which Rails and Express merge with the body', async (search) => {
  const { rep, crm } = await openCustomers();
  const refused = await rep.call('PATCH', `/items/customers/8${search}`, { name: 'x' });
  expect([refused.status, refused.result, crm.writes]).toEqual([400, 'request-unreadable', []]);
});

test.each([
  '?fields=id,delivery_ids',
  '?include=deliveries',
  '?sort=delivery_id',
  '?fields[delivery]=id',
])('honest: %s in the address is about the answer', async (search) => {
  const { rep, crm } = await openCustomers();
  expect((await rep.call('PATCH', `/items/customers/8${search}`, { name: 'x' })).status).toBe(200);
  expect(crm.writes).toHaveLength(1);
});

test('declared as a relation, ids under that name link, and the customer who is left is asked', async () => {
  const { rep, crm } = await openCustomers({ relations: { delivery_ids: 'Deliveries' } });
  expect((await rep.call('PATCH', '/items/customers/8', { delivery_ids: { connect: ['45'] } })).result).toBe(
    'otp-required',
  );
  expect(crm.writes).toEqual([]);
});

test.each<[string, object, object]>([
  ['a column in "values"', { values: ['delivery_id'] }, { delivery_id: '45' }],
  ['a known field', { knownFields: ['name', 'delivery_id'] }, { delivery_id: '45' }],
  ['a truth', {}, { delivery: true }],
  ['a name with more to it', {}, { delivery_note: 'by hand', last_delivery: '45', delivery_days: 3 }],
])('an honest save with %s arrives as it is', async (_, more, body) => {
  const { rep, crm } = await openCustomers(more);
  expect((await rep.call('PATCH', '/items/customers/8', body)).status).toBe(200);
  expect(crm.writes.map((written) => JSON.parse(written))).toEqual([body]);
});
