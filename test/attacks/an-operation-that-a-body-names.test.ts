import { expect, it, onTestFinished } from 'vitest';
import type { ConfigInput } from '../../src/config/schema/schema.ts';
import { createTestGateway } from '../../src/testing.ts';
import { describeDoors, type Knock } from '../dialects/doors.ts';
import { startStandIn } from '../harness/stand-in.ts';

/*
 * PHP's $_REQUEST, Rails and Laravel lay what a body says over the query, and Laravel's `$request->order` over the address; JSON-RPC takes a list
 * of calls, too. Which operation is meant, and of which record, shall stand at one place only.
 */

const ORDER = { id: 45, status: 'Open', email: 'ann@example.com' };
const start = async () => {
  const crm = await startStandIn(({ path }) => {
    const id = Number(/(\d+)\D*$/.exec(path)?.[1] ?? 45);
    return { status: 200, body: { ...ORDER, id } };
  });
  return { ...crm, stored: () => ORDER };
};
const send = { to: [{ channel: 'email' as const, address: 'email' }] };
const rules: ConfigInput['rules'] = [
  { id: 7, name: 'Delivery', module: 'Orders', when: { changed_to: ['status', 'Delivered'] }, send },
  { id: 8, name: 'Reads', module: 'Slips', on: ['read'], when: true, send },
];
type Operations = Extract<ConfigInput['modules'][string], { operations?: unknown }>['operations'];
const modulesOf = (operations: Operations, slips: Operations = []): ConfigInput['modules'] => ({
  Orders: { dialect: 'rest', path: '/orders', shapes: 'none', operations },
  Slips: { dialect: 'rest', path: '/slips', shapes: 'none', operations: slips },
});
const FORM = ['Content-Type: application/x-www-form-urlencoded'];
const form = (line: string, body: string): Knock => ({ line, headers: FORM, body });
const json = (line: string, body: object): Knock => ({ line, body: JSON.stringify(body) });
const DELIVERED = { status: 'Delivered' };

describeDoors('operations that the query tells from each other', {
  start,
  modules: modulesOf(
    [
      { request: 'GET /index.php?action=orders&id={id}', read: { id: '{id}', record: '' } },
      { request: 'POST /index.php?action=save&record={record}', save: { id: '{record}', fields: '' } },
      { request: 'POST /index.php?action=names', harmless: true },
      { request: 'POST /index.php', harmless: true },
      { request: 'POST /index.php', when: { '/action': 'ping' }, harmless: true },
    ],
    [{ request: 'GET /index.php?action=slip&slip={slip}', read: { id: '{slip}', record: '' } }],
  ),
  rules,
  headers: [],
  refused: [
    ...(['POST /index.php?action=names', 'POST /index.php'] as const).flatMap((line) => [
      [`a save in the form of ${line}`, 400, form(line, 'action=save&record=45&status=Delivered')] as const,
      [
        `a save in the JSON of ${line}`,
        400,
        json(line, { action: 'save', record: 45, ...DELIVERED }),
      ] as const,
      [`a save in the list of ${line}`, 400, form(line, 'action[]=save&record=45&status=Delivered')] as const,
      [
        `another case of a save in ${line}`,
        400,
        form(line, 'Action=SAVE&Record=45&status=Delivered'),
      ] as const,
      [`a read in the form of ${line}`, 400, form(line, 'action=slip&slip=45')] as const,
    ]),
    [
      'a deed that is described nowhere',
      400,
      form('POST /index.php?action=names', 'action=delete&record=45'),
    ],
    ['another record', 400, form('POST /index.php?action=save&record=46', 'record=45&status=Delivered')],
    ['another record in a list', 400, form('POST /index.php?action=save&record=46', 'record[]=45&note=x')],
    ['another record in JSON', 400, json('POST /index.php?action=save&record=46', { Record: 45, note: 'x' })],
    ['what is written plainly', 428, form('POST /index.php?action=save&record=45', 'status=Delivered')],
  ],
  honest: [
    [
      'a form that repeats the address',
      form('POST /index.php?action=save&record=45', 'action=Save&record=45&note=x'),
      '/index.php?action=save&record=45',
      'action=Save&record=45&note=x',
    ],
    [
      'a form that tells its deed itself',
      form('POST /index.php', 'action=ping&q=x'),
      '/index.php',
      'action=ping&q=x',
    ],
    [
      'a list of names',
      json('POST /index.php?action=names', { q: 'x' }),
      '/index.php?action=names',
      '{"q":"x"}',
    ],
    [
      'an empty field of a form',
      form('POST /index.php?action=names', 'record=&q=x'),
      '/index.php?action=names',
      'record=&q=x',
    ],
  ],
});

