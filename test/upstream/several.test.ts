import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { compileOptions } from '../../src/config/load.ts';
import type { ConfigInput } from '../../src/config/schema/schema.ts';
import { createTestGateway, type TestGateway } from '../../src/testing.ts';
import { gatewayOptions } from '../harness/delivery.ts';
import { openRaw, rawRequest, sendRaw } from '../harness/raw.ts';
import { type StandIn, startStandIn } from '../harness/stand-in.ts';
import { until } from '../harness/until.ts';

const ORDER = { id: '45', status: 'Open', email: 'ann@example.com', total: 1 };

const startOne = () =>
  startStandIn(({ method, pathname }) => ({
    status: 200,
    headers: { 'set-cookie': pathname.includes('theirs') ? 'sid=stolen' : 'session_erp=1' },
    body: method === 'GET' ? ORDER : { pathname },
  }));

let crm: StandIn;
let erp: StandIn;
let gateway: TestGateway;
let port: number;

beforeAll(async () => {
  [crm, erp] = await Promise.all([startOne(), startOne()]);
  gateway = createTestGateway({
    upstreams: { crm: { url: crm.url }, erp: { url: erp.url, cookies: ['session_erp'] } },
    upstream: 'crm',
    modules: {
      Orders: { dialect: 'rest', path: '/api/orders' },
      Invoices: { dialect: 'rest', path: '/erp/invoices', upstream: 'erp' },
    },
    passthrough: ['/login', { path: '/erp/files/**', upstream: 'erp' }],
    routes: [{ path: '/erp/**', upstream: 'erp' }],
    websockets: ['/live', '/erp/live'],
    rules: ['Orders', 'Invoices'].map((module, index) => ({
      id: 7 + index,
      name: `Rule of ${module}`,
      module,
      when: { changed_to: ['status', 'Delivered'] },
      send: { to: [{ channel: 'email', address: 'email' }] },
    })),
  });
  port = Number(new URL((await gateway.listen()).url).port);
});

afterAll(async () => {
  await gateway.close();
  await Promise.all([crm.close(), erp.close()]);
});

const seen = { crm: 0, erp: 0 };
beforeEach(() => {
  Object.assign(seen, { crm: crm.received.length, erp: erp.received.length });
  gateway.clock.advance(7_200_000);
});

const arrived = () => ({ crm: crm.received.slice(seen.crm), erp: erp.received.slice(seen.erp) });
const HEADERS = [
  'Content-Type: application/json',
  'Authorization: Bearer rep',
  'Cookie: sid=1; session_erp=2; Session.ERP=3; other=4',
];
const send = (line: string, body = '', more: readonly string[] = []) =>
  sendRaw(port, rawRequest(line, [...HEADERS, ...more], body));

function cookiesOf(requests: StandIn['received']): readonly string[] {
  return requests.flatMap(({ headers }) =>
    headers.filter(([name]) => name.toLowerCase() === 'cookie').map(([, value]) => value),
  );
}

