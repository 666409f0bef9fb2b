import { describe, expect, it, onTestFinished } from 'vitest';
import { createTestGateway } from '../../src/testing.ts';
import { startStandIn } from '../harness/stand-in.ts';

/*
 * A batch may hold a request to whatever the same host serves: another API, with its own words for a write in a read, with its own headers that
 * say who asks. Each is refused as it would be by itself, and so is a header that our own reads would not bring.
 */

const CASE = { attributes: { type: 'Case' }, id: '500000000000001AAA', Subject: 'x' };
const ACCOUNT = { attributes: { type: 'Account' }, id: '001000000000001AAA', Name: 'x' };
const CASES = '/services/data/v60.0/composite/sobjects';

async function open() {
  const crm = await startStandIn(() => ({ status: 200, body: {} }));
  const gateway = createTestGateway({
    upstream: { url: crm.url },
    modules: {
      Orders: {
        dialect: 'rest',
        path: '/orders',
        operations: [{ request: 'POST /batch', batch: { calls: '/requests', headers: '/headers' } }],
      },
      Notes: { dialect: 'rest', path: '/notes', credentialHeaders: ['X-Account'], readHeaders: ['X-Branch'] },
      Tenders: { dialect: 'rest', path: '/tenders', unknownHeaders: 'judge' },
      Tasks: { dialect: 'espocrm', path: '/espo/v1', type: 'Task' },
      Deliveries: { dialect: 'frappe', path: '/api', type: 'Delivery Note' },
      Case: { dialect: 'salesforce', path: '/services/data' },
    },
    rules: [
      {
        id: 7,
        name: 'Closing',
        module: 'Orders',
        when: { changed_to: ['status', 'Closed'] },
        send: { to: [{ channel: 'email', address: 'email' }] },
      },
    ],
  });
  const { url } = await gateway.listen();
  onTestFinished(async () => {
    await gateway.close();
    await crm.close();
  });
  return async (method: string, path: string, body?: object, headers: object = {}) => {
    const answer = await fetch(`${url}/batch`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer rep' },
      body: JSON.stringify({ requests: [{ method, path, body, headers }] }),
    });
    return [answer.status, crm.received.map((one) => `${one.method} ${one.path}`)];
  };
}

describe('a request of a batch', () => {
  it.each<[string, number, Parameters<Awaited<ReturnType<typeof open>>>]>([
    ['to our own path', 400, ['GET', '/_countersign/rules/7/records/45']],
    ['that is a function of Frappe', 403, ['GET', '/api/method/ping?cmd=frappe.client.delete']],
    [
      'that also writes what no module of Salesforce maps',
      403,
      ['PATCH', CASES, { records: [CASE, ACCOUNT] }],
    ],
    ['by an account of another module', 400, ['PUT', '/notes/1', { a: 1 }, { 'X-Account': 'boss' }]],
    ['to another branch of another module', 400, ['PUT', '/notes/1', { a: 1 }, { 'x-branch': '2' }]],
    ['to another tenant of another module', 400, ['PUT', '/tenders/1', { a: 1 }, { 'X-Tenant': '2' }]],
    ['by a key of EspoCRM', 400, ['PUT', '/espo/v1/Task/1', { name: 'x' }, { 'X-Api-Key': 'boss' }]],
    ['to another site of Frappe', 400, ['GET', '/api/method/ping', undefined, { 'X-Frappe-Site-Name': 'b' }]],
    ['that reads another place', 400, ['GET', '/orders/1', undefined, { 'Content-Location': '/notes/1' }]],
  ])('%s keeps the whole batch from the CRM', async (_name, status, sent) => {
    const send = await open();
    expect(await send(...sent)).toEqual([status, []]);
  });

  it.each<[string, Parameters<Awaited<ReturnType<typeof open>>>]>([
    ['to a function of Frappe that reads', ['GET', '/api/method/frappe.client.get?doctype=User']],
    ['to a mapped type of Salesforce', ['PATCH', CASES, { records: [CASE] }]],
    ['to another module', ['PUT', '/notes/1', { a: 1 }, { Accept: 'application/json' }]],
    ['to EspoCRM', ['PUT', '/espo/v1/Task/1', { name: 'x' }, { 'If-Match': '*' }]],
    [
      'with a header that the other module does not judge',
      ['PUT', '/notes/1', { a: 1 }, { 'X-Tenant': '2' }],
    ],
  ])('honest: one %s goes on', async (_name, sent) => {
    const send = await open();
    expect(await send(...sent)).toEqual([200, ['POST /batch']]);
  });
});
