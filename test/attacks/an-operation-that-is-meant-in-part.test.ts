import { expect, it, onTestFinished } from 'vitest';
import type { ConfigInput } from '../../src/config/schema/schema.ts';
import { createTestGateway } from '../../src/testing.ts';
import { describeDoors } from '../dialects/doors.ts';
import { startStandIn } from '../harness/stand-in.ts';

/*
 * PHP undoes `id=%34%35`, ASP.NET knows no case of names, and routers that go by the query ignore the method. A gateway that finds no record in such a
 * query shall not take the request for what the same path means without it.
 */

const ORDER = { id: 45, status: 'Open', email: 'ann@example.com' };
const start = async () => {
  const crm = await startStandIn(() => ({ status: 200, body: ORDER }));
  return { ...crm, stored: () => ORDER };
};
const send = { to: [{ channel: 'email' as const, address: 'email' }] };
type Operations = Extract<ConfigInput['modules'][string], { operations?: unknown }>['operations'];
const ordersOf = (operations: Operations): ConfigInput['modules'] => ({
  Orders: { dialect: 'rest', path: '/orders', shapes: 'none', operations },
});
const READ = { request: 'GET /index.php?action=orders&id={id}', read: { id: '{id}', record: '' } };
const SAVE = { request: 'POST /index.php?action=save&id={id}', save: { id: '{id}', fields: '' } };

describeDoors('a read that its query tells from what shows nothing', {
  start,
  modules: ordersOf([
    { request: 'GET /index.php', harmless: true },
    { request: 'POST /index.php', harmless: true },
    { request: 'POST /index.php?action=login', harmless: true },
    READ,
    { request: 'GET /index.php?action=form&id=new', harmless: true },
    { request: 'GET /show.php', harmless: true },
    { request: 'GET /show.php?ajax=1', harmless: true },
    { request: 'GET /show.php?order={order}', read: { id: '{order}', record: '' } },
    { request: 'GET /page.php', harmless: true },
    { request: 'GET /page.php?view=2&order={order}', read: { id: '{order}', record: '' } },
    { request: 'GET /key.php', harmless: true },
    { request: 'GET /key.php?key=order-{order}', read: { id: '{order}', record: '' } },
  ]),
  rules: [{ id: 7, name: 'Orders', module: 'Orders', on: ['read'], when: true, send }],
  headers: [],
  refused: [
    ['an encoded id', 400, { line: 'GET /index.php?action=orders&id=%34%35' }],
    ['an encoded name', 400, { line: 'GET /index.php?%61ction=orders&id=45' }],
    ['an encoded value', 400, { line: 'GET /index.php?action=%6frders&id=45' }],
    ['a value encoded twice', 400, { line: 'GET /index.php?action=%256frders&id=45' }],
    ['a name in another case', 400, { line: 'GET /index.php?Action=orders&id=45' }],
    ['a value in another case', 400, { line: 'GET /index.php?action=ORDERS&id=45' }],
    ['a list', 400, { line: 'GET /index.php?action[]=orders&id=45' }],
    ['the first of two', 400, { line: 'GET /index.php?action=orders&action=names&id=45' }],
    ['the last of two', 400, { line: 'GET /index.php?action=names&action=orders&id=45' }],
    ['one of very many', 400, { line: `GET /index.php?${many('action')}&action=orders&id=45` }],
    ['more values than are looked at', 400, { line: `GET /index.php?${many('action')}` }],
    ['a second id', 400, { line: 'GET /index.php?action=orders&id=46&id=45' }],
    ['a text that is a number, encoded', 400, { line: 'GET /page.php?view=%32&order=45' }],
    ['a text before an id, in another case', 400, { line: 'GET /key.php?key=ORDER-45' }],
    ['a text before an id, encoded', 400, { line: 'GET /key.php?key=order%2D45' }],
    ['a semicolon', 400, { line: 'GET /index.php?lang=de;action=orders;id=45' }],
    ['no id', 400, { line: 'GET /index.php?action=orders' }],
    ['HEAD', 400, { line: 'HEAD /index.php?action=orders&id=%34%35' }],
    ['another method', 400, { line: 'POST /index.php?action=orders&id=45', body: '{}' }],
    ['an id alone, encoded', 400, { line: 'GET /show.php?order=%34%35' }],
    ['an id alone, in another case', 400, { line: 'GET /show.php?Order=45' }],
    ['an id beside what tells another operation', 400, { line: 'GET /show.php?ajax=1&order=45' }],
    ['what is written plainly', 428, { line: 'GET /index.php?action=orders&id=45' }],
  ],
  honest: [
    ['another action', { line: 'GET /index.php?action=names' }, '/index.php?action=names'],
    ['an action that is a number', { line: 'GET /index.php?action=7&id=45' }, '/index.php?action=7&id=45'],
    ['a language', { line: 'GET /index.php?lang=de' }, '/index.php?lang=de'],
    ['no query', { line: 'GET /index.php' }, '/index.php'],
    [
      'what is described with a text',
      { line: 'GET /index.php?action=form&id=new' },
      '/index.php?action=form&id=new',
    ],
    ['a field of a form that is empty', { line: 'GET /show.php?q=x&order=' }, '/show.php?q=x&order='],
    ['a field of a form that is blank', { line: 'GET /show.php?order=%20' }, '/show.php?order=%20'],
    ['another text before an id', { line: 'GET /key.php?key=name-45' }, '/key.php?key=name-45'],
    ['what shows nothing, by its query', { line: 'GET /show.php?ajax=1&_=17' }, '/show.php?ajax=1&_=17'],
    [
      'another action by another method',
      { line: 'POST /index.php?action=login', body: '{}' },
      '/index.php?action=login',
    ],
  ],
});