describeDoors('operations that the path names the record of', {
  start,
  modules: {
    Orders: {
      dialect: 'rest',
      path: '/api/orders',
      envelopeFields: ['ticket'],
      operations: [
        { request: 'POST /api/orders/{order}/note', save: { id: '{order}', fields: '' } },
        { request: 'POST /api/orders/{order}/fields', save: { id: '{order}', fields: '/order' } },
        { request: 'POST /api/tickets/{ticket}/order', save: { id: '{ticket}', fields: '' } },
        { request: 'POST /api/orders/{id}?action=deliver', save: { id: '{id}', set: DELIVERED } },
        { request: 'GET /api/orders/{order}/note', read: { id: '{order}', record: '' } },
        { request: 'POST /api/batch', batch: { calls: '', method: '/method', path: '/path', body: '/body' } },
      ],
    },
  },
  rules: rules.slice(0, 1),
  headers: [],
  refused: [
    ['another one in the query', 400, json('POST /api/orders/46/note?order=45', DELIVERED)],
    ['another one in the query of a note', 400, json('POST /api/orders/46/note?order=45', { note: 'x' })],
    ['another one in a list of the query', 400, json('POST /api/orders/46/note?order[]=45', DELIVERED)],
    ['another one in the body', 400, json('POST /api/orders/46/note', { note: 'x', order: 45 })],
    ['another case of another one', 400, json('POST /api/orders/46/note', { note: 'x', Order: '45' })],
    ['an action in the body of the usual shape', 400, json('POST /api/orders/45', { action: 'deliver' })],
    [
      'another one in a call of a batch',
      400,
      json('POST /api/batch', [
        { method: 'POST', path: '/api/orders/46/note', body: { note: 'x', order: 45 } },
      ]),
    ],
    [
      'an action in a call of a batch',
      400,
      json('POST /api/batch', [{ method: 'POST', path: '/api/orders/45', body: { action: 'deliver' } }]),
    ],
    ['what is written plainly', 428, json('POST /api/orders/45/note', DELIVERED)],
  ],
  honest: [
    [
      'the same one',
      json('POST /api/orders/45/note', { note: 'x', order: 45 }),
      '/api/orders/45/note',
      '{"note":"x","order":45}',
    ],
    [
      'fields in a member of that name',
      json('POST /api/orders/45/fields', { order: { note: 'x' } }),
      '/api/orders/45/fields',
      '{"order":{"note":"x"}}',
    ],
    [
      'what is declared to be none of the record',
      json('POST /api/tickets/45/order', { ticket: 7, note: 'x' }),
      '/api/tickets/45/order',
      '{"ticket":7,"note":"x"}',
    ],
    ['another action', json('POST /api/orders/45', { action: 'x' }), '/api/orders/45', '{"action":"x"}'],
    [
      'a read that is sorted by it',
      { line: 'GET /api/orders/45/note?order=date' },
      '/api/orders/45/note?order=date',
    ],
  ],
});

const many = (size: number) => Array.from({ length: size }, () => ({ method: 'orders.list' }));
const names = Array.from({ length: 300 }, (_, at) => `name ${at}`);
const CALL = { jsonrpc: '2.0', id: 1, method: 'orders.save', params: { id: 45, status: 'Delivered' } };

