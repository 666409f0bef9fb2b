import { expect, onTestFinished, test } from 'vitest';
import { createTestGateway } from '../../src/testing.ts';
import { deliveryOptions, deliveryRule } from '../harness/delivery.ts';
import { startOdoo } from '../harness/odoo-crm.ts';
import { repOf } from '../harness/rep.ts';

/*
 * Whoever sends JSON-RPC waits for the answer with the id of their call: one without it is nobody's, and the client says that Odoo is lost.
 */

const PLACE = '/web/dataset/call_kw';
const RULE = deliveryRule({
  module: 'SaleOrder',
  when: { changed_to: ['state', 'done'] },
  send: { to: [{ channel: 'email', address: 'email' }] },
});

async function openOdoo() {
  const crm = await startOdoo({
    'sale.order/7': { id: 7, state: 'sale', email: 'ann@example.com' } as never,
  });
  const modules = { SaleOrder: { dialect: 'odoo', path: '/', type: 'sale.order' } } as const;
  const gateway = createTestGateway(deliveryOptions(crm.url, { modules, rules: [RULE] }));
  const { url } = await gateway.listen();
  onTestFinished(gateway.close);
  const rep = repOf(url);
  const call = (id: unknown, method: string, args: readonly unknown[], headers?: Record<string, string>) =>
    rep.call(
      'POST',
      PLACE,
      { jsonrpc: '2.0', method: 'call', id, params: { model: 'sale.order', method, args, kwargs: {} } },
      headers,
    );
  return { crm, gateway, call };
}

test.each([17, 'a call', null])('a refusal has the id of the call that it answers: %j', async (id) => {
  const { crm, gateway, call } = await openOdoo();
  const named = (name: string) => ({ status: 200, json: { jsonrpc: '2.0', id, error: { data: { name } } } });
  expect(await call(id, 'write', [[7], { state: 'done' }])).toMatchObject(named('OTP_REQUIRED'));
  // One that is not judged.
  expect(await call(id, 'write', ['78', { state: 'done' }])).toMatchObject(named('REQUEST_UNREADABLE'));
  expect(crm.records.get('sale.order/7')).toMatchObject({ state: 'sale' });

  const code = { 'OTPRULES-OTP-7': gateway.lastCode() ?? '' };
  const done = await call(id, 'write', [[7], { state: 'done' }], code);
  expect(done).toMatchObject({ status: 200, json: { jsonrpc: '2.0', id, result: true } });
});
