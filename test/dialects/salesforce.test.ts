import { describe, expect, it } from 'vitest';
import { jsonOf } from '../../src/core/wire/json.ts';
import { salesforce } from '../../src/dialects/salesforce/salesforce.ts';
import { canonicalId } from '../../src/dialects/salesforce/salesforce-id.ts';
import { refuse } from '../harness/answers.ts';
import { startSalesforce } from '../harness/salesforce-crm.ts';
import { type Call, describeDialect } from './contract.ts';

const SHORT = '500D000000INjVe';
const ID = canonicalId(SHORT) ?? '';
const OTHER = canonicalId('500D000000INjVf') ?? '';
const THIRD = canonicalId('500D000000INjVg') ?? '';
const ACCOUNT = '001D000000INjVe';
const STORED = {
  Id: ID,
  Subject: 'Two boxes',
  Status: 'New',
  ContactEmail__c: 'ann@example.com',
  Key__c: 'k1',
};
const DATA = '/services/data/v66.0';
const CASE = `sobjects/Case/${ID}`;
const CLOSED = { Status: 'Closed' };

function call(method: string, path: string, body?: unknown): Call {
  return { method, path: `${DATA}/${path}`, ...(body === undefined ? {} : { body }) };
}

const DEFINITION = { name: 'Case', dialect: 'salesforce', type: 'Case', path: '/services/data' } as const;

const record = (fields: object, type = 'Case') => ({ attributes: { type }, id: ID, ...fields });
const list = (...records: readonly object[]) =>
  call('PATCH', 'composite/sobjects', { allOrNone: true, records });
const part = (method: string, url: string, body?: object, more: object = {}) => ({
  method,
  url: `${DATA}/${url}`,
  referenceId: `r${url.length}`,
  body,
  ...more,
});
const composite = (...compositeRequest: readonly object[]) =>
  call('POST', 'composite', { allOrNone: true, compositeRequest });
const batch = (...batchRequests: readonly object[]) => call('POST', 'composite/batch', { batchRequests });

