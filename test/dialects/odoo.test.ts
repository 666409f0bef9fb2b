import { describe, expect, it } from 'vitest';
import { problem } from '../../src/core/verdict/problem.ts';
import { odoo } from '../../src/dialects/odoo/odoo.ts';
import { refuse } from '../harness/answers.ts';
import { startOdoo } from '../harness/odoo-crm.ts';
import { type Call, describeDialect } from './contract.ts';

const STORED = { id: 7, name: 'SO7', state: 'sale', email: 'ann@example.com', partner_id: [9, 'Acme'] };
const DONE = { state: 'Closed' };

const rpc = (params: object, path = '/web/dataset/call_kw', more: object = {}): Call => ({
  method: 'POST',
  path,
  body: { jsonrpc: '2.0', method: 'call', params, id: 5, ...more },
});
const kw = (method: string, args: readonly unknown[], kwargs: object = {}, model = 'sale.order') =>
  rpc({ model, method, args, kwargs });
const object = (method: string, args: readonly unknown[], kwargs: object = {}) =>
  rpc(
    { service: 'object', method: 'execute_kw', args: ['db', 2, 'pw', 'sale.order', method, args, kwargs] },
    '/jsonrpc',
  );
const two = (method: string, body: object, model = 'sale.order'): Call => ({
  method: 'POST',
  path: `/json/2/${model}/${method}`,
  body,
});
const partner = (...commands: readonly unknown[]) =>
  kw('write', [[9], { sale_order_ids: commands }], {}, 'res.partner');

