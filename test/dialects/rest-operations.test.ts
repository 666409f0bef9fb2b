import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestGateway, type TestGateway, type TestOptions } from '../../src/testing.ts';
import { startOrderCrm } from '../harness/order-crm.ts';
import { rawRequest, sendRaw } from '../harness/raw.ts';

type Modules = TestOptions['modules'];

const ORDERS: Modules[string] = {
  dialect: 'rest',
  path: '/api/orders',
  operations: [
    { request: 'POST /api/orders/{id}/deliver', save: { id: '{id}', set: { status: 'Delivered' } } },
    { request: 'POST /api/orders/{id}/cancel', save: { operation: 'delete', id: '{id}' } },
    { request: 'POST /api/orders/{id}/close', save: { id: '{id}' } },
    { request: 'PATCH /api/orders', save: { ids: '/keys', fields: '/data' } },
    { request: 'PATCH /api/orders', save: { records: '', id: '/id', fields: '' } },
    { request: 'DELETE /api/orders', save: { operation: 'delete', ids: '' } },
    { request: 'PATCH /api/regions/{region}/orders/{id}', save: { id: '{id}', fields: '' } },
    { request: 'PATCH /odata/Orders({id})', save: { id: '{id}', fields: '' } },
    { request: 'PATCH /odata/Orders(ID={id})', save: { id: '{id}', fields: '' } },
    { request: 'PUT /api/order?id={id}', save: { id: '{id}', fields: '' } },
    { request: 'POST /api/rpc/save-order', save: { id: '/order/id', fields: '/order' } },
    { request: 'POST /api/rpc/import', save: { records: '/items', id: '/id', fields: '' } },
    { request: 'POST /api/call', when: { '/action': 'update' }, save: { id: '/id', fields: '/data' } },
    {
      request: 'POST /api/call',
      when: { '/action': 'deliver' },
      save: { id: '/id', set: { status: 'Delivered' } },
    },
    { request: 'POST /api/call', when: { '/action': 'ping' }, harmless: true },
    { request: 'GET /api/order-view/{id}', read: { id: '{id}', record: '/order' } },
    { request: 'POST /api/orders/search', harmless: true },
    { request: 'POST /api/tunnel/{id}', when: { '/_method': 'PUT' }, save: { id: '{id}', fields: '' } },
    { request: 'POST /api/tunnel/{id}', when: { '/_method': 'GET' }, harmless: true },
  ],
  mediaTypes: ['text/plain'],
};

const MODULES: Modules = {
  Orders: ORDERS,
  Profile: {
    dialect: 'rest',
    path: '/profile',
    shapes: 'none',
    operations: [
      { request: 'PUT /profile', save: { id: 'self', fields: '' } },
      { request: 'GET /profile', read: { id: 'self' } },
    ],
  },
  Drafts: { dialect: 'rest', path: '/orders', creates: 'upsert' },
};

const rule = (module: string, id: number) => ({
  id,
  name: `Delivery of ${module}`,
  module,
  on: ['update', 'delete'] as ('update' | 'delete')[],
  when: { or: [{ changed_to: ['status', 'Delivered'] }, { '==': [{ var: 'save.operation' }, 'delete'] }] },
  send: { to: [{ channel: 'email', address: 'email' }] },
});

let crm: Awaited<ReturnType<typeof startOrderCrm>>;
let gateway: TestGateway;
let port: number;
let seen = 0;

beforeAll(async () => {
  crm = await startOrderCrm();
  gateway = createTestGateway({
    upstream: { url: crm.url },
    modules: MODULES,
    passthrough: ['SEARCH /api/*'],
    unmappedWrites: 'forward',
    rules: [rule('Orders', 7), rule('Profile', 8), rule('Drafts', 9)],
  });
  port = Number(new URL((await gateway.listen()).url).port);
});

afterAll(async () => {
  await gateway.close();
  await crm.close();
});

beforeEach(() => {
  seen = crm.writes().length;
  gateway.clock.advance(7_200_000);
});

const writes = () => crm.writes().slice(seen);

async function send(
  line: string,
  body?: unknown,
  headers: readonly string[] = ['Content-Type: application/json'],
) {
  const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
  const answer = await sendRaw(port, rawRequest(line, body === undefined ? [] : headers, text));
  const json = (answer.body.startsWith('{') ? JSON.parse(answer.body) : {}) as {
    type?: string;
    detail?: string;
    rules?: { record?: string; rule?: string }[];
  };
  return {
    status: answer.status,
    slug: json.type?.replace('urn:countersign:problem:', ''),
    detail: json.detail ?? '',
    json,
  };
}

