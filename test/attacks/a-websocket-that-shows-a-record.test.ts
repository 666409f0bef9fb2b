import { expect, test } from 'vitest';
import { openPayslips, PAYSLIP_MODULE, PAYSLIPS, payslipRule } from '../harness/payslips.ts';
import { rawRequest, sendRaw } from '../harness/raw.ts';

/*
 * A CRM that has no WebSocket at a listed path answers as to any GET. A front controller serves there what a parameter names: the record whose
 * reads are guarded.
 */

const ASKS = ['Authorization: Bearer rep', 'Connection: Upgrade', 'Upgrade: websocket'];

async function open(mode: 'enforce' | 'shadow' = 'enforce') {
  const world = await openPayslips({
    modules: {
      Payslips: {
        ...PAYSLIP_MODULE,
        operations: [{ request: 'GET /show.php?slip={id}', read: { id: '{id}' } }],
      },
    },
    rules: [payslipRule({ on: ['read'], mode })],
    websockets: ['/live/**', '/show'],
  });
  const port = Number(new URL(world.url).port);
  return { ...world, ask: (path: string) => sendRaw(port, rawRequest(`GET ${path}`, ASKS)) };
}

test.each([
  `/live/x?rest_route=${PAYSLIPS}/p1`,
  `/live/x?_url=${PAYSLIPS}/p1`,
  `/live/index.php${PAYSLIPS}/p1`,
  '/show?slip=p1',
])('is none at a listed path by which a front controller shows one: %s', async (path) => {
  const { crm, ask } = await open();
  const { status, body } = await ask(path);
  expect(status).toBe(426);
  // It is listed: to list it is no help.
  expect(JSON.parse(body.toString()).detail).toMatch(/leads there\. Ask for the WebSocket without that/);
  expect(crm.received).toEqual([]);
});

test.each([
  '/live/x',
  '/live/x?room=p1',
  '/live/x?path=/api/rooms/7',
])('honest: a WebSocket at a listed path arrives: %s', async (path) => {
  const { crm, ask } = await open();
  expect((await ask(path)).status).toBe(200);
  expect(crm.received.map((one) => one.path)).toEqual([path]);
});

test('honest: it goes on where the rule about its reads is in shadow mode', async () => {
  const { crm, ask } = await open('shadow');
  expect((await ask('/show?slip=p1')).status).toBe(200);
  expect(crm.received.map((one) => one.path)).toEqual(['/show?slip=p1']);
});
