import { describe, expect, it, onTestFinished } from 'vitest';
import { createTestGateway, type TestOptions } from '../../src/testing.ts';
import { startBatchCrm } from '../harness/batch-crm.ts';

const RECORDS = {
  '/api/orders/45': { id: '45', status: 'Open', email: 'ann@example.com' },
  '/api/payslips/9': { id: '9', email: 'ann@example.com' },
  '/api/invoices/3': { id: '3', status: 'Open', email: 'ann@example.com' },
};
const BATCH = { request: 'POST /api/batch', batch: { calls: '/requests' } };
const to = { to: [{ channel: 'email', address: 'email' }] };
const RULES: TestOptions['rules'] = [
  { id: 7, name: 'Closing', module: 'Orders', when: { changed_to: ['status', 'Closed'] }, send: to },
  { id: 8, name: 'Payslips', module: 'Payslips', on: ['read'], when: true, send: to },
];

async function open(more: Partial<TestOptions> = {}) {
  const crm = await startBatchCrm(RECORDS);
  const erp = await startBatchCrm(RECORDS);
  const gateway = createTestGateway({
    upstreams: { crm: { url: crm.url }, erp: { url: erp.url } },
    upstream: 'crm',
    modules: {
      Orders: { dialect: 'rest', path: '/api/orders', operations: [BATCH] },
      Payslips: {
        dialect: 'rest',
        path: '/api/payslips',
        operations: [{ request: 'POST /api/payslips/search', lists: true }],
      },
      Invoices: { dialect: 'rest', path: '/api/invoices', upstream: 'erp' },
    },
    passthrough: ['/api/files/*'],
    routes: [{ path: '/api/stock/**', upstream: 'erp' }],
    rules: RULES,
    ...more,
  });
  const { url } = await gateway.listen();
  onTestFinished(async () => {
    await gateway.close();
    await Promise.all([crm.close(), erp.close()]);
  });
  const send = async (method: string, path: string, body?: object) => {
    const requests = [{ method, path, body }];
    const answer = await fetch(`${url}/api/batch`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer rep' },
      body: JSON.stringify({ requests }),
    });
    const arrived = crm.received.filter((one) => one.method === 'POST').length;
    return [answer.status, answer.headers.get('otprules-result'), arrived, erp.received.length];
  };
  return { send, crm };
}

describe('a request of a batch', () => {
  it.each([
    ['shows a record whose reads are guarded', 'GET', '/api/payslips/9', 400, 'request-unreadable'],
    ['lists such records', 'GET', '/api/payslips', 400, 'request-unreadable'],
    ['shows such a record by another ending', 'GET', '/api/payslips.json', 403, 'unmapped-read'],
    ['lists such records by a POST', 'POST', '/api/payslips/search', 403, 'unmapped-read'],
    ['goes to another CRM', 'PUT', '/api/invoices/3', 400, 'request-unreadable'],
    ['goes to another CRM by a plain path', 'PUT', '/api/stock/3', 400, 'request-unreadable'],
    ['is of no module', 'PUT', '/api/regions/1', 403, 'unmapped-write'],
    ['carries a mutation', 'GET', '/api/x?query=mutation%7Ba%7D', 403, 'unmapped-write'],
    ['carries a mutation to a module', 'GET', '/api/orders?query=mutation%7Ba%7D', 403, 'unmapped-write'],
    ['asks to be taken for a delete', 'GET', '/api/orders/45?_method=DELETE', 400, 'request-unreadable'],
    [
      'has an address without end',
      'GET',
      `/api/orders?${'a%7b=b&'.repeat(30_000)}`,
      400,
      'request-unreadable',
    ],
    ['leads out of what is open', 'PUT', '/api/files/../orders/45', 400, 'request-unreadable'],
  ])('is refused, and the whole batch, where it %s', async (_what, method, path, status, slug) => {
    const { send } = await open();
    const body = method === 'GET' ? undefined : { status: 'Closed' };
    expect(await send(method, path, body)).toEqual([status, slug, 0, 0]);
  });

  it.each([
    ['lists what no rule is about', 'GET', '/api/orders?limit=1'],
    ['is open', 'PUT', '/api/files/1'],
    ['reads what no module maps', 'GET', '/api/regions'],
  ])('goes on where it %s', async (_what, method, path) => {
    const { send } = await open();
    const body = method === 'GET' ? undefined : { name: 'x' };
    expect(await send(method, path, body)).toEqual([200, null, 1, 0]);
  });

  it('goes on where unmapped writes do, and not where unmapped reads do not', async () => {
    const wide = await open({ unmappedWrites: 'forward' });
    expect(await wide.send('PUT', '/api/regions/1', {})).toEqual([200, null, 1, 0]);
    const narrow = await open({ unmappedReads: 'refuse' });
    expect(await narrow.send('GET', '/api/regions')).toEqual([403, 'unmapped-read', 0, 0]);
    expect(await narrow.send('GET', '/api/orders/45/history')).toEqual([403, 'unmapped-read', 0, 0]);
    expect(await narrow.send('GET', '/api/orders/45')).toEqual([200, null, 1, 0]);
  });

  it('goes on where a POST lists what no rule is about', async () => {
    const { send } = await open({ rules: RULES?.slice(0, 1) });
    expect(await send('POST', '/api/payslips/search', {})).toEqual([200, null, 1, 0]);
  });

  it('is reported in shadow mode, and the batch goes on as it came', async () => {
    const { send, crm } = await open({ mode: 'shadow' });
    expect(await send('PUT', '/api/orders/45', { status: 'Closed' })).toEqual([200, null, 1, 0]);
    expect(crm.records.get('/api/orders/45')?.['status']).toBe('Closed');
    expect(await send('PUT', '/api/%6frders/45', {})).toEqual([200, null, 2, 0]);
  });
});