const DELIVERED = { status: 'Delivered' };

describe('an operation that saves', () => {
  it.each([
    ['an action that sets a value', 'POST /api/orders/45/deliver', undefined],
    ['an action with an empty object', 'POST /api/orders/45/deliver', {}],
    ['an action that deletes', 'POST /api/orders/45/cancel', undefined],
    ['an action of which nobody says what it stores', 'POST /api/orders/45/close', undefined],
    ['a list of ids', 'PATCH /api/orders', { keys: [45], data: DELIVERED }],
    ['a list of records', 'PATCH /api/orders', [{ id: 45, ...DELIVERED }]],
    ['a DELETE of a list of ids', 'DELETE /api/orders', [45]],
    ['an id below another name', 'PATCH /api/regions/north/orders/45', DELIVERED],
    ['an id in brackets', 'PATCH /odata/Orders(45)', DELIVERED],
    ['an id with its name in brackets', 'PATCH /odata/Orders(ID=45)', DELIVERED],
    ['an id in the query', 'PUT /api/order?id=45', DELIVERED],
    ['an id in the body', 'POST /api/rpc/save-order', { order: { id: 45, ...DELIVERED } }],
    ['records in the body', 'POST /api/rpc/import', { items: [{ id: 45, ...DELIVERED }] }],
    ['what the body calls an update', 'POST /api/call', { action: 'update', id: 45, data: DELIVERED }],
    ['what the body calls a delivery', 'POST /api/call', { action: 'deliver', id: 45 }],
    ['a method in the body', 'POST /api/tunnel/45', { _method: 'PUT', ...DELIVERED }],
    ['the only record of its module', 'PUT /profile', DELIVERED],
  ])('asks for a code, which opens it once: %s', async (_, line, body) => {
    const refused = await send(line, body);
    expect(refused).toMatchObject({ status: 428, slug: 'otp-required' });
    expect(writes()).toEqual([]);
    const code = gateway.lastCode() ?? '';
    const [row] = refused.json.rules ?? [];
    const headers = [`OTPRULES-OTP-${row?.rule}: ${code}`, 'Content-Type: application/json'];
    const text = body === undefined ? '' : JSON.stringify(body);
    const saved = await sendRaw(port, rawRequest(line, headers, text));
    expect(saved.status).toBe(200);
    expect(writes()).toEqual([`${line}${text && ` ${text}`}`]);
    expect((await sendRaw(port, rawRequest(line, headers, text))).status).not.toBe(200);
  });

  it('takes a code out of its body', async () => {
    const body = { order: { id: 45, ...DELIVERED } };
    await send('POST /api/rpc/save-order', body);
    const coded = { order: { ...body.order, OTPRULES_OTP_7: gateway.lastCode() } };
    expect((await send('POST /api/rpc/save-order', coded)).status).toBe(200);
    expect(writes()).toEqual([`POST /api/rpc/save-order ${JSON.stringify(body)}`]);
  });

  it('takes a code of each record out of a list', async () => {
    const items = [45, 46].map((id) => ({ id, ...DELIVERED }));
    const refused = await send('POST /api/rpc/import', { items });
    expect(refused.json.rules?.map(({ record }) => record)).toEqual(['45', '46']);
    const codes = ['ann@example.com', 'bob@example.com'].map((to) => gateway.lastCode(to));
    const coded = items.map((item, index) => ({ ...item, OTPRULES_OTP_7: codes[index] }));
    expect((await send('POST /api/rpc/import', { items: coded })).status).toBe(200);
    expect(writes()).toEqual([`POST /api/rpc/import ${JSON.stringify({ items })}`]);
  });

  it('is read as JSON where the module says so of its media type', async () => {
    const answer = await send('POST /api/tunnel/45', { _method: 'PUT', ...DELIVERED }, [
      'Content-Type: text/plain',
    ]);
    expect(answer).toMatchObject({ status: 428, slug: 'otp-required' });
    const note = { _method: 'PUT', note: 'x' };
    expect((await send('POST /api/tunnel/45', note, ['Content-Type: text/plain;charset=UTF-8'])).status).toBe(
      200,
    );
    expect(writes()).toEqual([`POST /api/tunnel/45 ${JSON.stringify(note)}`]);
  });
});

