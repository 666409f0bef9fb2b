import { expect, it, onTestFinished } from 'vitest';
import type { ConfigInput } from '../../src/config/schema/schema.ts';
import { createTestGateway } from '../../src/testing.ts';
import { describeDoors } from '../dialects/doors.ts';
import { startStandIn } from '../harness/stand-in.ts';

/*
 * A script that goes by `$_REQUEST` saves what a GET brings: a query that says in words what is described as a save is no harmless read of its path.
 */

const ORDER = { id: 45, status: 'Open', email: 'ann@example.com' };
const start = async () => {
  const crm = await startStandIn(() => ({ status: 200, body: ORDER }));
  return { ...crm, stored: () => ORDER };
};
const rules: ConfigInput['rules'] = [
  {
    id: 7,
    name: 'Delivery',
    module: 'Orders',
    when: { changed_to: ['status', 'Delivered'] },
    send: { to: [{ channel: 'email', address: 'email' }] },
  },
];
type Operations = Extract<ConfigInput['modules'][string], { operations?: unknown }>['operations'];
const SAVES: Operations = [
  { request: 'GET /orders/{id}', read: { id: '{id}', record: '' } },
  { request: 'POST /index.php?action=save&id={id}', save: { id: '{id}', fields: '' } },
  { request: 'POST /orders.php?id={id}', save: { id: '{id}', fields: '' } },
  { request: 'POST /api/orders/{id}/deliver', save: { id: '{id}', set: { status: 'Delivered' } } },
];
const modulesOf = (operations: Operations): ConfigInput['modules'] => ({
  Orders: { dialect: 'rest', path: '/orders', shapes: 'none', operations: [...SAVES, ...(operations ?? [])] },
});
const SAVE = 'action=save&id=45&status=Delivered';

const refused = [
  ['a save', 400, { line: `GET /index.php?${SAVE}` }],
  ['a save by HEAD', 400, { line: `HEAD /index.php?${SAVE}` }],
  ['a save in another case', 400, { line: 'GET /index.php?Action=SAVE&id=45&status=Delivered' }],
  ['a save that is encoded', 400, { line: 'GET /index.php?action=%73ave&id=%34%35&status=Delivered' }],
] as const;

describeDoors('a script whose reads are harmless', {
  start,
  modules: modulesOf([
    { request: 'GET /index.php', harmless: true },
    { request: 'GET /index.php?action=edit&id={id}', harmless: true },
    { request: 'GET /orders.php', harmless: true },
  ]),
  rules,
  headers: [],
  refused: [
    ...refused,
    ['a second action', 400, { line: `GET /index.php?action=edit&${SAVE}` }],
    [
      'a save as it is written',
      428,
      { line: `POST /index.php?${SAVE.slice(0, 17)}`, body: '{"status":"Delivered"}' },
    ],
  ],
  honest: [
    ['a form', { line: 'GET /index.php?action=edit&id=45' }, '/index.php?action=edit&id=45'],
    ['another action', { line: 'GET /index.php?action=saved&id=45' }, '/index.php?action=saved&id=45'],
    ['what an id alone tells', { line: 'GET /orders.php?id=45' }, '/orders.php?id=45'],
    ['a path of an action', { line: 'GET /api/orders/45/deliver' }, '/api/orders/45/deliver'],
    [
      'a preflight',
      {
        line: 'OPTIONS /index.php?action=save&id=45',
        headers: ['Origin: https://app.example.com', 'Access-Control-Request-Method: POST'],
      },
      '/index.php?action=save&id=45',
    ],
  ],
});

describeDoors('a script of whose reads nothing is said', {
  start,
  modules: modulesOf([]),
  rules,
  headers: [],
  refused,
  honest: [['another action', { line: 'GET /index.php?action=list' }, '/index.php?action=list']],
});

it('a save by a GET is refused, and saved by its method with the code', async () => {
  const crm = await start();
  onTestFinished(() => crm.close());
  const gateway = createTestGateway({ upstream: { url: crm.url }, modules: modulesOf([]), rules });
  onTestFinished(() => gateway.close());
  const { url } = await gateway.listen();
  const path = `${url}/index.php?action=save&id=45`;
  expect((await fetch(`${path}&status=Delivered`)).status).toBe(400);
  const post = async (headers = {}) =>
    (
      await fetch(path, {
        method: 'POST',
        body: '{"status":"Delivered"}',
        headers: { 'content-type': 'application/json', ...headers },
      })
    ).status;
  expect(await post()).toBe(428);
  expect(await post({ 'otprules-otp-7': gateway.lastCode('ann@example.com') ?? '' })).toBe(200);
  const arrived = crm.received.filter((one) => one.path.startsWith('/index.php'));
  expect(arrived.map(({ method }) => method)).toEqual(['POST']);
});
