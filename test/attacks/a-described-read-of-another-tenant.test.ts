import { expect, onTestFinished, test } from 'vitest';
import { startStandIn } from '../../src/testing/stand-in.ts';
import { createTestGateway, type TestOptions } from '../../src/testing.ts';
import { rawRequest, sendRaw } from '../harness/raw.ts';

/*
 * What a described read shows has its own address, so it is asked for once more, with the headers of the caller. Where those choose the record,
 * the code of one customer, or none, would open the record of another.
 */

const VIEW = '/api/order-view/45';
const ORDERS = {
  a: { id: 45, total: 'of a', isSecret: false, email: 'friend@example.com' },
  b: { id: 45, total: 'of b', isSecret: true, email: 'bob@example.com' },
};

async function open(when: TestOptions['rules'][number]['when'] = true) {
  const crm = await startStandIn(({ pathname, header }) => {
    const order = ORDERS[[header('x-tenant'), header('accept-profile')].includes('b') ? 'b' : 'a'];
    return { status: 200, body: pathname === VIEW ? { order } : order };
  });
  const gateway = createTestGateway({
    upstream: { url: crm.url },
    modules: {
      Orders: {
        dialect: 'rest',
        path: '/api/orders',
        unknownHeaders: 'judge',
        operations: [{ request: 'GET /api/order-view/{id}', read: { id: '{id}', record: '/order' } }],
      },
    },
    rules: [
      {
        id: 7,
        name: 'Orders',
        module: 'Orders',
        on: ['read'],
        when,
        send: { to: [{ channel: 'email', address: 'email' }] },
      },
    ],
  });
  const port = Number(new URL((await gateway.listen()).url).port);
  onTestFinished(async () => {
    await gateway.close();
    await crm.close();
  });
  const view = (...headers: readonly string[]) => sendRaw(port, rawRequest(`GET ${VIEW}`, headers));
  const shown = () => crm.received.filter(({ path }) => path === VIEW);
  return { gateway, view, shown };
}

test.each([
  'X-Tenant',
  'Accept-Profile',
])('the code of the friend shows nothing of the tenant that the header %s names', async (header) => {
  const { gateway, view, shown } = await open();
  expect((await view()).status).toBe(428);
  const code = `OTPRULES-OTP-7: ${gateway.lastCode('friend@example.com')}`;
  const taken = await view(code, `${header}: b`);
  expect([taken.status, taken.body.includes('of b'), shown()]).toEqual([422, false, []]);
  // Honest: it is good still for the order that it is about, also beside a header that chooses nothing.
  const own = await view(code, 'X-Client-Version: 3');
  expect([own.status, own.body.includes('of a'), shown().length]).toEqual([200, true, 1]);
});

test('a condition is held against what the header chooses, too', async () => {
  const { view, shown } = await open({ '==': [{ var: 'record.isSecret' }, true] });
  const taken = await view('X-Tenant: b');
  expect([taken.status, taken.body.includes('of b'), shown()]).toEqual([422, false, []]);
  expect((await view()).status).toBe(200);
});