describeDoors('operations that the body tells from each other', {
  start,
  modules: {
    Orders: {
      dialect: 'rest',
      path: '/orders',
      shapes: 'none',
      envelopeFields: ['id'],
      operations: [
        { request: 'GET /orders/{id}', read: { id: '{id}', record: '' } },
        {
          request: 'POST /rpc',
          when: { '/method': 'orders.save' },
          save: { id: '/params/id', fields: '/params' },
        },
        { request: 'POST /rpc', harmless: true },
        { request: 'POST /log', harmless: true },
        { request: 'POST /bulk', when: { '/method': 'ping' }, harmless: true },
        { request: 'POST /bulk', save: { records: '', id: '/id', fields: '' } },
      ],
    },
  },
  rules: rules.slice(0, 1),
  headers: [],
  refused: [
    ['a list of one call', 400, json('POST /rpc', [CALL])],
    ['a list within a list', 400, json('POST /rpc', [[CALL]])],
    ['the second of two calls', 400, json('POST /rpc', [{ ...CALL, method: 'orders.list' }, CALL])],
    ['a list as PHP keeps one', 400, json('POST /rpc', { 0: CALL })],
    ['one of very many calls', 400, json('POST /rpc', [...many(300), CALL])],
    ['more calls than are looked at', 400, json('POST /rpc', many(201))],
    [
      'a list of records that say what tells another operation',
      428,
      json('POST /bulk', [{ id: 45, status: 'Delivered', method: 'ping' }]),
    ],
    ['a call in a text', 400, { line: 'POST /rpc', body: JSON.stringify(JSON.stringify(CALL)) }],
    ['what is written plainly', 428, json('POST /rpc', CALL)],
  ],
  honest: [
    [
      'another call',
      json('POST /rpc', { ...CALL, method: 'orders.list' }),
      '/rpc',
      JSON.stringify({ ...CALL, method: 'orders.list' }),
    ],
    ['a list of names', json('POST /rpc', ['orders.save', '45']), '/rpc', '["orders.save","45"]'],
    ['many names', json('POST /rpc', names), '/rpc', JSON.stringify(names)],
    ['a number', { line: 'POST /rpc', body: '5' }, '/rpc', '5'],
    [
      'another call whose member is one',
      json('POST /rpc', { method: 'orders.list', params: CALL }),
      '/rpc',
      JSON.stringify({ method: 'orders.list', params: CALL }),
    ],
    ['many calls where nothing is told', json('POST /log', many(300)), '/log', JSON.stringify(many(300))],
    ['a text where nothing is told', { line: 'POST /log', body: '"x"' }, '/log', '"x"'],
    ['many other calls', json('POST /rpc', many(200)), '/rpc', JSON.stringify(many(200))],
    [
      'a list of other calls',
      json('POST /rpc', [{ ...CALL, method: 'orders.list' }]),
      '/rpc',
      JSON.stringify([{ ...CALL, method: 'orders.list' }]),
    ],
  ],
});

it('a save that a body means beside its address is refused, and saved with the code where it is written plainly', async () => {
  const crm = await start();
  onTestFinished(() => crm.close());
  const gateway = createTestGateway({
    upstream: { url: crm.url },
    modules: modulesOf([
      { request: 'GET /index.php?action=orders&id={id}', read: { id: '{id}', record: '' } },
      { request: 'POST /index.php?action=save&id={id}', save: { id: '{id}', fields: '' } },
      { request: 'POST /index.php?action=names', harmless: true },
    ]),
    rules: rules.slice(0, 1),
  });
  onTestFinished(() => gateway.close());
  const { url } = await gateway.listen();
  const post = async (query: string, body: string, headers = {}) =>
    (
      await fetch(`${url}/index.php?${query}`, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      })
    ).status;
  const saved = () => crm.received.filter(({ method }) => method === 'POST').map(({ body }) => String(body));
  expect(await post('action=names', 'action=save&id=45&status=Delivered')).toBe(400);
  expect(await post('action=save&id=46', 'id=45&note=x')).toBe(400);
  expect(saved()).toEqual([]);
  expect(await post('action=save&id=45', 'status=Delivered')).toBe(428);
  const code = gateway.lastCode('ann@example.com') ?? '';
  expect(await post('action=save&id=45', 'status=Delivered', { 'otprules-otp-7': code })).toBe(200);
  expect(saved()).toEqual(['status=Delivered']);
});
