import { expect, it, onTestFinished } from 'vitest';
import type { ConfigInput } from '../../src/config/schema/schema.ts';
import { createTestGateway } from '../../src/testing.ts';
import { describeDoors } from '../dialects/doors.ts';
import { SLIP_RULES as rules, startSlips as start } from './slips-stage.ts';

/*
 * PHP serves `/index.php/api/payslips/1` as `/api/payslips/1`, WordPress `/?rest_route=/api/payslips/1`, and where an address is rewritten as
 * `index.php?url=$1` with the query behind it, `?url=` of the client goes before the path.
 */

const modules: ConfigInput['modules'] = {
  Slips: {
    dialect: 'rest',
    path: '/api/payslips',
    operations: [{ request: 'GET /api/slip-view/{id}', read: { id: '{id}', record: '' } }],
  },
  Orders: {
    dialect: 'rest',
    path: '/api/orders',
    operations: [
      { request: 'POST /api/orders/{id}/deliver', save: { id: '{id}', set: { status: 'Delivered' } } },
      { request: 'POST /api/batch', batch: { calls: '', method: '/method', path: '/path', body: '/body' } },
    ],
  },
};
const watched: ConfigInput['modules'] = {
  ...modules,
  Drafts: { dialect: 'rest', path: '/api/drafts' },
  Rolls: { dialect: 'rest', path: '/api/PayRolls' },
};
const watching: ConfigInput['rules'] = [
  ...rules,
  ...(['Drafts', 'Rolls'] as const).map((module, at) => ({
    ...{ id: 9 + at, name: module, module, on: ['read' as const], when: true as const },
    mode: module === 'Drafts' ? ('shadow' as const) : ('enforce' as const),
    send: { to: [{ channel: 'email' as const, address: 'email' }] },
  })),
];
const DELIVERED = '{"status":"Delivered"}';
const call = (method: string, path: string, body: unknown = null) => JSON.stringify([{ method, path, body }]);

describeDoors('a front controller', {
  start,
  modules: watched,
  rules: watching,
  headers: [],
  refused: [
    ...[
      '/index.php/api/payslips/1',
      '/api/index.php/payslips/1',
      '/INDEX.PHP/API/payslips/1',
      '/app/index.php/api/slip-view/1',
      '/?rest_route=/api/payslips/1',
      '/index.php?_url=/api/payslips/1',
      '/index.php?url=api/payslips',
      '/index.php?url[]=api%2Fpayslips%2F1',
      '/names?url=api/slip-view/1',
      '/api/orders/1?url=api/payslips/1',
      '/api/payslips.json',
      '/index.php/api/payslips.json',
      '/index.php/api/payrolls.json',
      '/a.php/b.php/c.php/d.php/e.php/api/payslips/1',
      '/index.php/api/payslips/a.php/b.php/c.php/d.php/e.php',
      '/names?url=api/drafts/1&q=api/payslips/1',
    ].map((path) => [`a read as ${path}`, 403, { line: `GET ${path}` }] as const),
    ['a read in a batch', 403, { line: 'POST /api/batch', body: call('GET', '/api/index.php/payslips/1') }],
    ...[
      '/index.php/api/orders/1',
      '/api/api.php/orders/1',
      '/?rest_route=/api/orders/1',
      '/x?url=api/orders/1',
      '/x?url=api/orders/%252531',
    ].map((path) => [`a save as ${path}`, 403, { line: `PATCH ${path}`, body: DELIVERED }] as const),
    [
      'a save in a batch',
      403,
      { line: 'POST /api/batch', body: call('PATCH', '/api/api.php/orders/1', { status: 'Delivered' }) },
    ],
    [
      'an action that the query of a save names',
      400,
      { line: 'PATCH /api/orders/2?url=api/orders/1/deliver', body: '{"note":"x"}' },
    ],
    ['a save as it is written', 428, { line: 'PATCH /api/orders/1', body: DELIVERED }],
    ['a read as it is written', 428, { line: 'GET /api/payslips/1' }],
  ],
  honest: [
    ['another path of it', { line: 'GET /index.php/api/names/1' }, '/index.php/api/names/1'],
    [
      'an order that nobody guards reads of',
      { line: 'GET /index.php/api/orders/1' },
      '/index.php/api/orders/1',
    ],
    ...[
      '/index.php/api/payslips-of-all',
      '/index.php/api/customer.json',
      '/index.php/api/drafts/1',
      '/names?url=api/drafts/1',
    ].map((path) => [`a read as ${path}`, { line: `GET ${path}` }, path] as const),
    ['a search', { line: 'GET /search?q=payslips/1' }, '/search?q=payslips/1'],
    ['a page to go back to', { line: 'GET /login?next=/api/payslips/1' }, '/login?next=/api/payslips/1'],
    [
      'a save of something else',
      { line: 'POST /index.php/api/notes', body: DELIVERED },
      '/index.php/api/notes',
      DELIVERED,
    ],
    [
      'a save with an address in its query',
      { line: 'PATCH /api/orders/1?url=https://example.com/x', body: '{"note":"x"}' },
      '/api/orders/1?url=https://example.com/x',
      '{"note":"x"}',
    ],
  ],
});

it('a record behind a front controller is shown at its own address with the code, and where passthrough opens the other one', async () => {
  const crm = await start();
  onTestFinished(() => crm.close());
  const gateway = createTestGateway({
    upstream: { url: crm.url },
    modules,
    rules,
    passthrough: ['/open/index.php/**'],
  });
  onTestFinished(() => gateway.close());
  const { url } = await gateway.listen();
  const read = async (path: string, headers = {}) => (await fetch(url + path, { headers })).status;
  expect(await read('/index.php/api/payslips/1')).toBe(403);
  expect(crm.received).toEqual([]);
  expect(await read('/api/payslips/1')).toBe(428);
  const code = gateway.lastCode('ann@example.com') ?? '';
  expect(await read('/api/payslips/1', { 'otprules-otp-8': code })).toBe(200);
  expect(await read('/open/index.php/api/payslips/1')).toBe(200);
  const before = crm.received.length;
  const save = (path: string) => fetch(url + path, { method: 'PATCH', body: DELIVERED });
  expect((await save('/index.php/api/orders/1')).status).toBe(403);
  expect((await save('/open/index.php/api/orders/1')).status).toBe(200);
  const arrived = crm.received.slice(before).map(({ method, path, body }) => `${method} ${path} ${body}`);
  expect(arrived).toEqual([`PATCH /open/index.php/api/orders/1 ${DELIVERED}`]);
});