describe('honest traffic of the same shape', () => {
  it.each([
    ['POST /api/orders/search', { status: 'Delivered' }],
    ['POST /api/call', { action: 'ping', data: DELIVERED }],
    ['PATCH /api/orders', { keys: [45, 46], data: { note: 'x' } }],
    ['PATCH /api/orders', [{ id: 45, note: 'x' }]],
    ['PATCH /api/regions/north/orders/45', { id: 45, note: 'x' }],
    ['PATCH /odata/Orders(45)', { note: 'x' }],
    ['PUT /api/order?notify=true&id=45', { note: 'x' }],
    ['POST /api/rpc/save-order', { order: { id: 45, note: 'x' }, notify: true }],
    ['POST /api/rpc/import', { items: [{ id: 45, note: 'x' }], source: 'shop' }],
    ['POST /api/call', { action: 'update', id: '45', data: { note: 'x' } }],
    ['POST /api/tunnel/45', { _method: 'GET' }],
    ['PUT /profile', { note: 'x' }],
    ['SEARCH /api/orders', { query: {} }],
    ['POST /api/elsewhere', { status: 'Delivered' }],
    ['POST /orders', { note: 'new' }],
    ['POST /orders', { id: 'mine', note: 'new' }],
  ])('passes as it came: %s', async (line, body) => {
    expect((await send(line, body)).status).toBe(200);
    expect(writes()).toEqual([`${line} ${JSON.stringify(body)}`]);
  });
});

describe('a create that brings an id', () => {
  it('is judged as the update that it may be', async () => {
    expect(await send('POST /orders', { id: '45', ...DELIVERED })).toMatchObject({
      status: 428,
      slug: 'otp-required',
    });
    expect(writes()).toEqual([]);
  });
});

describe('an id of a record that is not there', () => {
  it('makes it the create that it is', async () => {
    const answer = await send('POST /orders', { id: 'mine', ...DELIVERED });
    expect(answer).toMatchObject({ status: 422, slug: 'otp-create-refused' });
    expect(writes()).toEqual([]);
  });
});

