import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { absentFrom, type Lane, planOf } from '../../src/cli/routes/plan.ts';
import { compile } from '../../src/config/compile/compile.ts';
import type { Snapshot } from '../../src/config/compile/snapshot.ts';
import { decode } from '../../src/config/decode.ts';
import { guardedNames } from '../../src/core/likeness/guarded-names.ts';
import { compileRoutes } from '../../src/core/saving/route.ts';
import { OVERRIDE_FIELDS } from '../../src/core/wire/method.ts';
import { readTarget } from '../../src/core/wire/target.ts';
import { DIALECT_KINDS, dialectOf } from '../../src/dialects/all.ts';
import { carriesMutation } from '../../src/http/request/mutation-in-query.ts';
import { queryFault } from '../../src/http/request/query-fault.ts';
import { gatewayOptions } from '../harness/delivery.ts';

const MODULES = {
  DeliveryNotes: { dialect: 'rest', path: '/api/DeliveryNotes' },
  Payslips: { dialect: 'rest', path: '/api/Payslips' },
  Leads: {
    dialect: 'vtiger-webservice',
    path: '/webservice.php',
    idPrefix: '10',
    readOnlyOperations: ['look'],
  },
  Contacts: { dialect: 'vtiger-rest', path: '/restapi/v1/vtiger/default', idPrefix: '12' },
  Cases: { dialect: 'suitecrm', path: '/Api/V8' },
  Accounts: { dialect: 'salesforce', path: '/services/data' },
  Calls: { dialect: 'espocrm', path: '/espo/api/v1' },
  Orders: { dialect: 'odata', path: '/odata/v4/crm' },
  Notes: { dialect: 'frappe', path: '/frappe/api' },
  Task: {
    dialect: 'graphql',
    path: '/graphql',
    mutations: { updateTask: { id: 'id', fields: 'data' } },
    record: 'query ($id: ID!) { task(id: $id) { id status email } }',
  },
} as const;

function snapshotOf(changes: object = {}): Snapshot {
  const options = gatewayOptions('http://127.0.0.1:3000', { modules: MODULES, ...changes } as object);
  const { decoded } = decode(options, { allowPlainSecrets: true });
  const { snapshot, findings } = compile(decoded as never, { env: {}, folder: '/' });
  if (!snapshot) throw new Error(JSON.stringify(findings));
  return snapshot;
}

/** As a front proxy would judge it that was told of a request with nothing but a first line. */
function isIn({ methods, target, unless }: Lane, method: string, url: string): boolean {
  return (
    methods.includes(method) &&
    new RegExp(`^${target}$`).test(url) &&
    !unless.some((source) => new RegExp(source, 'i').test(url))
  );
}

const goesStraight = (snapshot: Snapshot, method: string, url: string) =>
  planOf(snapshot).lanes.some((lane) => isIn(lane, method, url));

const PIECES = [
  ...[
    '/api',
    '/DeliveryNotes',
    '/deliverynotes',
    '/Payslips',
    '/45',
    '/webservice.php',
    '/Api/V8',
    '/module',
  ],
  ...['/restapi/v1/vtiger/default', '/retrieve', '/update', '/services/data', '/v60.0', '/espo/api/v1'],
  ...[
    '/odata/v4/crm',
    '/Orders',
    '/$batch',
    '/frappe/api',
    '/resource',
    '/v2/document',
    '/method',
    '/graphql',
  ],
  ...['/_countersign', '/files', '/', '.', '..', '%2e', ';a', '\\', '%2f', 'é', '.json', '/a.b'],
];
const NAMES = [
  'cmd',
  'run_method',
  'documentId',
  'extensions',
  '$filter',
  'operation',
  'Operation',
  '_method',
  '_METHOD',
  '.method',
  'x[_method',
  'a[_HttpMethod]',
  'id',
  'query',
  '%5fmethod',
];
const VALUES = [
  'retrieve',
  'update',
  'look',
  '1',
  '{',
  '%7bmutation{x}',
  'mutation%7Bdeliver%7D',
  '%257b',
  'a%20b',
  'caf%C3%A9',
  '',
];
const WHOLE = [
  '/odata/v4/crm/Orders/45',
  '/frappe/api/resource/Notes/45',
  '/graphql',
  '/webservice.php',
  '/restapi/v1/vtiger/default/retrieve',
  '/api/DeliveryNotes/45',
  '/api/Payslips',
];
const target = fc
  .tuple(
    fc.oneof(
      fc.array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 5 }),
      fc.constantFrom(...WHOLE).map((path) => [path]),
    ),
    fc.array(fc.tuple(fc.constantFrom(...NAMES), fc.constantFrom(...VALUES)), { maxLength: 3 }),
    fc.constantFrom('&', '&', '&', ';'),
  )
  .map(([path, pairs, mark]) => {
    const query = pairs.map((pair) => pair.join('=')).join(mark);
    return `/${path.join('').replace(/^\/+/, '')}${query === '' ? '' : `?${query}`}`;
  });

