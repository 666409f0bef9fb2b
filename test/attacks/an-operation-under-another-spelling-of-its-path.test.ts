import { expect, it, onTestFinished } from 'vitest';
import type { ConfigInput } from '../../src/config/schema/schema.ts';
import { createTestGateway } from '../../src/testing.ts';
import { describeDoors } from '../dialects/doors.ts';
import { startStandIn } from '../harness/stand-in.ts';

/*
 * Express and ASP.NET know no case of paths, Rails takes an ending for a format, and PHP and IIS drop a blank: `/45/Deliver` is what
 * `/45/deliver` is, and shall be neither what a name in braces stands for, nor a record.
 */

const ORDER = { id: 45, status: 'Open', email: 'ann@example.com' };
const start = async () => {
  const crm = await startStandIn(() => ({ status: 200, body: ORDER }));
  return { ...crm, stored: () => ORDER };
};
const send = { to: [{ channel: 'email' as const, address: 'email' }] };
const delivery: ConfigInput['rules'][number] = {
  ...{ id: 7, name: 'Delivery', module: 'Orders', when: { changed_to: ['status', 'Delivered'] }, send },
};
const reads: ConfigInput['rules'][number] = {
  ...{ id: 8, name: 'Slips', module: 'Slips', on: ['read'], when: true, send },
};
const SET = { set: { status: 'Delivered' } };
const SPELLINGS = ['Deliver', 'DELIVER', 'deliver.json', 'Deliver.json', 'deliver%20'];

describeDoors('a path that a name in braces would stand for', {
  start,
  modules: {
    Orders: {
      dialect: 'rest',
      path: '/api/orders',
      operations: [
        { request: 'POST /api/orders/{id}/deliver', save: { id: '{id}', ...SET } },
        { request: 'POST /api/orders/{id}/{action}', harmless: true },
        { request: 'GET /api/orders/{id}/{view}', harmless: true },
        { request: 'POST /api/batch', batch: { calls: '', method: '/method', path: '/path', body: '/body' } },
      ],
    },
    Slips: {
      dialect: 'rest',
      path: '/slips',
      shapes: 'none',
      operations: [
        { request: 'GET /api/orders/{id}/slip', read: { id: '{id}', record: '' } },
        { request: 'GET /api/orders/{id}/slip({part})', lists: true },
        { request: 'GET /api/orders/{id}/parts', lists: true },
        { request: 'POST /api/parts/{id}/close', harmless: true },
        { request: 'POST /api/parts/{id}/deliver', save: { id: '{id}', ...SET } },
      ],
    },
    Notices: {
      dialect: 'rest',
      path: '/notices',
      shapes: 'none',
      lists: 'allow',
      operations: [
        { request: 'GET /notices/{id}', read: { id: '{id}', record: '' } },
        { request: 'GET /api/orders/{id}/notices', lists: true },
      ],
    },
  },
  rules: [delivery, reads, { ...reads, id: 9, name: 'Notices', module: 'Notices' }],
  headers: [],
  refused: [
    ...SPELLINGS.map(
      (last) => [`a save as ${last}`, 400, { line: `POST /api/orders/45/${last}`, body: '{}' }] as const,
    ),
    ...['Slip', 'slip.json', 'slip%20', 'SLIP(1)', 'Parts', 'parts.json'].map(
      (last) => [`a read as ${last}`, 400, { line: `GET /api/orders/45/${last}` }] as const,
    ),
    [
      'a call of a batch',
      400,
      {
        line: 'POST /api/batch',
        body: '[{"method":"POST","path":"/api/orders/45/Deliver","body":{}}]',
      },
    ],
    ['what is nothing as it is written', 403, { line: 'POST /api/parts/45/Deliver', body: '{}' }],
    ['a save as it is written', 428, { line: 'POST /api/orders/45/deliver', body: '{}' }],
    ['a read as it is written', 428, { line: 'GET /api/orders/45/slip' }],
  ],
  honest: [
    ['another action', { line: 'POST /api/orders/45/print', body: '{}' }, '/api/orders/45/print', '{}'],
    [
      'an action that begins so',
      { line: 'POST /api/orders/45/deliver-by', body: '{}' },
      '/api/orders/45/deliver-by',
      '{}',
    ],
    ['a list that is open', { line: 'GET /api/orders/45/Notices' }, '/api/orders/45/Notices'],
    ['another view', { line: 'GET /api/orders/45/slips' }, '/api/orders/45/slips'],
  ],
});

describeDoors('a path that would be a record', {
  start,
  modules: {
    Orders: {
      dialect: 'rest',
      path: '/api/orders',
      ids: 'any',
      operations: [
        { request: 'POST /api/orders/deliver', save: { id: '/order', ...SET } },
        { request: 'GET /api/orders/names', harmless: true },
      ],
    },
  },
  rules: [delivery],
  headers: [],
  refused: [
    ...SPELLINGS.map(
      (last) =>
        [`a save as ${last}`, 400, { line: `POST /api/orders/${last}`, body: '{"order":"45"}' }] as const,
    ),
    ['a save as it is written', 428, { line: 'POST /api/orders/deliver', body: '{"order":"45"}' }],
  ],
  honest: [
    [
      'a record',
      { line: 'POST /api/orders/del', body: '{"order":"45"}' },
      '/api/orders/del',
      '{"order":"45"}',
    ],
    ['what shows nothing', { line: 'GET /api/orders/Names' }, '/api/orders/Names'],
    ['a read of a record', { line: 'GET /api/orders/Deliver' }, '/api/orders/Deliver'],
  ],
});

it('an action in another spelling of its path is refused, and done with the code where it is written as it is described', async () => {
  const crm = await start();
  onTestFinished(() => crm.close());
  const gateway = createTestGateway({
    upstream: { url: crm.url },
    modules: {
      Orders: {
        dialect: 'rest',
        path: '/api/orders',
        operations: [
          { request: 'POST /api/orders/{id}/deliver', save: { id: '{id}', ...SET } },
          { request: 'POST /api/orders/{id}/{action}', harmless: true },
        ],
      },
    },
    rules: [delivery],
  });
  onTestFinished(() => gateway.close());
  const { url } = await gateway.listen();
  const post = async (action: string, headers = {}) =>
    (await fetch(`${url}/api/orders/45/${action}`, { method: 'POST', headers })).status;
  const done = () => crm.received.filter(({ method }) => method === 'POST').map(({ path }) => path);
  for (const spelling of SPELLINGS) expect(await post(spelling)).toBe(400);
  expect([done(), gateway.outbox.messages()]).toEqual([[], []]);
  expect(await post('deliver')).toBe(428);
  expect(await post('deliver', { 'otprules-otp-7': gateway.lastCode('ann@example.com') ?? '' })).toBe(200);
  expect(await post('print')).toBe(200);
  expect(done()).toEqual(['/api/orders/45/deliver', '/api/orders/45/print']);
});
