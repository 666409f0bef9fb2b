import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConfigInput } from '../../src/config/schema/schema.ts';
import { createTestGateway, type TestGateway } from '../../src/testing.ts';
import { type BatchCrm, startBatchCrm } from '../harness/batch-crm.ts';
import { describeDoors, type Knock } from './doors.ts';

const MODULES: ConfigInput['modules'] = {
  Orders: {
    dialect: 'rest',
    path: '/api/orders',
    mediaTypes: ['text/plain'],
    credentialFields: { 'X-Session': '/_session' },
    credentialHeaders: ['X-Key'],
    neutralQuery: ['_locale'],
    operations: [
      {
        request: 'POST /api/batch',
        batch: {
          calls: '/requests',
          headers: '/headers',
          envelopeFields: ['transaction'],
          answers: { list: '', failed: '/error' },
        },
      },
      { request: 'POST /api/orders/{id}/close', save: { id: '{id}', set: { status: 'Closed' } } },
      { request: 'POST /api/orders', when: { '/_method': 'GET' }, harmless: true },
      { request: 'POST /api/orders', save: { operation: 'create', fields: '' } },
      { request: 'POST /api/orders/import', save: { records: '/items', id: '/id', fields: '' } },
    ],
  },
  Customers: { dialect: 'rest', path: '/api/customers' },
};

const RULES: ConfigInput['rules'] = [
  {
    id: 7,
    name: 'Closing',
    module: 'Orders',
    when: { changed_to: ['status', 'Closed'] },
    send: { to: [{ channel: 'email', address: 'email' }] },
  },
];

const RECORDS = {
  '/api/orders/45': { id: '45', status: 'Open', subject: '', email: 'ann@example.com' },
  '/api/orders/46': { id: '46', status: 'Open', subject: '', email: 'bob@example.com' },
  '/api/customers/9': { id: '9', name: 'Ann' },
};

type Call = Record<string, unknown>;
const CLOSED = { status: 'Closed' };
const put = (path: unknown, body: unknown = CLOSED, more: Call = {}): Call => ({
  method: 'PUT',
  path,
  body,
  ...more,
});
const batch = (...requests: readonly unknown[]): Knock => raw({ requests });
const raw = (body: object): Knock => ({ line: 'POST /api/batch', body: JSON.stringify(body) });
const HONEST = put('/api/orders/45', { subject: 'Three boxes' });

