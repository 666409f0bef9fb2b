import { describe, expect, onTestFinished, test } from 'vitest';
import { createTestGateway, type TestOptions } from '../../src/testing.ts';
import { deliveryOptions, deliveryRule } from '../harness/delivery.ts';
import { openRelationalCrm } from '../harness/relational-crm.ts';
import { repOf } from '../harness/rep.ts';

/*
 * `{"deliveries": {"delete": ["45"]}}` ends the link in Directus, unless the relation says that it deletes (`one_deselect_action`), and so it does in
 * SugarCRM. The delivery is there then, and refers to nobody: the rep fills in a customer of their own, who gets the code.
 */

type When = TestOptions['rules'][number]['when'];

async function openCustomers(when: When) {
  const crm = await openRelationalCrm();
  const address = { via: 'customer', module: 'Customers', field: 'email', reverse: ['deliveries'] };
  const gateway = createTestGateway(
    deliveryOptions(crm.url, {
      modules: {
        Deliveries: { dialect: 'rest', path: '/items/deliveries', record: '/data' },
        Customers: { dialect: 'rest', path: '/items/customers', record: '/data' },
      },
      rules: [deliveryRule({ module: 'Deliveries', when, send: { to: [{ channel: 'email', address }] } })],
    }),
  );
  const { url } = await gateway.listen();
  onTestFinished(gateway.close);
  return { gateway, crm, rep: repOf(url) };
}

describe.each<[string, When]>([
  ['guards the address', { changed_to: ['status', 'delivered'] }],
  ['asks about the customer', { changed: 'customer' }],
])('a delivery whose rule %s', (_, when) => {
  test.each<[string, object]>([
    ['by its id', { delete: ['45'] }],
    ['as a record', { delete: [{ id: '45' }] }],
    ['as Prisma names it', { delete: { where: { id: '45' } } }],
    ['beside an update of another one', { update: [{ id: '46', note: 'x' }], delete: ['45'] }],
  ])('is not taken out of the list of its customer: %s', async (_name, deliveries) => {
    const { rep, crm, gateway } = await openCustomers(when);
    const { status, result } = await rep.call('PATCH', '/items/customers/9', { deliveries });
    expect([status, result, crm.writes]).toEqual([428, 'otp-required', []]);
    expect(gateway.outbox.messages().map(({ address }) => address)).toEqual(['ann@example.com']);
  });

  test('is taken out with the code of the customer', async () => {
    const { rep, crm, gateway } = await openCustomers(when);
    const taken = { deliveries: { delete: ['45'] } };
    await rep.call('PATCH', '/items/customers/9', taken);
    const code = gateway.outbox.messages().at(-1)?.code ?? '';
    expect((await rep.call('PATCH', '/items/customers/9', taken, { 'otprules-otp-7': code })).status).toBe(
      200,
    );
    expect(crm.writes).toHaveLength(1);
  });

  test.each<[string, object]>([
    ['nobody is taken out', { create: [], update: [{ id: '45', note: 'x' }], delete: [] }],
    ['Rails destroys it, by a mark of its own', [{ id: '45', _destroy: '1' }, { id: '46' }]],
  ])('honest: %s', async (_name, deliveries) => {
    const { rep, crm } = await openCustomers(when);
    expect((await rep.call('PATCH', '/items/customers/9', { deliveries })).status).toBe(200);
    expect(crm.writes).toHaveLength(1);
  });
});