describeDoors('a save that its query tells from what saves nothing', {
  start,
  modules: {
    ...ordersOf([
      READ,
      SAVE,
      { request: 'POST /do.php', save: { id: '/record', fields: '/fields' } },
      { request: 'POST /do.php?record={record}', save: { id: '{record}', fields: '' } },
    ]),
    Tools: {
      dialect: 'rest',
      path: '/tools',
      shapes: 'none',
      operations: [
        { request: 'POST /index.php', harmless: true },
        { request: 'POST /index.php?action=names', harmless: true },
      ],
    },
  },
  rules: [{ id: 7, name: 'Delivery', module: 'Orders', when: { changed_to: ['status', 'Delivered'] }, send }],
  headers: [],
  refused: [
    ...(
      [
        ['an encoded id', 'action=save&id=%34%35'],
        ['an encoded value', 'action=%73ave&id=45'],
        ['a name in another case', 'Action=save&id=45'],
        ['no id', 'action=save'],
        ['a second id', 'action=save&id=46&id=45'],
        ['a second id in a list', 'action=save&id=46&id[]=45'],
        ['a second action', 'action=save&id=45&action=names'],
        ['a second action, behind one that saves nothing', 'action=names&action=save&id=45'],
        ['an action that is described nowhere', 'action=delete&id=45'],
      ] as const
    ).map(
      ([name, query]) =>
        [name, 400, { line: `POST /index.php?${query}`, body: '{"status":"Delivered"}' }] as const,
    ),
    [
      'an action in a body that is described nowhere',
      400,
      { line: 'POST /index.php', body: '{"action":"delete","id":45}' },
    ],
    [
      'what is written plainly',
      428,
      { line: 'POST /index.php?action=save&id=45', body: '{"status":"Delivered"}' },
    ],
  ],
  honest: [
    [
      'a save that names its record in its body',
      { line: 'POST /do.php', body: '{"record":45,"fields":{"note":"x"}}' },
      '/do.php',
      '{"record":45,"fields":{"note":"x"}}',
    ],
    [
      'another action',
      { line: 'POST /index.php?action=names', body: '{"status":"Delivered"}' },
      '/index.php?action=names',
      '{"status":"Delivered"}',
    ],
    ['a language', { line: 'POST /index.php?lang=de', body: '{"q":"x"}' }, '/index.php?lang=de', '{"q":"x"}'],
    [
      'a save of something else',
      { line: 'POST /index.php?action=save&id=45', body: '{"note":"x"}' },
      '/index.php?action=save&id=45',
      '{"note":"x"}',
    ],
    [
      'a list that no rule guards',
      { line: 'GET /index.php?action=orders&page=%32' },
      '/index.php?action=orders&page=%32',
    ],
  ],
});

