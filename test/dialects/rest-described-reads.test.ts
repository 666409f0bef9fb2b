import { describe, expect, it, onTestFinished } from 'vitest';
import { createTestGateway, type TestOptions } from '../../src/testing.ts';
import { startOrderCrm } from '../harness/order-crm.ts';
import { rawRequest, sendRaw } from '../harness/raw.ts';

type Entry = TestOptions['modules'][string];

async function open(
  changes: Partial<Extract<Entry, { dialect: 'rest' }>> = {},
  on: 'read' | 'update' = 'read',
) {
  const crm = await startOrderCrm();
  const gateway = createTestGateway({
    upstream: { url: crm.url },
    modules: { Orders: { dialect: 'rest', path: '/api/orders', ...changes } },
    rules: [
      {
        id: 7,
        name: 'Orders',
        module: 'Orders',
        on: [on],
        when: on === 'read' ? true : { changed_to: ['status', 'Delivered'] },
        send: { to: [{ channel: 'email', address: 'email' }] },
      },
    ],
  });
  const port = Number(new URL((await gateway.listen()).url).port);
  onTestFinished(async () => {
    await gateway.close();
    await crm.close();
  });
  const send = (line: string, headers: readonly string[] = [], body = '') =>
    sendRaw(port, rawRequest(line, headers, body));
  return { crm, gateway, send };
}

const operations: Extract<Entry, { dialect: 'rest' }>['operations'] = [
  { request: 'GET /api/order-view/{id}', read: { id: '{id}', record: '/order' } },
  { request: 'GET /api/order-names', harmless: true },
  { request: 'GET /api/open-orders', lists: true },
  { request: 'SEARCH /api/orders', lists: true },
];

describe('reads that an operation describes, where a rule guards reads', () => {
  it('of one record need a code, which opens that read once', async () => {
    const { send, gateway } = await open({ operations });
    expect((await send('GET /api/order-view/45')).status).toBe(428);
    const code = [`OTPRULES-OTP-7: ${gateway.lastCode()}`];
    const shown = await send('GET /api/order-view/45', code);
    expect(JSON.parse(shown.body)).toMatchObject({ order: { id: 45 } });
    expect((await send('GET /api/order-view/45', code)).status).toBe(409);
  });

  it.each([
    'GET /api/order-view/45?with=46',
    'GET /api/order-view/45/lines',
    'GET /api/order-view/45.json/x',
    'GET /api/open-orders',
    'SEARCH /api/orders',
  ])('of more than one record, or of something below it, are refused: %s', async (line) => {
    const { send, crm } = await open({ operations });
    const body = line.startsWith('SEARCH') ? '{}' : '';
    const answer = await send(line, body ? ['Content-Type: application/json'] : [], body);
    expect([400, 403]).toContain(answer.status);
    expect(crm.received).toEqual([]);
  });

  it.each([
    'GET /api/order-names',
    'GET /api/elsewhere',
  ])('of nothing that they hold pass: %s', async (line) => {
    const { send, crm } = await open({ operations });
    await send(line);
    expect(crm.received).toHaveLength(1);
  });

  it.each([
    'GET /api/open-orders',
    'SEARCH /api/orders',
  ])('that list records pass where the module says so: %s', async (line) => {
    const { send, crm } = await open({ operations, lists: 'allow' });
    const body = line.startsWith('SEARCH') ? '{}' : '';
    await send(line, body ? ['Content-Type: application/json'] : [], body);
    expect(crm.received).toHaveLength(1);
  });
});

describe('who asks, where the body says it', () => {
  const mine = { credentialFields: { 'X-Session': '/session' } };
  const save = (session: unknown) => JSON.stringify({ status: 'Delivered', session });
  const JSON_TYPE = 'Content-Type: application/json';

  it('goes with the read by which the save is judged, and the save goes on as it came', async () => {
    const { send, crm, gateway } = await open(mine, 'update');
    await send('PATCH /api/orders/45', [JSON_TYPE], save('abc'));
    const code = `OTPRULES-OTP-7: ${gateway.lastCode()}`;
    expect((await send('PATCH /api/orders/45', [JSON_TYPE, code], save('abc'))).status).toBe(200);
    const said = crm.received.map(({ method, headers }) => [
      method,
      headers.find(([name]) => name.toLowerCase() === 'x-session')?.[1],
    ]);
    expect(said).toEqual([
      ['GET', 'abc'],
      ['GET', 'abc'],
      ['PATCH', undefined],
    ]);
    expect(crm.writes()).toEqual([`PATCH /api/orders/45 ${save('abc')}`]);
  });

  it.each([
    ['in both places', ['X-Session: other'], save('abc')],
    ['in a header of another spelling', ['X_Session: other'], save('abc')],
    ['by a list', [], save(['abc'])],
    ['by what no header can say', [], save('a\r\nb: c')],
  ])('is refused where it is said %s', async (_, headers, body) => {
    const { send, crm } = await open(mine, 'update');
    expect((await send('PATCH /api/orders/45', [JSON_TYPE, ...headers], body)).status).toBe(400);
    expect(crm.received).toEqual([]);
  });
});
