import { describe, expect, it } from 'vitest';
import { odata } from '../../src/dialects/odata/odata.ts';
import { startOData } from '../harness/odata-crm.ts';
import { describeDoors } from './doors.ts';
import { closingRule } from './odata-closing.ts';

const CLOSED = '{"Status":"Closed"}';
const batch = (...requests: readonly object[]) => JSON.stringify({ requests });
const order = (fields: object) => ({ Subject: 'Two boxes', Status: 'Open', Customer_ID: '9', ...fields });

describeDoors('OData', {
  async start() {
    const crm = await startOData({
      'Orders/45': order({ ID: '45' }),
      'Orders/46': order({ ID: '46', Status: 'Closed', Customer_ID: '8' }),
      "Orders/o'neil": order({ ID: "o'neil" }),
      'Customers/9': { ID: '9', Name: 'Acme', Email: 'ann@example.com' },
      'Customers/8': { ID: '8', Name: 'Rep', Email: 'rep@example.com' },
    });
    return { ...crm, stored: () => crm.records.get('Orders/45') };
  },
  modules: {
    Orders: {
      dialect: 'odata',
      path: '/odata',
      ifMatch: true,
      actions: { close: { set: { Status: 'Closed' } }, print: { harmless: true } },
      relations: { Customer: { module: 'Customers', field: 'Customer_ID' } },
    },
    Customers: { dialect: 'odata', path: '/odata', relations: { Orders: { module: 'Orders' } } },
  },
  rules: closingRule(),
  headers: ['Authorization: Bearer rep'],
  refused: [
    ['a save in the plain spelling', 428, { line: 'PATCH /odata/Orders(45)', body: CLOSED }],
    [
      'a declared action, judged as what it sets',
      428,
      { line: 'POST /odata/Orders(45)/Svc.close', body: '{}' },
    ],
    ['an encoded letter', 400, { line: 'PATCH /odata/%4Frders(45)', body: CLOSED }],
    ['encoded parentheses', 400, { line: 'PATCH /odata/Orders%2845%29', body: CLOSED }],
    ['encoded quotes', 400, { line: 'PATCH /odata/Orders(%2745%27)', body: CLOSED }],
    ['a doubled slash', 400, { line: 'PATCH /odata//Orders(45)', body: CLOSED }],
    ['a parameter of the path', 400, { line: 'PATCH /odata;x=1/Orders(45)', body: CLOSED }],
    ['small letters', 400, { line: 'PATCH /odata/orders(45)', body: CLOSED }],
    [
      'the root in capitals and the set in small letters',
      400,
      { line: 'PATCH /ODATA/orders(45)', body: CLOSED },
    ],
    ['a key by an alias', 403, { line: 'PATCH /odata/Orders(@k)?@k=45', body: CLOSED }],
    ['two keys', 403, { line: 'PATCH /odata/Orders(ID=45,Number=1)', body: CLOSED }],
    ['a number that a database reads alike', 400, { line: 'PATCH /odata/Orders(045)', body: CLOSED }],
    ['a set whose records are each changed', 403, { line: 'PATCH /odata/Orders/$each', body: CLOSED }],
    [
      'a PUT that leaves the status out',
      428,
      { line: 'PUT /odata/Orders(46)', body: '{"Subject":"x","Status":"Closed","Customer_ID":9}' },
    ],
    [
      'a PUT that leaves the reference to the address out',
      428,
      { line: 'PUT /odata/Orders(45)', body: '{"Subject":"x","Status":"Open"}' },
    ],
    [
      'the method in a header',
      403,
      { line: 'POST /odata/Orders(45)', headers: ['X-HTTP-Method: PATCH'], body: CLOSED },
    ],
    [
      'XML',
      415,
      { line: 'PATCH /odata/Orders(45)', headers: ['Content-Type: application/atom+xml'], body: '<entry/>' },
    ],
    [
      'a batch in multipart, without a request',
      400,
      { line: 'POST /odata/$batch', headers: ['Content-Type: multipart/mixed; boundary=b'], body: '--b--' },
    ],
    [
      'the batch by an encoded name',
      400,
      {
        line: 'POST /odata/%24batch',
        body: batch({ method: 'PATCH', url: 'Orders(45)', body: { Status: 'Closed' } }),
      },
    ],
    [
      'a batch within a batch',
      400,
      { line: 'POST /odata/$batch', body: batch({ method: 'POST', url: '$batch', body: { requests: [] } }) },
    ],
    [
      'a call with an address that leads back',
      400,
      {
        line: 'POST /odata/$batch',
        body: batch({ method: 'PATCH', url: 'Customers(9)/../Orders(45)', body: { Status: 'Closed' } }),
      },
    ],
    [
      'a call through a customer in absolute form',
      400,
      {
        line: 'POST /odata/$batch',
        body: batch({
          method: 'PATCH',
          url: 'http://x/odata/Customers(9)/Orders(45)',
          body: { Status: 'Closed' },
        }),
      },
    ],
    [
      'another owner by a link',
      428,
      { line: 'PUT /odata/Orders(45)/Customer/$ref', body: '{"@odata.id":"Customers(8)"}' },
    ],
    [
      'another owner by a binding',
      428,
      { line: 'PATCH /odata/Orders(45)', body: '{"Customer@odata.bind":"Customers(8)"}' },
    ],
    [
      'another owner by a binding in the words of 4.01',
      428,
      { line: 'PATCH /odata/Orders(45)', body: '{"Customer@bind":"Customers(8)"}' },
    ],
    [
      'a new owner that takes the order in the words of 4.01',
      428,
      { line: 'POST /odata/Customers', body: '{"Email":"rep@example.com","Orders@bind":["Orders(45)"]}' },
    ],
    [
      'another owner from the other side',
      428,
      { line: 'POST /odata/Customers(8)/Orders/$ref', body: '{"@odata.id":"Orders(45)"}' },
    ],
    [
      'a new owner that takes the order',
      428,
      {
        line: 'POST /odata/Customers',
        body: '{"Email":"rep@example.com","Orders@odata.bind":["Orders(45)"]}',
      },
    ],
    ['the owner taken away', 428, { line: 'DELETE /odata/Orders(45)/Customer/$ref' }],
    ['the address of the owner, one property', 428, { line: 'DELETE /odata/Customers(9)/Email' }],
    ['a link that the address names', 400, { line: 'DELETE /odata/Customers(9)/Orders/$ref?$id=Orders(45)' }],
  ],
  honest: [
    [
      'a save that has the address of its record',
      {
        line: 'PATCH /odata/Orders(45)',
        body: '{"@odata.id":"http://crm/odata/Orders(45)","Subject":"two"}',
      },
      '/odata/Orders(45)',
    ],
    [
      'a save of another property',
      { line: 'PATCH /odata/Orders(45)', body: '{"Subject":"three"}' },
      '/odata/Orders(45)',
      '{"Subject":"three"}',
    ],
    [
      'a key in quotes',
      { line: "PATCH /odata/Orders('o''neil')", body: '{"Subject":"x"}' },
      "/odata/Orders('o''neil')",
      '{"Subject":"x"}',
    ],
    [
      'one property',
      { line: 'PUT /odata/Orders(45)/Subject', body: '{"value":"four"}' },
      '/odata/Orders(45)/Subject',
      '{"value":"four"}',
    ],
    [
      'an action that is harmless',
      { line: 'POST /odata/Orders(45)/Svc.print', body: '{"copies":2}' },
      '/odata/Orders(45)/Svc.print',
    ],
    [
      'what the order already says',
      { line: 'PATCH /odata/Orders(46)', body: CLOSED },
      '/odata/Orders(46)',
      CLOSED,
    ],
    [
      'the owner that it has',
      { line: 'PATCH /odata/Orders(45)', body: '{"Customer@odata.bind":"Customers(9)"}' },
      '/odata/Orders(45)',
    ],
    [
      'a record with a key of its own',
      { line: 'POST /odata/Orders', body: '{"ID":"77","Status":"Open","Customer_ID":"9"}' },
      '/odata/Orders',
    ],
    [
      'a record with its children',
      { line: 'POST /odata/Customers', body: '{"ID":"10","Name":"New","Orders":[{"Subject":"x"}]}' },
      '/odata/Customers',
    ],
    [
      'a whole record as it was read',
      { line: 'PATCH /odata/Orders(45)?$select=ID', body: '{"@odata.etag":"x","ID":"45","Status":"Open"}' },
      '/odata/Orders(45)?$select=ID',
    ],
    [
      'a batch',
      {
        line: 'POST /odata/$batch',
        body: batch(
          { id: '1', method: 'patch', url: 'Orders(45)?$select=ID', body: { Subject: 'x' } },
          { id: '2', method: 'GET', url: 'Orders' },
        ),
      },
      '/odata/$batch',
    ],
  ],
});