describeDoors('operations beside the usual shapes', {
  start,
  modules: {
    Orders: {
      dialect: 'rest',
      path: '/api/orders',
      lists: 'allow',
      operations: [
        { request: 'GET /api/orders?view=full&id={id}', read: { id: '{id}', record: '' } },
        { request: 'GET /api/names', harmless: true },
        { request: 'GET /api/views/all', harmless: true },
        { request: 'GET /api/views/{view}', harmless: true },
        { request: 'GET /api/views/{view}?of=slip&id={id}', read: { id: '{id}', record: '' } },
        { request: 'GET /api/names?of={order}', read: { id: '{order}', record: '' } },
        { request: 'POST /api/batch', batch: { calls: '', method: '/method', path: '/path', body: '/body' } },
      ],
    },
    Notes: {
      dialect: 'rest',
      path: '/api/notes',
      operations: [
        {
          request: 'PATCH /api/notes/{id}?action=deliver',
          save: { id: '{id}', set: { status: 'Delivered' } },
        },
      ],
    },
  },
  rules: [
    { id: 7, name: 'Orders', module: 'Orders', on: ['read'], when: true, send },
    { id: 8, name: 'Delivery', module: 'Notes', when: { changed_to: ['status', 'Delivered'] }, send },
  ],
  headers: [],
  refused: [
    ['a list that may be one record', 400, { line: 'GET /api/orders?view=full&id=%34%35' }],
    ['a record by a part of an operation', 400, { line: 'GET /api/orders?view=FULL' }],
    ['a path that is as exact', 400, { line: 'GET /api/views/one?of=sl%69p&id=45' }],
    [
      'fields beside an action in another spelling',
      400,
      { line: 'PATCH /api/notes/45?action=%64eliver', body: '{"note":"x"}' },
    ],
    [
      'a call of a batch',
      400,
      { line: 'POST /api/batch', body: '[{"method":"GET","path":"/api/names?of=%34%35"}]' },
    ],
    ['an action', 428, { line: 'PATCH /api/notes/45?action=deliver', body: '{"note":"x"}' }],
  ],
  honest: [
    ['a list', { line: 'GET /api/orders?view=short&page=2' }, '/api/orders?view=short&page=2'],
    [
      'a path that is more exact',
      { line: 'GET /api/views/all?of=sl%69p&id=45' },
      '/api/views/all?of=sl%69p&id=45',
    ],
    ['fields', { line: 'PATCH /api/notes/45', body: '{"note":"x"}' }, '/api/notes/45', '{"note":"x"}'],
    [
      'a call of a batch that shows nothing',
      { line: 'POST /api/batch', body: '[{"method":"GET","path":"/api/names?lang=de"}]' },
      '/api/batch',
    ],
  ],
});

it('a query that may mean one of 2,000 operations is that one as it is written, or none', async () => {
  const crm = await start();
  onTestFinished(() => crm.close());
  const names = Array.from({ length: 2000 }, (_, at) => `act${at}`);
  const reads = names.map((name) => ({
    request: `GET /index.php?action=${name}&id={id}`,
    read: { id: '{id}', record: '' },
  }));
  const gateway = createTestGateway({
    listen: { port: 0 },
    admin: false,
    upstream: { url: crm.url },
    modules: ordersOf([{ request: 'GET /index.php', harmless: true }, ...reads]),
    rules: [{ id: 7, name: 'Orders', module: 'Orders', on: ['read'], when: true, send }],
  });
  onTestFinished(() => gateway.close());
  const { url } = await gateway.listen();
  const statusOf = async (query: string) => (await fetch(`${url}/index.php?${query}`)).status;
  expect(await statusOf('action=act1999&id=%34%35')).toBe(400);
  expect(await statusOf('action=Act1999&id=45')).toBe(400);
  expect(await statusOf('action=act1999&id=45')).toBe(428);
  expect(await statusOf('action=act2000&id=45')).toBe(200);
  expect(crm.received.map(({ path }) => path)).toContain('/index.php?action=act2000&id=45');
});

function many(name: string): string {
  return Array.from({ length: 30 }, (_, at) => `${name}=${at}`).join('&');
}
