import { describe, expect, it, onTestFinished } from 'vitest';
import type { ConfigInput } from '../../src/config/schema/schema.ts';
import { valuesOf } from '../../src/core/wire/headers.ts';
import { createTestGateway, type TestOptions } from '../../src/testing.ts';
import { rawRequest, sendRaw } from '../harness/raw.ts';
import { startStandIn } from '../harness/stand-in.ts';
import { SLIP_RULES } from './slips-stage.ts';

/*
 * A script that looks at no method does for an OPTIONS what it does for a GET: it shows the record, or saves what stands in the address. A browser asks
 * so before the request of a page, and sends no credentials along.
 */

const SLIP = { id: 1, amount: 100, status: 'Open', email: 'ann@example.com' };
const modules = {
  Slips: {
    dialect: 'rest',
    path: '/slips',
    operations: [
      { request: 'GET /index.php?action=slip&slip={id}', read: { id: '{id}', record: '' } },
      { request: 'GET /show/{id}', read: { id: '{id}', record: '' } },
    ],
  },
  Orders: {
    dialect: 'rest',
    path: '/orders',
    shapes: 'none',
    credentialHeaders: ['X-Api-Key'],
    operations: [
      { request: 'GET /orders/{id}', read: { id: '{id}', record: '' } },
      { request: 'GET /orders.php?action=edit&id={id}', harmless: true },
      { request: 'POST /index.php?action=save&id={id}', save: { id: '{id}', fields: '' } },
    ],
  },
} satisfies ConfigInput['modules'];
const CREDENTIALS = ['Authorization: Bearer rep', 'Cookie: session=1', 'X-Api-Key: k'];
const PAGE = ['Origin: https://app.example.com', 'Access-Control-Request-Method: POST'];
const ALLOWED = { allow: 'GET, PATCH', 'access-control-allow-origin': 'https://app.example.com' };

async function open(options: Partial<TestOptions> = {}) {
  const crm = await startStandIn(({ method, headers }) => {
    const isKnown = headers.some(([name]) => /^(authorization|cookie)$/i.test(name));
    const told = { etag: '"7"', 'content-disposition': 'ann.pdf', ...(method === 'OPTIONS' ? ALLOWED : {}) };
    return isKnown ? { status: 200, headers: told, body: SLIP } : { status: 204, headers: ALLOWED };
  });
  onTestFinished(() => crm.close());
  const gateway = createTestGateway({
    upstream: { url: crm.url },
    modules,
    rules: SLIP_RULES,
    ...options,
  });
  onTestFinished(() => gateway.close());
  const port = Number(new URL((await gateway.listen()).url).port);
  const ask = async (line: string, headers: readonly string[], body = '') => {
    const before = crm.received.length;
    const answer = await sendRaw(port, rawRequest(line, headers, body));
    return { ...answer, arrived: crm.received.slice(before) };
  };
  return { gateway, ask };
}

const lines = (arrived: readonly { readonly method: string; readonly path: string }[]) =>
  arrived.map(({ method, path }) => `${method} ${path}`);