const ORDERS = {
  name: 'Orders',
  dialect: 'odata',
  type: 'Orders',
  path: '/odata',
  key: 'ID',
  actions: {},
} as const;

describe('the answer to a batch', () => {
  const responses = (...statuses: readonly number[]) => ({
    responses: statuses.map((status) => ({ status })),
  });
  it.each([
    ['of saves', responses(204, 400), 'saved'],
    ['of saves that answer with the record', responses(200, 200), 'saved'],
    ['of calls that all failed', responses(400, 424), 'notSaved'],
    ['of something that worked and something that failed', responses(200, 400), 'unknown'],
    ['of a call that broke', responses(500), 'unknown'],
    ['to one record', { ID: '45' }, 'saved'],
  ] as const)('%s says what became of it', (_name, body, outcome) => {
    expect(odata.outcomeOf({ status: 200, body: Buffer.from(JSON.stringify(body)) })).toBe(outcome);
  });

  it('is none to a save of one record that has a property of that name', () => {
    const at = (segment: string) => ({
      path: '/odata',
      segments: [segment],
      definitions: [{ ...ORDERS, keys: 'auto' }] as const,
    });
    const answer = { status: 200, body: Buffer.from(JSON.stringify(responses(400))) };
    expect(odata.outcomeOf(answer, at('Orders(45)'))).toBe('saved');
    expect(odata.outcomeOf(answer, at('$batch'))).toBe('notSaved');
  });
});

it.each([
  ['45', 'auto', '45'],
  ['45', 'text', "'45'"],
  ["o'neil", 'auto', "'o''neil'"],
  ['3f2504e0-4f89-11d3-9a0c-0305e82c3301', 'auto', '3f2504e0-4f89-11d3-9a0c-0305e82c3301'],
  ['a/b', 'auto', "'a%2Fb'"],
] as const)('a record whose key is %s, with keys: %s, is read at %s', (id, keys, written) => {
  expect(odata.recordPath({ ...ORDERS, keys }, id, undefined)).toBe(`/odata/Orders(${written})`);
});