describe('a request that can be read in two ways', () => {
  const nested = { order: { id: 45, ...DELIVERED } };
  it.each([
    ['a member twice', 'POST /api/rpc/save-order', '{"order":{"id":46,"id":45,"status":"Delivered"}}', 400],
    ['a second place of the record', 'POST /api/rpc/save-order', { ...nested, Order: { id: 46 } }, 400],
    ['a second id beside', 'POST /api/rpc/save-order', { id: 46, ...nested }, 400],
    ['an id beside that differs from the address', 'POST /api/orders/45/deliver', { id: 46 }, 400],
    [
      'an id among the fields that differs from the address',
      'PATCH /odata/Orders(45)',
      { ID: 46, note: 'x' },
      400,
    ],
    [
      'an id among the fields of several',
      'PATCH /api/orders',
      { keys: [45, 46], data: { id: 45, note: 'x' } },
      400,
    ],
    ['ids and records at once', 'POST /api/rpc/import', { items: { id: 45 } }, 400],
    ['an id twice', 'PATCH /api/orders', { keys: [45, '45'], data: { note: 'x' } }, 400],
    ['ids of odd types', 'PATCH /api/orders', { keys: [45, true], data: { note: 'x' } }, 400],
    ['ids with a fraction', 'PATCH /api/orders', '{"keys":[45.0],"data":{"note":"x"}}', 400],
    ['ids as objects', 'DELETE /api/orders', [{ id: 45 }], 400],
    [
      '100,000 ids',
      'PATCH /api/orders',
      { keys: Array.from({ length: 100_000 }, (_, id) => id), data: {} },
      400,
    ],
    ['a filter in the place of ids', 'PATCH /api/orders', { query: { filter: {} }, data: DELIVERED }, 400],
    ['no ids', 'PATCH /api/orders', { keys: [], data: DELIVERED }, 400],
    ['a delete by a filter', 'DELETE /api/orders', { filter: {} }, 400],
    ['a delete of all', 'DELETE /api/orders', undefined, 400],
    ['a word in another case', 'POST /api/call', { action: 'Update', id: 45, data: DELIVERED }, 400],
    ['a word in a list', 'POST /api/call', { action: ['update'], id: 45, data: DELIVERED }, 400],
    ['a second word', 'POST /api/call', { Action: 'update', action: 'ping', id: 45, data: DELIVERED }, 400],
    ['a word that is described nowhere', 'POST /api/call', { action: 'merge', id: 45, data: DELIVERED }, 400],
    ['no word', 'POST /api/call', { id: 45, data: DELIVERED }, 400],
    ['a method in the body that is described nowhere', 'POST /api/tunnel/45', { _method: 'DELETE' }, 400],
    ['a method in the body in another case', 'POST /api/tunnel/45', { _method: 'put', ...DELIVERED }, 400],
    [
      'a second method in the body',
      'POST /api/tunnel/45',
      { _method: 'GET', _METHOD: 'PUT', ...DELIVERED },
      400,
    ],
    ['a method in the body of an action', 'POST /api/orders/45/deliver', { _method: 'DELETE' }, 400],
    ['a method in the body of a search', 'POST /api/orders/search', { _method: 'PUT' }, 400],
    ['an encoded slash in the id', 'PATCH /odata/Orders(4%2F5)', DELIVERED, 400],
    ['another case of the path', 'POST /api/RPC/save-order', nested, 403],
    ['an encoded letter of the path', 'POST /api/rpc/%73ave-order', nested, 400],
    ['dots in the path', 'POST /api/x/../rpc/save-order', nested, 400],
    ['an ending of the path', 'POST /api/rpc/save-order.json', nested, 403],
    ['a step below the path', 'POST /api/rpc/save-order/45', nested, 403],
    ['two keys', 'PATCH /odata/Orders(45),Orders(46)', DELIVERED, 403],
    ['a key in quotes', "PATCH /odata/Orders('45')", DELIVERED, 403],
    ['a second id in the query', 'PUT /api/order?id=45&id=46', DELIVERED, 400],
    ['an id of another spelling in the query', 'PUT /api/order?id=45&ID=46', DELIVERED, 400],
    ['an encoded id in the query', 'PUT /api/order?id=4%35', DELIVERED, 400],
    ['a field in the query', 'PUT /api/order?id=45&status=Delivered', {}, 400],
    ['a method that is described nowhere', 'PUT /api/rpc/save-order', nested, 403],
    ['another method of the only record', 'PATCH /profile', DELIVERED, 403],
    ['a record below the only one', 'PUT /profile/45', DELIVERED, 403],
    ['a text in the place of the fields', 'PATCH /api/orders', { keys: [45], data: 'x' }, 400],
    [
      'a nested record that is declared nowhere',
      'POST /api/rpc/save-order',
      { order: { id: 45, items: [{ id: 1 }] } },
      422,
    ],
    ['a nested record beside', 'POST /api/rpc/save-order', { order: { id: 45 }, items: [{ id: 1 }] }, 422],
  ])('is refused, and nothing of it arrives: %s', async (_, line, body, status) => {
    const answer = await send(line, body);
    expect(answer.status).toBe(status);
    expect(['request-unreadable', 'unmapped-write', 'undeclared-nesting']).toContain(answer.slug);
    expect(writes()).toEqual([]);
  });

  it.each([
    ['beside what an action sets', 'POST /api/orders/45/deliver', { status: 'Open' }],
    [
      'in another spelling, beside the fields',
      'POST /api/call',
      { action: 'update', id: 45, data: {}, Status: 'Delivered' },
    ],
    ['beside the list', 'POST /api/rpc/import', { items: [{ id: 45, note: 'x' }], status: 'Delivered' }],
    ['beside the ids', 'PATCH /api/orders', { keys: [45], data: { note: 'x' }, status: 'Delivered' }],
    ['in a change of the address', 'PATCH /odata/Orders(45)', { email: 'rep@example.com' }],
  ])('asks for a code where a guarded field stands %s', async (_, line, body) => {
    expect(await send(line, body)).toMatchObject({ status: 428, slug: 'otp-required' });
    expect(writes()).toEqual([]);
  });

  it('says that a filter names no record', async () => {
    const { detail } = await send('PATCH /api/orders', { query: {}, data: DELIVERED });
    expect(detail).toContain('filter');
  });

  it('says which key of the module takes a list of new records, or ids that clients choose', async () => {
    const list = await send('POST /api/orders', [{ status: 'Open' }]);
    expect([list.status, list.detail]).toEqual([400, expect.stringContaining('records: ""')]);
    const chosen = await send('POST /api/orders', { id: 99, status: 'Open' });
    expect([chosen.status, chosen.detail]).toEqual([400, expect.stringContaining('"creates: upsert"')]);
  });

  it('says what to declare, as a block to paste', async () => {
    const { detail } = await send('POST /api/orders/45/approve', {});
    expect(detail).toContain(
      'operations:\n  - request: POST /api/orders/{id}/approve\n    save: { id: "{id}" }   # and set:',
    );
  });
});