describeDialect('salesforce', {
  async start() {
    const crm = await startSalesforce({
      [`Case/${SHORT}`]: STORED,
      [`Case/${OTHER.slice(0, 15)}`]: { ...STORED, Id: OTHER, Status: 'Closed', Key__c: 'k2' },
      [`Case/${THIRD.slice(0, 15)}`]: { ...STORED, Id: THIRD, ContactEmail__c: 'bob@example.com' },
      [`Account/${ACCOUNT}`]: { Id: canonicalId(ACCOUNT), Name: 'Acme' },
    });
    return { ...crm, stored: () => crm.records.get(`Case/${SHORT}`) };
  },
  modules: { Case: { dialect: 'salesforce', path: '/services/data' } },
  module: 'Case',
  fields: { status: 'Status', email: 'ContactEmail__c', subject: 'Subject' },
  credentials: 'Bearer 00D!rep',
  reads: [call('GET', CASE), call('GET', "query?q=SELECT+Id+FROM+Case+WHERE+Status='Closed'")],
  harmless: [
    call('POST', 'parameterizedSearch', { q: 'boxes' }),
    call('POST', 'composite/sobjects/Case', { ids: [ID], fields: ['Status'] }),
    composite(part('GET', CASE)),
  ],
  save: (fields) => call('PATCH', CASE, fields),
  places: [
    (fields, code) => call('PATCH', `sobjects/Case/${SHORT}`, { ...fields, ...code }),
    (fields, code) => list(record({ ...fields, ...code })),
    (fields, code) => composite(part('PATCH', CASE, { ...fields, ...code })),
    (fields, code) => call('POST', 'composite', { compositeRequest: [part('PATCH', CASE, fields)], ...code }),
    (fields, code) => batch({ method: 'PATCH', url: `v66.0/${CASE}`, richInput: { ...fields, ...code } }),
    (fields, code) =>
      call('POST', 'composite/graph', {
        graphs: [{ graphId: '1', compositeRequest: [part('PATCH', CASE, { ...fields, ...code })] }],
      }),
  ],
  create: (fields) => call('POST', 'sobjects/Case', fields),
  pair: {
    ids: [ID, THIRD],
    email: 'bob@example.com',
    save: (fields) => list(record(fields), { ...record(fields), id: THIRD }),
  },
  remove: call('DELETE', CASE),
  missing: [call('PATCH', 'sobjects/Case/500D000000INjVz', CLOSED), 404],
  unmapped: [
    call('POST', 'sobjects/Account', { Name: 'x' }),
    call('PATCH', `sobjects/Account/${ACCOUNT}`, { Name: 'x' }),
    call('PATCH', 'composite/sobjects', { records: [{ ...record({ Name: 'x' }, 'Account'), id: ACCOUNT }] }),
    composite(part('POST', 'sobjects/Account', { Name: 'x' }), part('PATCH', CASE, { Subject: 'x' })),
    call('POST', 'composite/tree/Account', {
      records: [{ attributes: { type: 'Account', referenceId: 'a' }, Name: 'x' }],
    }),
  ],
  unknown: [
    call('DELETE', `composite/sobjects?ids=${ID}`),
    call('POST', 'jobs/ingest', { object: 'Case', operation: 'update' }),
    call('POST', 'actions/standard/caseClose', {}),
    call('PATCH', `sobjects/Contact/${ACCOUNT}/Case`, CLOSED),
    { method: 'PATCH', path: `/services/data/${CASE}`, body: CLOSED },
    { method: 'POST', path: '/services/data/graphql', body: {} },
  ],
  disguises: [
    ['a type in small letters', call('PATCH', `sobjects/case/${ID}`, CLOSED)],
    ['a field in small letters', call('PATCH', CASE, { status: 'Closed' })],
    ['an external id', call('PATCH', 'sobjects/Case/Key__c/k1', CLOSED)],
    ['a method in the address', call('POST', `${CASE}?_HttpMethod=PATCH`, CLOSED)],
    ['a collection', list(record(CLOSED))],
    ['a collection whose type is in small letters', list(record(CLOSED, 'case'))],
    [
      'a collection of an account and a case',
      list({ ...record({}, 'Account'), id: ACCOUNT }, record(CLOSED)),
    ],
    ['a composite', composite(part('GET', CASE), part('PATCH', CASE, CLOSED))],
    [
      'a composite with the id from a reference',
      composite(
        part('GET', CASE, undefined, { referenceId: 'c' }),
        part('PATCH', 'sobjects/Case/@{c.Id}', CLOSED),
      ),
    ],
    [
      'a composite with the value from a reference',
      composite(
        part('GET', `sobjects/Case/${OTHER}`, undefined, { referenceId: 'o' }),
        part('PATCH', CASE, { status: '@{o.Status}' }),
      ),
    ],
    [
      'a composite in a composite',
      composite(part('POST', 'composite', { compositeRequest: [part('PATCH', CASE, CLOSED)] })),
    ],
    ['a batch', batch({ method: 'PATCH', url: `v66.0/${CASE}`, richInput: CLOSED })],
    ['a batch with a deletion', batch({ method: 'DELETE', url: `v66.0/${CASE}` })],
    [
      'a graph',
      call('POST', 'composite/graph', {
        graphs: [{ graphId: '1', compositeRequest: [part('PATCH', CASE, CLOSED)] }],
      }),
    ],
  ],
  nonsense: [
    ['a list', call('PATCH', CASE, [])],
    ['a type with the ending of a format', call('POST', 'sobjects/Case.json', CLOSED)],
    [
      'a collection whose type is a reference',
      composite(part('PATCH', 'composite/sobjects', { records: [record(CLOSED, '@{a.type}')] })),
    ],
    [
      'a tree with a child that has no attributes',
      call('POST', 'composite/tree/Account', {
        records: [{ attributes: { type: 'Account' }, Cases: { records: [CLOSED] } }],
      }),
    ],
    ['JSON that ends early', call('PATCH', CASE, '{"Status":')],
    ['an id that is none', call('PATCH', 'sobjects/Case/45', CLOSED)],
    ['an id whose capitals are others', call('PATCH', `sobjects/Case/${ID.toLowerCase()}`, CLOSED)],
    ['another id in the body', call('PATCH', CASE, { ...CLOSED, Id: OTHER })],
    ['another type in the body', call('PATCH', CASE, { ...CLOSED, attributes: { type: 'Account' } })],
    ['a new record with an id', call('POST', 'sobjects/Case', { id: ID })],
    [
      'an upsert of a collection',
      call('PATCH', 'composite/sobjects/Case/Key__c', { records: [record(CLOSED)] }),
    ],
    ['a collection without a type', list({ id: ID, ...CLOSED })],
    ['a collection without an id', list({ attributes: { type: 'Case' }, ...CLOSED })],
    ['a collection with two ids in a record', list({ ...record(CLOSED), Id: OTHER })],
    ['a collection with one record twice', list(record(CLOSED), { ...record({}), id: SHORT })],
    ['a collection of none', list()],
    [
      'a collection of 201',
      list(
        ...Array.from({ length: 201 }, (_, index) => ({ ...record({}), id: `500D0000000${1000 + index}` })),
      ),
    ],
    [
      'a composite of 201',
      composite(
        ...Array.from({ length: 201 }, (_, index) =>
          part('PATCH', `sobjects/Case/500D0000000${1000 + index}`, {}),
        ),
      ),
    ],
    ['a composite with one record twice', composite(part('PATCH', CASE, {}), part('DELETE', CASE))],
    [
      'a composite with a member that is none',
      call('POST', 'composite', { compositeRequest: [part('PATCH', CASE, {})], CompositeRequest: [] }),
    ],
    ['a call with a query', composite(part('PATCH', `${CASE}?_HttpMethod=DELETE`, {}))],
    [
      'a call whose address has a reference, which may hold a slash',
      composite(part('PATCH', `sobjects/Account/@{a.Name}`, CLOSED)),
    ],
    ['a call with an encoded address', composite(part('PATCH', `sobjects/%43ase/${ID}`, CLOSED))],
    ['a call with a type from a reference', composite(part('PATCH', `sobjects/@{a.b}/${ID}`, CLOSED))],
    [
      'a call with a method in its headers',
      composite(part('GET', CASE, CLOSED, { httpHeaders: { 'X-HTTP-Method-Override': 'PATCH' } })),
    ],
    ['a call of another method', composite(part('patch', CASE, CLOSED))],
    ['a call to what nobody can judge', composite(part('POST', 'jobs/ingest', {}))],
    [
      'a batch whose part is binary',
      batch({ method: 'POST', url: 'v66.0/sobjects/Case', binaryPartName: 'x' }),
    ],
    [
      'a tree with a child without a type',
      call('POST', 'composite/tree/Account', {
        records: [{ attributes: { type: 'Account' }, Cases: { records: [{ attributes: {} }] } }],
      }),
    ],
  ],
  mistakes: {
    notJson: call('PATCH', CASE, '{Status:"Closed"}'),
    twice: call('PATCH', CASE, '{"Status":"New","Status":"Closed"}'),
    inTheAddress: call('PATCH', `${CASE}?Status=Closed`, {}),
    ofNoModule: call('PATCH', `sobjects/Frob__c/${ID}`, CLOSED),
    againstItself: call('PATCH', CASE, { ...CLOSED, attributes: { type: 'Account' } }),
    tooMany: list(
      ...Array.from({ length: 201 }, (_, index) => ({ ...record(CLOSED), id: `500D0000000${1000 + index}` })),
    ),
  },
  refuses: refuse(400, [{ message: 'no', errorCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION' }]),
  refusalIn({ json }) {
    const [first] = json as unknown as readonly Record<string, unknown>[];
    return { code: first?.['errorCode'], message: first?.['message'], rules: first?.['rules'] };
  },
  strangerStatus: 401,
});

describe('an id of Salesforce', () => {
  it.each([
    ['70130000001tcyI', '70130000001tcyIAAQ'],
    ['001550V000WOQZi', '001550V000WOQZiACP'],
  ])('of 15 characters, %s, is the same as %s', (short, whole) => {
    expect(canonicalId(short)).toBe(whole);
    expect(canonicalId(whole)).toBe(whole);
  });

  it.each([
    '',
    '45',
    'a0d30000001n7PiEAC',
    'a0D30000001n7PiEAc',
    'a0D30000001n7PiEA',
    'a0D30000001n7P!',
  ])('is not %j', (text) => {
    expect(canonicalId(text)).toBeUndefined();
  });
});

describe('the outcome of a list', () => {
  const results = (...statuses: readonly number[]) => ({
    compositeResponse: statuses.map((httpStatusCode) => ({
      httpStatusCode,
      body: httpStatusCode === 201 ? { success: true } : {},
    })),
  });
  it.each([
    ['of records, none of them saved', [{ success: false }], 'notSaved'],
    ['of records, one of them saved', [{ success: false }, { success: true }], 'saved'],
    ['of calls that failed', results(400, 400), 'notSaved'],
    ['of a read and a call that failed', results(200, 400), 'notSaved'],
    ['of a read and a save', results(200, 204), 'saved'],
    [
      'of calls whose collection failed',
      { compositeResponse: [{ httpStatusCode: 200, body: [{ success: false }] }] },
      'notSaved',
    ],
    [
      'of calls that update by a key',
      { compositeResponse: [{ httpStatusCode: 200, body: { success: true } }] },
      'saved',
    ],
    ['of a batch', { hasErrors: false, results: [{ statusCode: 204, result: null }] }, 'saved'],
    ['of a batch that failed', { hasErrors: true, results: [{ statusCode: 404, result: [] }] }, 'notSaved'],
    ['of graphs', { graphs: [{ graphResponse: results(400) }, { graphResponse: results(201) }] }, 'saved'],
    ['of a tree', { hasErrors: false, results: [{ referenceId: 'a', id: ID }] }, 'saved'],
  ] as const)('%s is known', (_name, body, outcome) => {
    expect(salesforce.outcomeOf({ status: 200, body: Buffer.from(JSON.stringify(body)) })).toBe(outcome);
  });
});

describe('a reference to the answer of an earlier call', () => {
  const mount = {
    path: '/services/data',
    definitions: [DEFINITION],
    segments: ['v66.0', 'composite'],
  } as const;
  const { body } = composite(
    part('POST', 'sobjects/Account', { Name: 'Acme' }, { referenceId: 'a' }),
    part('PATCH', CASE, { AccountId: '@{a.id}' }),
  );
  const read = (...guarded: readonly string[]) =>
    salesforce.read(
      { method: 'POST', query: '', headers: [] },
      mount,
      { kind: 'json', value: jsonOf(body) },
      guarded,
    );

  it('may stand in a field that no rule reads', () => {
    expect(read('Status')).toMatchObject({
      kind: 'saves',
      alsoUnmapped: true,
      saves: [{ id: ID, operation: 'update' }],
    });
  });

  it('may not stand in a field that a rule reads, whatever its case', () => {
    expect(read('accountid')).toMatchObject({
      kind: 'unreadable',
      detail: expect.stringContaining('AccountId'),
    });
  });
});

it('a code among the fields of a record in a list is for that record', () => {
  const { body } = list(record({ OTPRULES_OTP_7: '111111' }), {
    ...record({ OTPRULES_OTP_7: '222222' }),
    id: THIRD,
  });
  const reading = salesforce.read(
    { method: 'PATCH', query: '', headers: [] },
    { path: '/services/data', definitions: [DEFINITION], segments: ['v66.0', 'composite', 'sobjects'] },
    { kind: 'json', value: jsonOf(body) },
    [],
  );
  expect(reading).toMatchObject({
    codes: [
      { alias: '7', record: ID, value: '111111' },
      { alias: '7', record: THIRD, value: '222222' },
    ],
  });
});