describe('an OPTIONS', () => {
  it.each([
    'OPTIONS /index.php?action=save&id=1&status=Delivered',
    'OPTIONS /index.php?Action=SAVE&id=1&status=Delivered',
  ])('that a script takes for a save reaches nobody: %s', async (line) => {
    const { ask } = await open();
    const { status, arrived } = await ask(line, CREDENTIALS);
    expect([status, lines(arrived)]).toEqual([400, []]);
  });

  it.each(PAGE)('that has of a preflight no more than "%s" is none', async (half) => {
    const { ask } = await open();
    const save = await ask('OPTIONS /index.php?action=save&id=1&status=Delivered', [...CREDENTIALS, half]);
    expect([save.status, lines(save.arrived)]).toEqual([400, []]);
    const { status, arrived } = await ask('OPTIONS /orders/1', [...CREDENTIALS, half]);
    expect([status, arrived.flatMap(({ headers }) => valuesOf(headers, 'x-api-key'))]).toEqual([200, ['k']]);
  });

  it.each([
    'OPTIONS /index.php?action=slip&slip=1',
    'OPTIONS /index.php?Action=slip&slip=%31',
    'OPTIONS /?action=slip&slip=1',
  ])('that a script takes for a guarded read reaches nobody: %s', async (line) => {
    const { ask } = await open();
    const { status, arrived } = await ask(line, CREDENTIALS);
    expect([[400, 403].includes(status), lines(arrived)]).toEqual([true, []]);
  });

  it.each(['/slips/1', '/slips', '/show/1'])('of %s shows what may be done, and no record', async (path) => {
    const { ask, gateway } = await open();
    const { status, headers, body, arrived } = await ask(`OPTIONS ${path}`, CREDENTIALS);
    expect([status, headers['allow'], String(body)]).toEqual([200, 'GET, PATCH', '']);
    expect([headers['etag'], headers['content-disposition'], headers['content-type']]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(lines(arrived)).toEqual([`OPTIONS ${path}`]);
    expect(gateway.outbox.messages()).toEqual([]);
  });

  it('of records that nobody guards is answered as before', async () => {
    const { ask } = await open();
    for (const line of ['OPTIONS /orders/1', 'OPTIONS /orders.php?action=edit&id=1']) {
      const { status, body, arrived } = await ask(line, CREDENTIALS);
      expect([status, JSON.parse(String(body)), lines(arrived)]).toEqual([200, SLIP, [line]]);
    }
  });

  it('of guarded records is answered as before where its path is open', async () => {
    const { ask } = await open({ passthrough: ['/slips/*/pdf'] });
    const { status, body, arrived } = await ask('OPTIONS /slips/1/pdf', CREDENTIALS);
    expect([status, JSON.parse(String(body)), lines(arrived)]).toEqual([200, SLIP, ['OPTIONS /slips/1/pdf']]);
  });

  it('of guarded records is answered as before where the rule is in shadow mode', async () => {
    const rules = SLIP_RULES.map((rule) => ({ ...rule, mode: 'shadow' as const }));
    const { ask } = await open({ rules });
    const { status, body } = await ask('OPTIONS /slips/1', CREDENTIALS);
    expect([status, JSON.parse(String(body))]).toEqual([200, SLIP]);
  });
});

describe('a preflight', () => {
  it.each([
    ['OPTIONS /index.php?action=save&id=1&status=Delivered&key=k', 'OPTIONS /index.php?action=save&id=1'],
    ['OPTIONS /index.php?status=Delivered', 'OPTIONS /index.php'],
    ['OPTIONS /index.php?action=slip&slip=1', 'OPTIONS /index.php?action=slip&slip=1'],
    ['OPTIONS /index.php?action=save;id=1&key=k;id=1', 'OPTIONS /index.php?action=save;id=1'],
    ['OPTIONS /orders/1', 'OPTIONS /orders/1'],
    ['OPTIONS /orders/1?locale=fr', 'OPTIONS /orders/1?locale=fr'],
    ['OPTIONS /slips/1?net__gt=5000', 'OPTIONS /slips/1'],
  ])("%s goes on as browsers send it: in nobody's name", async (line, expected) => {
    const { ask } = await open();
    const { status, headers, body, arrived } = await ask(line, [...CREDENTIALS, ...PAGE]);
    expect([status, headers['access-control-allow-origin'], String(body)]).toEqual([
      204,
      'https://app.example.com',
      '',
    ]);
    expect(lines(arrived)).toEqual([expected]);
    const [request] = arrived;
    const secret = ['authorization', 'cookie'].flatMap((name) =>
      request ? valuesOf(request.headers, name) : [],
    );
    expect(secret).toEqual([]);
    expect(request && valuesOf(request.headers, 'origin')).toEqual(['https://app.example.com']);
  });

  it.each([
    'OPTIONS /?action=slip&slip=1',
    'OPTIONS /index?action=slip&slip=1',
  ])('%s at an address at which no page could read reaches nobody', async (line) => {
    const { ask } = await open();
    const { status, arrived } = await ask(line, [...CREDENTIALS, ...PAGE]);
    expect([status, lines(arrived)]).toEqual([403, []]);
  });

  it('is what an OPTIONS asks: a GET that has its headers is judged as any', async () => {
    const { ask } = await open();
    for (const line of [
      'GET /index.php?Action=SAVE&id=1&status=Delivered',
      'GET /index.php?Action=slip&slip=1',
    ]) {
      const { status, arrived } = await ask(line, [...CREDENTIALS, ...PAGE]);
      expect([line, status, lines(arrived)]).toEqual([line, 400, []]);
    }
    const { status, body } = await ask('GET /orders/1', [...CREDENTIALS, ...PAGE]);
    expect([status, JSON.parse(String(body))]).toEqual([200, SLIP]);
  });

  it('brings no key that its module declares', async () => {
    const { ask } = await open();
    const { arrived } = await ask('OPTIONS /orders/1', [...CREDENTIALS, ...PAGE]);
    expect(arrived.flatMap(({ headers }) => valuesOf(headers, 'x-api-key'))).toEqual([]);
  });

  it('brings no header by which bodies say who asks', async () => {
    const { path, shapes, operations } = modules.Orders;
    const { ask } = await open({
      modules: {
        ...modules,
        Orders: { dialect: 'rest', path, shapes, operations, credentialFields: { 'X-Session': '/session' } },
      },
    });
    const { status, arrived } = await ask('OPTIONS /orders/1', ['X-Session: 1', ...PAGE]);
    expect([status, lines(arrived)]).toEqual([204, ['OPTIONS /orders/1']]);
    expect(arrived.flatMap(({ headers }) => valuesOf(headers, 'x-session'))).toEqual([]);
  });

  it('of a save is followed by the save, which needs its code', async () => {
    const { ask, gateway } = await open();
    const before = await ask('OPTIONS /index.php?action=save&id=1', PAGE);
    expect(before.status).toBe(204);
    const body = '{"status":"Delivered"}';
    const save = (headers: readonly string[] = []) =>
      ask(
        'POST /index.php?action=save&id=1',
        [...CREDENTIALS, 'Content-Type: application/json', ...headers],
        body,
      );
    const posts = ({ arrived }: Awaited<ReturnType<typeof save>>) =>
      arrived.filter(({ method }) => method === 'POST').map((one) => String(one.body));
    const refused = await save();
    expect([refused.status, posts(refused)]).toEqual([428, []]);
    const saved = await save([`OTPRULES-OTP-7: ${gateway.lastCode()}`]);
    expect([saved.status, posts(saved)]).toEqual([200, [body]]);
  });
});