describe('several CRMs behind one origin', () => {
  it.each([
    ['crm', 'GET /api/orders/45', ''],
    ['crm', 'GET /elsewhere', ''],
    ['crm', 'POST /login', '{}'],
    ['crm', 'PATCH /api/orders/45', '{"note":"x"}'],
    ['erp', 'GET /erp/anything', ''],
    ['erp', 'GET /ERP/anything', ''],
    ['erp', 'GET /erp/invoices', ''],
    ['erp', 'GET /erp/invoices/45', ''],
    ['erp', 'POST /erp/files/a', '{}'],
    ['erp', 'PATCH /erp/invoices/45', '{"note":"x"}'],
  ] as const)('%s gets %s with its own cookies, and the other nothing', async (name, line, body) => {
    expect((await send(line, body)).status).toBe(200);
    const found = arrived();
    expect(found[name === 'crm' ? 'erp' : 'crm']).toEqual([]);
    expect(found[name]).toHaveLength(1);
    expect(cookiesOf(found[name])).toEqual([name === 'crm' ? 'sid=1; other=4' : 'session_erp=2']);
  });

  it.each([
    ['crm', '/api/orders/45', 7],
    ['erp', '/erp/invoices/45', 8],
  ] as const)('%s is asked for the record of %s, by the save and by the control API, and gets what was countersigned', async (name, path, rule) => {
    expect((await send(`PATCH ${path}`, '{"status":"Delivered"}')).status).toBe(428);
    const code = `OTPRULES-OTP-${rule}: ${gateway.lastCode()}`;
    expect((await send(`PATCH ${path}`, '{"status":"Delivered"}', [code])).status).toBe(200);
    expect((await send(`GET /_countersign/rules/${rule}/records/45`)).status).toBe(200);
    const found = arrived();
    expect(found[name === 'crm' ? 'erp' : 'crm']).toEqual([]);
    expect(found[name].map(({ method }) => method)).toEqual(['GET', 'GET', 'PATCH', 'GET']);
    expect(new Set(cookiesOf(found[name]))).toEqual(
      new Set([name === 'crm' ? 'sid=1; other=4' : 'session_erp=2']),
    );
  });

  it.each([
    ['GET /api/x', undefined],
    ['GET /api/theirs', 'sid=stolen'],
    ['GET /erp/x', 'session_erp=1'],
    ['GET /erp/theirs', undefined],
    ['PATCH /erp/invoices/theirs9', undefined],
  ])('an answer sets no cookie of the other: %s', async (line, cookies) => {
    const answer = await send(line, line.startsWith('PATCH') ? '{"note":"x"}' : '');
    expect(answer.status).toBe(200);
    expect(answer.headers['set-cookie']).toEqual(cookies);
  });

  it('a WebSocket goes where its path does, with the cookies of that CRM', async () => {
    const server = createServer();
    const offers: (string | undefined)[] = [];
    server.on('upgrade', (request, socket) => {
      offers.push(request.headers.cookie);
      socket.end('HTTP/1.1 400 No\r\n\r\n');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const there = createTestGateway({
      upstreams: {
        crm: { url: crm.url },
        erp: { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, cookies: ['session_erp'] },
      },
      upstream: 'crm',
      modules: {},
      rules: [],
      websockets: ['/erp/live'],
      routes: [{ path: '/erp/**', upstream: 'erp' }],
    });
    const client = await openRaw(Number(new URL((await there.listen()).url).port));
    client.send(
      rawRequest('GET /erp/live', ['Connection: Upgrade', 'Upgrade: websocket', ...HEADERS.slice(1)]),
    );
    await until(() => offers.length > 0);
    expect(offers).toEqual(['session_erp=2']);
    client.close();
    await there.close();
    server.close();
  });
});

describe('the configuration of several CRMs', () => {
  const problemsOf = (changes: Partial<ConfigInput>) => {
    const loaded = compileOptions(
      gatewayOptions('http://127.0.0.1:1', {
        upstreams: { crm: { url: 'http://127.0.0.1:1' }, erp: { url: 'http://127.0.0.1:2', cookies: ['a'] } },
        upstream: 'crm',
        ...changes,
      }),
      {},
    );
    return loaded.ok
      ? []
      : loaded.problems
          .filter(({ severity }) => severity === 'error')
          .map(({ path, message }) => `${path} ${message}`);
  };
  const notes = { dialect: 'rest', path: '/api/DeliveryNotes' } as const;
  const contacts = { dialect: 'rest', path: '/erp/contacts', upstream: 'erp' } as const;

  const FAULTS: readonly (readonly [string, Partial<ConfigInput>, RegExp])[] = [
    ['a default that is not there', { upstream: 'crn' }, /^upstream there is no upstream "crn"/],
    [
      'a module elsewhere',
      { modules: { DeliveryNotes: { ...notes, upstream: 'x' } } },
      /upstream there is no upstream "x"/,
    ],
    ['an opening elsewhere', { passthrough: [{ path: '/x', upstream: 'x' }] }, /there is no upstream "x"/],
    ['a route elsewhere', { routes: [{ path: '/x', upstream: 'x' }] }, /there is no upstream "x"/],
    [
      'an opening of a module',
      { passthrough: [{ path: '/api/**', upstream: 'erp' }] },
      /would let saves of DeliveryNotes/,
    ],
    [
      'an address at another CRM',
      {
        modules: { DeliveryNotes: notes, Contacts: contacts },
        rules: [
          {
            id: 7,
            name: 'a',
            module: 'DeliveryNotes',
            when: true,
            send: {
              to: [
                {
                  channel: 'email',
                  address: { via: 'contact_id', module: 'Contacts', field: 'email', reverse: 'none' },
                },
              ],
            },
          },
        ],
      },
      /credentials of callers never cross/,
    ],
    [
      'a relation to another CRM',
      { modules: { DeliveryNotes: { ...notes, relations: { contact: 'Contacts' } }, Contacts: contacts } },
      /is a module at another upstream/,
    ],
    [
      'one cookie of two',
      {
        upstreams: {
          crm: { url: 'http://127.0.0.1:1', cookies: ['a'] },
          erp: { url: 'http://127.0.0.1:2', cookies: ['a'] },
        },
      },
      /is a cookie of crm already/,
    ],
  ];

  it.each(FAULTS)('names what is wrong: %s', (_, changes, message) => {
    expect(problemsOf(changes)).toEqual([expect.stringMatching(message)]);
  });

  it('takes the name of the default for the default', () => {
    expect(problemsOf({ modules: { DeliveryNotes: { ...notes, upstream: 'crm' } } })).toEqual([]);
  });
});