describeDoors('a batch that is described', {
  async start() {
    const crm = await startBatchCrm(RECORDS);
    return { ...crm, stored: () => crm.records.get('/api/orders/45') };
  },
  modules: MODULES,
  rules: RULES,
  headers: ['Authorization: Bearer rep'],
  refused: [
    ['a guarded save', 428, batch(put('/api/orders/45'))],
    ['one behind an honest one', 428, batch(put('/api/orders/46', { subject: 'x' }), put('/api/orders/45'))],
    ['one behind a read', 428, batch({ method: 'GET', path: '/api/orders/45' }, put('/api/orders/45'))],
    ['an action', 428, batch({ method: 'POST', path: '/api/orders/45/close', body: {} })],
    ['a transaction', 428, raw({ requests: [put('/api/orders/45')], transaction: true })],
    ['another address of a guarded record', 428, batch(put('/api/orders/45', { email: 'rep@example.com' }))],
    ['a method in small letters', 400, batch(put('/api/orders/45', CLOSED, { method: 'put' }))],
    ['no method', 400, batch({ path: '/api/orders/45', body: CLOSED })],
    [
      'a method in the body',
      400,
      batch(put('/api/orders/45', { _method: 'PUT', ...CLOSED }, { method: 'GET' })),
    ],
    [
      'a harmless method in the body',
      400,
      batch({ method: 'POST', path: '/api/orders', body: { _method: 'GET', ...CLOSED } }),
    ],
    [
      'a method in a header',
      400,
      batch(put('/api/orders/45', { subject: 'x' }, { headers: { 'X-HTTP-Method-Override': 'DELETE' } })),
    ],
    ['a read that brings fields', 400, batch(put('/api/orders/45', CLOSED, { method: 'GET' }))],
    ['a delete that brings fields', 400, batch(put('/api/orders/45', CLOSED, { method: 'DELETE' }))],
    ['a host', 400, batch(put('http://127.0.0.1/api/orders/45'))],
    ['another host', 400, batch(put('http://crm.example/api/orders/45'))],
    ['two slashes before a host', 400, batch(put('//crm.example/api/orders/45'))],
    ['a path without a slash', 400, batch(put('api/orders/45'))],
    ['a path that is no text', 400, batch(put(['/api/orders/45']))],
    ['an encoded letter', 400, batch(put('/api/%6frders/45'))],
    ['an encoded slash', 400, batch(put('/api/orders%2F45'))],
    ['dots', 400, batch(put('/api/customers/../orders/45'))],
    ['a dot', 400, batch(put('/api/./orders/45'))],
    ['doubled slashes', 400, batch(put('/api//orders/45'))],
    ['a backslash', 400, batch(put('/api\\orders/45'))],
    ['a parameter', 400, batch(put('/api/orders;x/45'))],
    ['a blank', 400, batch(put('/api/orders/45 '))],
    ['an end of the text', 400, batch(put('/api/orders/45\u0000'))],
    ['a query', 400, batch(put('/api/orders/45?status=Closed', { subject: 'x' }))],
    ['an empty query', 400, batch(put('/api/orders/45?'))],
    ['a fragment', 400, batch(put('/api/orders/45#x'))],
    ['another case of the path', 400, batch(put('/api/ORDERS/45'))],
    ['a slash behind', 428, batch(put('/api/orders/45/'))],
    ['another folder', 400, batch(put('/other/orders/45'))],
    ['our own path', 400, batch({ method: 'POST', path: '/_countersign/rules/7/records/45/code', body: {} })],
    [
      'a batch within it',
      400,
      batch({ method: 'POST', path: '/api/batch', body: { requests: [put('/api/orders/45')] } }),
    ],
    ['an empty batch within it', 400, batch({ method: 'POST', path: '/api/batch', body: {} })],
    [
      'a batch within it, in another case',
      403,
      batch({ method: 'POST', path: '/api/Batch', body: { requests: [put('/api/orders/45')] } }),
    ],
    ['what nobody can judge', 403, batch({ method: 'POST', path: '/api/orders/45/reopen', body: {} })],
    ['a body that is a text', 400, batch(put('/api/orders/45', JSON.stringify(CLOSED)))],
    ['a body that is a list', 400, batch(put('/api/orders/45', [CLOSED]))],
    ['no body', 400, batch({ method: 'PUT', path: '/api/orders/45' })],
    [
      'one record twice',
      400,
      batch(put('/api/orders/45', { subject: 'x' }), put('/api/orders/45', { subject: 'y' })),
    ],
    ['an id that is another', 400, batch(put('/api/orders/46', { id: '45', subject: 'x' }))],
    ['a second list', 400, raw({ requests: [HONEST], Requests: [put('/api/orders/45')] })],
    ['another list', 400, raw({ Requests: [put('/api/orders/45')] })],
    ['a list that is none', 400, raw({ requests: { 0: put('/api/orders/45') } })],
    ['a call that is none', 400, batch([put('/api/orders/45')])],
    ['a second body', 400, batch(put('/api/orders/45', { subject: 'x' }, { Body: CLOSED }))],
    ['a second path', 400, batch(put('/api/orders/46', { subject: 'x' }, { url: '/api/orders/45' }))],
    [
      'a member twice',
      400,
      {
        line: 'POST /api/batch',
        body: `{"requests":[{"method":"PUT","path":"/api/orders/46","path":"/api/orders/45","body":{"status":"Closed"}}]}`,
      },
    ],
    ['a method beside the list', 400, raw({ requests: [HONEST], _method: 'PUT' })],
    ['a query of the batch', 400, { ...batch(HONEST), line: 'POST /api/batch?x=1' }],
    ['a query beside a neutral one', 400, { ...batch(HONEST), line: 'POST /api/batch?_locale=user&x=1' }],
    ['another method of the batch', 403, { ...batch(put('/api/orders/45')), line: 'PUT /api/batch' }],
    ['the batch in another case', 403, { ...batch(put('/api/orders/45')), line: 'POST /api/Batch' }],
    ['the batch by an encoded letter', 400, { ...batch(put('/api/orders/45')), line: 'POST /api/b%61tch' }],
    ['what lies below the batch', 403, { ...batch(put('/api/orders/45')), line: 'POST /api/batch/x' }],
    [
      'a form',
      400,
      {
        line: 'POST /api/batch',
        headers: ['Content-Type: application/x-www-form-urlencoded'],
        body: 'requests[0][method]=PUT&requests[0][path]=/api/orders/45&requests[0][body][status]=Closed',
      },
    ],
    [
      'a header that names another place',
      400,
      batch(put('/api/orders/45', { subject: 'x' }, { headers: { 'X-Original-URL': '/api/orders/46' } })),
    ],
    [
      'a header with chunks',
      400,
      batch(put('/api/orders/45', { subject: 'x' }, { headers: { 'Transfer-Encoding': 'chunked' } })),
    ],
    [
      'a header with a coding',
      400,
      batch(put('/api/orders/45', { subject: 'x' }, { headers: { 'Content-Encoding': 'gzip' } })),
    ],
    [
      'a header with a range',
      400,
      batch(put('/api/orders/45', { subject: 'x' }, { headers: { 'Content-Range': 'bytes 0-1/2' } })),
    ],
    [
      'a body of another type',
      400,
      batch(put('/api/orders/45', { subject: 'x' }, { headers: { 'Content-Type': 'text/plain' } })),
    ],
    [
      'the header of another type in another case',
      400,
      batch(put('/api/orders/45', { subject: 'x' }, { headers: { content_type: 'text/plain' } })),
    ],
    [
      'a record within another that is not declared',
      422,
      batch(put('/api/customers/9', { orders: [{ id: '45', status: 'Closed' }] })),
    ],
    [
      'a header of two lines',
      400,
      batch(put('/api/orders/45', { subject: 'x' }, { headers: { Accept: 'a\r\nX-HTTP-Method: DELETE' } })),
    ],
    [
      'headers that are a text',
      400,
      batch(put('/api/orders/45', { subject: 'x' }, { headers: 'X-HTTP-Method: DELETE' })),
    ],
    [
      'somebody else who asks',
      400,
      batch(put('/api/orders/45', { subject: 'x' }, { headers: { Authorization: 'Bearer boss' } })),
    ],
    [
      'somebody else by a key',
      400,
      batch(put('/api/orders/45', { subject: 'x' }, { headers: { 'x-key': 'boss' } })),
    ],
    ['somebody else in the body', 400, batch(put('/api/orders/45', { subject: 'x', _session: 'boss' }))],
  ],
  honest: [
    [
      'a batch with a neutral query',
      { ...batch(HONEST), line: 'POST /api/batch?_locale=user' },
      '/api/batch?_locale=user',
    ],
    [
      'a batch about something else',
      batch(HONEST, put('/api/customers/9', { name: 'Anne' })),
      '/api/batch',
      JSON.stringify({ requests: [HONEST, put('/api/customers/9', { name: 'Anne' })] }),
    ],
    [
      'a batch of reads, creates and deletes',
      batch(
        { method: 'GET', path: '/api/orders?limit=2' },
        { method: 'POST', path: '/api/orders', body: { subject: 'new' } },
        { method: 'DELETE', path: '/api/customers/9', body: {} },
      ),
      '/api/batch',
    ],
    [
      'a transaction about something else',
      raw({ requests: [HONEST], transaction: true, _session: 'rep' }),
      '/api/batch',
    ],
    ['one that is called a text', { ...batch(HONEST), headers: ['Content-Type: text/plain'] }, '/api/batch'],
    [
      'one with headers',
      batch(
        put('/api/orders/45', { subject: 'x' }, { headers: { 'If-Match': '*', Accept: 'application/json' } }),
      ),
      '/api/batch',
    ],
    ['one of nothing', batch(), '/api/batch'],
    [
      'a code that nobody wants, without it',
      batch(
        put(
          '/api/orders/45',
          { subject: 'z', OTPRULES_OTP_7: '123456' },
          { headers: { 'OTPRULES-OTP-7': '123456' } },
        ),
      ),
      '/api/batch',
      JSON.stringify({ requests: [put('/api/orders/45', { subject: 'z' }, { headers: {} })] }),
    ],
  ],
});