describe('what goes straight to the CRM', () => {
  it.each([
    [{}],
    [{ unmappedWrites: 'forward', passthrough: ['/files/**', '/api/*/a.b'] }],
    [{ unmappedReads: 'refuse' }],
  ])('is what the gateway lets pass unread: %j', (changes) => {
    const read = { id: 9, name: 'Payslips', module: 'Payslips', on: ['read'], when: true };
    const rules = [{ ...read, send: { to: [{ channel: 'email', address: 'email' }] } }];
    const snapshot = snapshotOf({ ...changes, rules });
    const { lanes } = planOf(snapshot);
    const { routeOf } = compileRoutes(snapshot.modules, snapshot.passthrough, []);
    let straight = 0;
    fc.assert(
      fc.property(fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'get'), target, (method, url) => {
        if (!lanes.some((lane) => isIn(lane, method, url))) return;
        straight++;
        const found = readTarget(url, 'crm.test');
        if (!found) throw new Error('the gateway would take it for no path');
        expect(found.plain).toBe(true);
        const route = routeOf(found);
        if (route.kind === 'other') {
          const isRead = ['GET', 'HEAD'].includes(method) && !carriesMutation(found.query);
          const isOpen = snapshot[isRead ? 'unmappedReads' : 'unmappedWrites'] === 'forward';
          expect(route.passthrough || isOpen).toBe(true);
          return;
        }
        if (route.kind !== 'guarded') throw new Error(`the gateway would take it for ${route.kind}`);
        const { definitions } = route.mount;
        const head = { method, query: found.query, headers: [] };
        expect(['read', 'unmapped-read']).toContain(dialectOf(definitions[0]).recognise(head, route.mount));
        expect(carriesMutation(found.query)).toBe(false);
        expect(queryFault(found.query, guardedNames(OVERRIDE_FIELDS, []))).toBeUndefined();
        expect(definitions[0].name).not.toBe('Payslips');
      }),
      { numRuns: 5000 },
    );
    expect(straight).toBeGreaterThan(50);
  });

  it.each([
    ['GET', '/webservice.php?operation=retrieve&sessionName=a&id=10x4', true],
    ['GET', '/webservice.php?operation=look', true],
    ['GET', '/webservice.php?operation=update&element=x', false],
    ['GET', '/restapi/v1/vtiger/default/retrieve?id=12x4', true],
    ['GET', '/restapi/v1/vtiger/default/update?id=12x4', false],
    ['GET', '/restapi/v1/vtiger/default/retrieve?operation=update', false],
    ['GET', '/Api/V8/module/Cases/1', true],
    ['GET', '/services/data/v60.0/sobjects/Account/001', true],
    ['GET', '/espo/api/v1/Call/5', true],
    ['GET', '/ESPO/api/v1/Call/5', false],
    ['POST', '/espo/api/v1/Call', false],
    ['GET', '/odata/v4/crm/Orders?$filter=Status', true],
    ['GET', '/odata/v4/crm/Orders/45/customer', true],
    ['GET', '/odata/v4/crm/$batch', false],
    ['PATCH', '/odata/v4/crm/Orders/45', false],
    ['GET', '/frappe/api/resource/Notes/45', true],
    ['GET', '/frappe/api/v2/document/Notes/45', true],
    ['GET', '/frappe/api/resource/Notes/45?run_method=close', false],
    ['GET', '/frappe/api/resource/Notes/45?cmd=frappe.client.delete', false],
    ['GET', '/frappe/api/method/frappe.client.get', false],
    ['GET', '/graphql', true],
    ['GET', '/graphql?theme=dark', true],
    ['GET', '/graphql?query=a', false],
    ['GET', '/graphql?documentId=close', false],
    ['GET', '/graphql/any', false],
  ])('by the dialects: %s %s: %s', (method, url, isStraight) => {
    expect(goesStraight(snapshotOf(), method, url)).toBe(isStraight);
  });

  it('a dialect that says nothing of its reads keeps all of them at the gateway', () => {
    const { dialect } = DIALECT_KINDS[0];
    const sure = dialect.sureReads;
    Object.assign(dialect, { sureReads: undefined });
    try {
      expect(goesStraight(snapshotOf(), 'GET', '/api/DeliveryNotes/45')).toBe(false);
    } finally {
      Object.assign(dialect, { sureReads: sure });
    }
    expect(goesStraight(snapshotOf(), 'GET', '/api/DeliveryNotes/45')).toBe(true);
  });

  it('an operation that a module describes at another address keeps all of that address at the gateway', () => {
    const snapshot = snapshotOf({ unmappedWrites: 'forward', passthrough: ['/rpc/**'] });
    const [first, ...others] = snapshot.modules;
    const operations = [{ request: 'POST /rpc/notes/{id}/close' }, { request: 'GET /do/Close({id})' }];
    const described = { ...snapshot, modules: [{ ...first, operations }, ...others] } as Snapshot;
    expect(goesStraight(snapshot, 'POST', '/rpc/notes/45/close')).toBe(true);
    expect(goesStraight(snapshot, 'GET', '/do/other')).toBe(true);
    for (const [method, url] of [
      ['POST', '/rpc/notes/45/close'],
      ['POST', '/rpc/NOTES/45'],
      ['GET', '/do/other'],
      ['GET', '/api/DeliveryNotes/45'],
    ] as const)
      expect([url, goesStraight(described, method, url)]).toEqual([url, false]);
    expect(goesStraight(described, 'POST', '/rpc/others')).toBe(true);
  });

  it('a described script is not straight under its other address either', () => {
    const snapshot = snapshotOf();
    const [first, ...others] = snapshot.modules;
    const operations = [
      { request: 'GET /index.php?slip={slip}' },
      { request: 'GET /crm/show.php?slip={slip}' },
    ];
    const described = { ...snapshot, modules: [{ ...first, operations }, ...others] } as Snapshot;
    for (const url of ['/?slip=1', '/crm/show?slip=1', '/crm/SHOW/?slip=1'])
      expect([url, goesStraight(snapshot, 'GET', url), goesStraight(described, 'GET', url)]).toEqual([
        url,
        true,
        false,
      ]);
    expect(goesStraight(described, 'GET', '/crm/list?page=2')).toBe(true);
  });

  it('what a front controller may serve in the place of its address is not straight, where that is guarded', () => {
    const send = { to: [{ channel: 'email', address: 'email' }] };
    const rules = [{ id: 9, name: 'Payslips', module: 'Payslips', on: ['read'], when: true, send }];
    const guarded = snapshotOf({ rules, unmappedWrites: 'forward' });
    const plain = snapshotOf();
    const reads = [
      '/index.php/api/Payslips/1',
      '/?rest_route=/api/Payslips/1',
      '/x.php?a=1&url=api/Payslips',
    ];
    const encoded = [
      '/x.php?url=%61pi/Payslips',
      '/x.php?url=%2Fapi%2FPayslips',
      '/x.php?r=a/../api/Payslips',
    ];
    for (const url of [...reads, ...encoded, '/api/DeliveryNotes?_url[]=api/Payslips/1'])
      expect([url, goesStraight(guarded, 'GET', url), goesStraight(plain, 'GET', url)]).toEqual([
        url,
        false,
        true,
      ]);
    for (const url of [...reads, '/x.php?%75rl=api/Payslips/1'])
      expect([url, goesStraight(guarded, 'POST', url)]).toEqual([url, false]);
    for (const query of ['page=2', 'q=caf%C3%A9%20noir', 'url=https://example.com/api/Payslips'])
      expect([query, goesStraight(guarded, 'GET', `/x.php?${query}`)]).toEqual([query, true]);
    expect(goesStraight(guarded, 'POST', '/x.php?page=2')).toBe(true);
  });

  it('what passthrough opens to one method only is not straight for all', () => {
    expect(planOf({ ...snapshotOf(), passthrough: ['SEARCH /items/*'] }).lanes).toEqual(
      planOf(snapshotOf()).lanes,
    );
  });

  it('a read without cookies, a body or another method is told apart by its headers', () => {
    const [vtiger] = planOf(snapshotOf()).lanes.filter(({ about }) => about.includes('Leads'));
    expect(vtiger && absentFrom(vtiger)).toEqual(
      expect.arrayContaining([
        'cookie',
        'x-http-method-override',
        'x-original-url',
        'content-length',
        'upgrade',
      ]),
    );
  });

  it('a name by which a proxy says who asks is taken out, and codes go to the gateway', () => {
    const { names, codes } = planOf(snapshotOf({ callers: [{ header: 'X-User', from: 'trustedProxies' }] }));
    expect(names).toEqual(['x-user']);
    expect(codes).toEqual(
      expect.arrayContaining([
        'otprules-otp',
        'otprules-grant',
        'otprules-otp-7',
        'otprules-otp-deliveryconfirmationotp',
      ]),
    );
  });

  it('where the gateway is off, all is straight but what is its own', () => {
    const snapshot = snapshotOf({ mode: 'off' });
    expect(goesStraight(snapshot, 'PUT', '/api/DeliveryNotes/45')).toBe(true);
    expect(goesStraight(snapshot, 'GET', '/_countersign/rules')).toBe(false);
  });
});