describeDialect('odoo', {
  async start() {
    const crm = await startOdoo({
      'sale.order/7': STORED as never,
      'sale.order/8': { ...STORED, id: 8, email: 'bob@example.com' } as never,
      'res.partner/9': { id: 9, name: 'Acme' } as never,
      'res.country/1': { id: 1, name: 'X' } as never,
    });
    return { ...crm, stored: () => crm.records.get('sale.order/7') };
  },
  modules: {
    SaleOrder: {
      dialect: 'odoo',
      path: '/',
      type: 'sale.order',
      actions: { action_sent: { set: { sent: true } }, message_post: { harmless: true } },
    },
    Partner: { dialect: 'odoo', path: '/', type: 'res.partner', relations: { sale_order_ids: 'SaleOrder' } },
  },
  module: 'SaleOrder',
  fields: { status: 'state', email: 'email', subject: 'name' },
  credentials: 'Bearer key',
  reads: [],
  harmless: [
    kw('read', [[7], ['state']]),
    kw('search_read', [[['state', '=', 'Closed']]]),
    kw('message_post', [[7]], { body: 'hello' }),
    rpc({ service: 'common', method: 'login', args: ['db', 'ann', 'pw'] }, '/jsonrpc'),
    two('search_read', { domain: [] }),
  ],
  save: (fields) => kw('write', [[7], fields]),
  places: [
    (fields, code) => kw('write', [[7], { ...fields, ...code }]),
    (fields, code) => kw('write', [[7], fields], code),
    (fields, code) => kw('write', [7], { vals: { ...fields, ...code } }),
    (fields, code) => kw('web_save', [[7], { ...fields, ...code }], { specification: {} }),
    (fields, code) =>
      rpc(
        { model: 'sale.order', method: 'write', args: [[7], fields], kwargs: {} },
        '/web/dataset/call_button',
        code,
      ),
    (fields, code) => two('write', { ids: [7], vals: { ...fields, ...code } }),
    (fields, code) => two('write', { ids: [7], vals: fields, ...code }),
    (fields, code) => partner([1, 7, { ...fields, ...code }]),
  ],
  create: (fields) => kw('create', [[fields]]),
  remove: kw('unlink', [[7]]),
  pair: { ids: ['7', '8'], email: 'bob@example.com', save: (fields) => kw('write', [[7, 8], fields]) },
  missing: [kw('write', [[99], DONE]), 200],
  unmapped: [
    kw('write', [[1], { name: 'x' }], {}, 'res.country'),
    kw('create', [{ name: 'x' }], {}, 'res.country'),
    two('write', { ids: [1], vals: { name: 'x' } }, 'res.country'),
  ],
  unknown: [
    { method: 'PUT', path: '/web/dataset/call_kw', body: {} },
    { method: 'DELETE', path: '/json/2/sale.order/unlink' },
  ],
  disguises: [
    [
      'the address of another model',
      rpc(
        { model: 'sale.order', method: 'write', args: [[7], DONE], kwargs: {} },
        '/web/dataset/call_kw/res.country/read',
      ),
    ],
    ['values by their name', kw('write', [[7]], { vals: DONE })],
    ['one id', kw('write', [7, DONE])],
    ['one of several ids', kw('write', [[8, 7], DONE])],
    [
      'a button',
      rpc(
        { model: 'sale.order', method: 'write', args: [[7], DONE], kwargs: {} },
        '/web/dataset/call_button',
      ),
    ],
    ['web_save', kw('web_save', [[7], DONE], { specification: {} })],
    [
      'web_save_multi',
      kw(
        'web_save_multi',
        [
          [8, 7],
          [{ name: 'x' }, DONE],
        ],
        { specification: {} },
      ),
    ],
    ['execute_kw', object('write', [[7], DONE])],
    [
      'execute',
      rpc(
        { service: 'object', method: 'execute', args: ['db', 2, 'pw', 'sale.order', 'write', [7], DONE] },
        '/jsonrpc',
      ),
    ],
    ['JSON-2', two('write', { ids: [7], vals: DONE })],
    ['a method that nobody declared', kw('action_done', [[7]])],
    ['a method that nobody declared, by JSON-2', two('action_done', { ids: [7] })],
    ['an order of a partner', partner([1, 7, DONE])],
    [
      'an order of a new partner',
      kw('create', [{ name: 'x', sale_order_ids: [[1, 7, DONE]] }], {}, 'res.partner'),
    ],
    ['an order that a partner deletes', partner([2, 7, 0])],
    [
      'an order of a partner by JSON-2',
      two('write', { ids: [9], vals: { sale_order_ids: [[1, 7, DONE]] } }, 'res.partner'),
    ],
    ['the address that is emptied', kw('write', [[7], { email: false }])],
    ['unlink by JSON-2', two('unlink', { ids: [7] })],
    [
      'numbers one after the other',
      rpc({ model: 'sale.order', ids: [7], field: 'email' }, '/web/dataset/resequence'),
    ],
  ],
  nonsense: [
    ['a list of calls', { ...kw('read', [[7]]), body: [{}] }],
    ['JSON that ends early', { ...kw('read', [[7]]), body: '{"jsonrpc":' }],
    ['no model', rpc({ method: 'write', args: [[7], DONE], kwargs: {} })],
    ['a model in capitals', kw('write', [[7], DONE], {}, 'Sale.order')],
    ['no ids', kw('write', [[], DONE])],
    ['ids that are a search', kw('write', [[['state', '=', 'sale']], DONE])],
    ['ids that are texts', kw('write', [['07'], DONE])],
    ['values that are a list', kw('write', [[7], [DONE]])],
    ['an id among the values', kw('write', [[7], { ...DONE, id: 8 }])],
    ['one record twice', kw('write', [[7, 7], DONE])],
    [
      'another member beside model and method',
      rpc({ model: 'sale.order', method: 'read', args: [[7]], kwargs: {}, domain: [] }),
    ],
    ['a command that is none', partner([7, 7, DONE])],
    ['a command without values', partner([1, 7, 'x'])],
    ['a command with the id among its values', partner([1, 7, { ...DONE, id: 8 }])],
    ['an import', kw('load', [['id', 'state'], [['7', 'Closed']]])],
    ['the service of databases', rpc({ service: 'db', method: 'drop', args: [] }, '/jsonrpc')],
    [
      'another call of /web/dataset',
      rpc({ model: 'sale.order', method: 'write', args: [[7], DONE] }, '/web/dataset/call'),
    ],
    ['JSON-1', { method: 'POST', path: '/json/1/sale.order/7', body: DONE }],
    ['XML-RPC in JSON', { method: 'POST', path: '/xmlrpc/2/object', body: {} }],
  ],
  mistakes: {
    notJson: { ...kw('write', [[7], DONE]), body: '{params: {}}' },
    twice: {
      ...kw('write', [[7]]),
      body: '{"jsonrpc":"2.0","params":{"model":"sale.order","method":"write","args":[[7],{"state":"sale","state":"Closed"}],"kwargs":{}}}',
    },
    inTheAddress: { ...kw('write', [[7], {}]), path: '/web/dataset/call_kw?state=Closed' },
    ofNoModule: kw('write', [[7], DONE], {}, 'acme.frob'),
    againstItself: kw('write', [[7], { ...DONE, id: 8 }]),
    tooMany: kw('write', [Array.from({ length: 201 }, (_, index) => index + 1), DONE]),
  },
  refuses: refuse(200, {
    jsonrpc: '2.0',
    id: 5,
    error: { code: 200, message: 'no', data: { name: 'odoo.exceptions.UserError' } },
  }),
  refusalIn({ json }) {
    const error = json['error'] as { readonly data?: Record<string, unknown> } | undefined;
    const data = error?.data ?? (json as Record<string, unknown>);
    return { code: data['name'], message: data['message'], rules: data['rules'] };
  },
  refusalStatus: 200,
  isRead: ({ body }) => /"method":"read"|"bin_size"/.test(body.toString()),
  strangerStatus: 200,
});