describe('the codes of a batch', () => {
  let crm: BatchCrm;
  let gateway: TestGateway;
  let url = '';
  beforeAll(async () => {
    crm = await startBatchCrm(RECORDS);
    gateway = createTestGateway({ upstream: { url: crm.url }, modules: MODULES, rules: RULES });
    url = (await gateway.listen()).url;
  });
  afterAll(async () => {
    await gateway.close();
    await crm.close();
  });
  const send = async (requests: readonly object[], headers: Record<string, string> = {}) => {
    const answer = await fetch(`${url}/api/batch`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer rep', ...headers },
      body: JSON.stringify({ requests }),
    });
    return {
      status: answer.status,
      code: answer.headers.get('otprules-code'),
      body: (await answer.json()) as { detail?: string; rules?: { record?: string }[] },
    };
  };
  const statusOf = (id: number) => crm.records.get(`/api/orders/${id}`)?.['status'];
  const reopen = () => {
    for (const id of [45, 46])
      crm.records.set(`/api/orders/${id}`, { ...RECORDS[`/api/orders/${id}` as keyof typeof RECORDS] });
  };

  it('are asked for of each record, and each is its own, in the header of the batch, of a request or in a body', async () => {
    reopen();
    const both = [put('/api/orders/45'), put('/api/orders/46')];
    const refused = await send(both);
    expect([refused.status, refused.body.rules?.map(({ record }) => record)]).toEqual([428, ['45', '46']]);
    const [ann = '', bob = ''] = ['ann@example.com', 'bob@example.com'].map((to) => gateway.lastCode(to));
    expect((await send(both, { 'otprules-otp': `7/45=${ann}` })).status).toBe(428);
    expect([statusOf(45), statusOf(46)]).toEqual(['Open', 'Open']);
    const saved = await send([
      put('/api/orders/45', { ...CLOSED, OTPRULES_OTP_7: ann }),
      put('/api/orders/46', CLOSED, { headers: { 'OTPRULES-OTP-7': bob } }),
    ]);
    expect([saved.status, saved.code, statusOf(45), statusOf(46)]).toEqual([200, 'used', 'Closed', 'Closed']);
    expect(crm.received.map(({ body, headers }) => `${body}${headers}`).join()).not.toMatch(/otprules/i);
  });

  it('are found in the header of any request of the batch, whatever records that one saves', async () => {
    reopen();
    const items = [45, 46].map((id) => ({ id: `${id}`, ...CLOSED }));
    const list = (headers: object) => [
      { method: 'POST', path: '/api/orders/import', body: { items }, headers },
    ];
    expect((await send(list({}))).status).toBe(428);
    const [ann = '', bob = ''] = ['ann@example.com', 'bob@example.com'].map((to) => gateway.lastCode(to));
    const both = `7/45=${ann}, 7/46=${bob}`;
    // The stand-in has no such operation, and says so in its answer of 200.
    expect(await send(list({ 'OTPRULES-OTP': both }))).toMatchObject({ status: 200, code: 'kept' });
    reopen();
    const two = (headers: object) => [put('/api/orders/45', CLOSED, { headers }), put('/api/orders/46')];
    expect((await send(two({}))).status).toBe(428);
    const [one = '', other = ''] = ['ann@example.com', 'bob@example.com'].map((to) => gateway.lastCode(to));
    expect((await send(two({ 'OTPRULES-OTP': `7/45=${one}, 7/46=${other}` }))).status).toBe(200);
    expect([statusOf(45), statusOf(46)]).toEqual(['Closed', 'Closed']);
  });

  it('do not open another record of the batch', async () => {
    reopen();
    await send([put('/api/orders/45')]);
    const code = gateway.lastCode('ann@example.com') ?? '';
    const swapped = await send([put('/api/orders/46', { ...CLOSED, OTPRULES_OTP_7: code })]);
    expect(swapped.status).toBeGreaterThanOrEqual(400);
    expect(statusOf(46)).toBe('Open');
  });

  it('live on where the CRM says that nothing of the batch was saved, and are held where only some of it was', async () => {
    reopen();
    const refusedByCrm = [put('/api/orders/45', { ...CLOSED, subject: 'refused by the CRM' })];
    await send(refusedByCrm);
    const kept = await send(refusedByCrm, { 'otprules-otp-7': gateway.lastCode('ann@example.com') ?? '' });
    expect([kept.status, kept.code]).toEqual([200, 'kept']);
    const mixed = [...refusedByCrm, put('/api/orders/46', { subject: 'x' })];
    const held = await send(mixed, { 'otprules-otp-7': gateway.lastCode('ann@example.com') ?? '' });
    expect([held.status, held.code]).toEqual([200, 'held']);
  });

  it('tells which request of the batch is refused', async () => {
    const { body } = await send([HONEST, put('/api/orders/%34%35')]);
    expect(body.detail).toMatch(/^Call 2: /);
    const nested = await send([{ method: 'POST', path: '/api/batch', body: { requests: [] } }]);
    expect(nested.body.detail).toBe('Call 1: It is a batch itself. Send its requests in this one.');
  });
});