describe('a refusal of Odoo', () => {
  const refused = problem('request-unreadable', 'no');
  const call = new Map([['id', { lexeme: '17' }]]);
  it('has the id of the call, and status 200', () => {
    const asked = {
      mount: { path: '/jsonrpc', segments: [] },
      headers: [],
      body: { kind: 'json', value: call } as const,
    };
    const { status, body } = odoo.refusal(refused, asked);
    expect([status, JSON.parse(body)]).toMatchObject([
      200,
      { jsonrpc: '2.0', id: 17, error: { code: 200, data: { name: 'REQUEST_UNREADABLE' } } },
    ]);
  });

  it('has the real status at JSON-2', () => {
    const asked = { mount: { path: '/json', segments: ['2'] }, headers: [], body: undefined };
    const { status, body } = odoo.refusal(refused, asked);
    expect([status, JSON.parse(body)]).toMatchObject([400, { name: 'REQUEST_UNREADABLE', message: 'no' }]);
  });
});

describe('what a call saves', () => {
  const definition = {
    name: 'SaleOrder',
    dialect: 'odoo',
    type: 'sale.order',
    path: '/',
    actions: {},
    relations: { line_ids: 'Line', partner_id: { module: 'Partner', field: 'partner_id' } },
  } as const;
  const json = (value: unknown): never => value as never;
  const read = async (params: object) => {
    const { jsonOf } = await import('../../src/core/wire/json.ts');
    const mount = { path: '/web/dataset', definitions: [definition], segments: ['call_kw'] } as const;
    return odoo.read(
      { method: 'POST', query: '', headers: [] },
      json(mount),
      { kind: 'json', value: jsonOf({ jsonrpc: '2.0', params }) },
      [],
    );
  };

  it('has the defaults of the context, for the record and for those that it nests', async () => {
    const reading = await read({
      model: 'sale.order',
      method: 'create',
      args: [[{ name: 'x', line_ids: [[0, 0, { qty: 1 }]] }]],
      kwargs: { context: { default_state: 'done', lang: 'en_US' } },
    });
    const [save] = reading.kind === 'saves' ? reading.saves : [];
    expect(save).toMatchObject({ operation: 'create', id: null });
    expect(save?.fields.get('state')).toBe('done');
    const create = (
      save?.fields.get('line_ids') as ReadonlyMap<string, readonly ReadonlyMap<string, unknown>[]>
    ).get('create');
    expect(create?.[0]?.get('state')).toBe('done');
  });

  it('has each command in the words of nested writes', async () => {
    const commands = [
      [0, 'virtual_1', { a: 1 }],
      [1, 2, { a: 1 }],
      [2, 3, 0],
      [3, 4, 0],
      [4, 5, 0],
      [6, 0, [6]],
    ];
    const reading = await read({
      model: 'sale.order',
      method: 'write',
      args: [[1], { line_ids: commands, partner_id: false }],
      kwargs: {},
    });
    const [save] = reading.kind === 'saves' ? reading.saves : [];
    const said = save?.fields.get('line_ids') as ReadonlyMap<string, readonly unknown[]>;
    expect([...said.keys()]).toEqual(['create', 'update', 'disconnect', 'connect', 'set']);
    const deleted = said.get('update')?.[1] as ReadonlyMap<string, unknown>;
    expect([...deleted.keys()]).toEqual(['id', '$delete']);
    expect(save?.fields.get('partner_id')).toBeNull();
  });

  it('copy is a new record', async () => {
    const reading = await read({
      model: 'sale.order',
      method: 'copy',
      args: [[1], { state: 'done' }],
      kwargs: {},
    });
    expect(reading).toMatchObject({
      kind: 'saves',
      saves: [{ operation: 'create', id: null, verb: 'copy' }],
    });
  });
});
