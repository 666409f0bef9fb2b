import { refuse } from '../harness/answers.ts';
import { startOData } from '../harness/odata-crm.ts';
import { type Call, describeDialect } from './contract.ts';

const STORED = { ID: '45', Subject: 'Two boxes', Status: 'Open', Email: 'ann@example.com', Customer_ID: '9' };
const CLOSED = { Status: 'Closed' };

function call(method: string, path: string, body?: unknown): Call {
  return { method, path: `/odata/${path}`, ...(body === undefined ? {} : { body }) };
}
const part = (method: string, url: string, body?: object, more: object = {}) => ({
  id: url,
  method,
  url,
  ...(body && { body }),
  ...more,
});
const batch = (...requests: readonly object[]) => call('POST', '$batch', { requests });

describeDialect('odata', {
  async start() {
    const crm = await startOData({
      'Orders/45': STORED,
      'Orders/46': { ...STORED, ID: '46', Email: 'bob@example.com' },
      'Orders/a': { ...STORED, ID: 'A' },
      'Customers/9': { ID: '9', Name: 'Acme' },
      'Regions/1': { ID: '1', Name: 'North' },
    });
    return { ...crm, stored: () => crm.records.get('Orders/45') };
  },
  modules: {
    Orders: {
      dialect: 'odata',
      path: '/odata',
      actions: { archive: { set: { Archived: true } }, print: { harmless: true } },
      relations: { Customer: { module: 'Customers', field: 'Customer_ID' } },
    },
    Customers: { dialect: 'odata', path: '/odata', relations: { Orders: 'Orders' } },
  },
  module: 'Orders',
  fields: { status: 'Status', email: 'Email', subject: 'Subject' },
  credentials: 'Bearer rep',
  reads: [
    call('GET', 'Orders(45)'),
    call('GET', 'Orders?$filter=Status%20eq%20Closed'),
    call('GET', '$metadata'),
  ],
  harmless: [
    batch(part('GET', 'Orders(45)'), part('get', '/odata/Orders?$filter=Status eq Open')),
    call('POST', 'Orders(45)/Svc.print', {}),
  ],
  save: (fields) => call('PATCH', 'Orders(45)', fields),
  places: [
    (fields, code) => call('PATCH', 'Orders(ID=45)', { ...fields, ...code }),
    (fields, code) => call('PATCH', 'Orders/45', { ...fields, ...code }),
    (fields, code) => batch(part('PATCH', 'Orders(45)', { ...fields, ...code })),
    (fields, code) => batch(part('PATCH', "/odata/Orders('45')", fields, { headers: code })),
    (fields, code) => call('POST', '$batch', { requests: [part('patch', 'Orders(45)', fields)], ...code }),
    (fields, code) => call('PATCH', 'Customers(9)', { 'Orders@delta': [{ ID: '45', ...fields, ...code }] }),
  ],
  create: (fields) => call('POST', 'Orders', { ID: 'own-key', ...fields }),
  remove: call('DELETE', 'Orders(45)'),
  pair: {
    ids: ['45', '46'],
    email: 'bob@example.com',
    save: (fields) => batch(part('PATCH', 'Orders(45)', fields), part('PATCH', 'Orders/46', fields)),
  },
  missing: [call('PATCH', 'Orders(99)', CLOSED), 404],
  respelt: call('PATCH', "Orders('a')", CLOSED),
  unmapped: [
    call('POST', 'Regions', { Name: 'x' }),
    call('PATCH', 'Regions(1)', { Name: 'x' }),
    batch(part('PATCH', 'Orders(45)', { Subject: 'x' }), part('PATCH', 'Regions(1)', { Name: 'x' })),
  ],
  unknown: [
    call('POST', 'Orders(45)/Svc.close', {}),
    call('POST', 'Orders(45)/close', {}),
    call('POST', 'Orders(45)', CLOSED),
    call('POST', 'Orders/45', CLOSED),
    call('PATCH', 'Orders', CLOSED),
    call('PATCH', 'Regions(1)/Orders(45)', CLOSED),
    {
      ...call('POST', '$batch', '--b\r\n\r\n--b--'),
      headers: { 'content-type': 'multipart/related; boundary=b' },
    },
    { ...call('POST', 'Orders(45)', CLOSED), headers: { 'X-HTTP-Method': 'PATCH' } },
    { ...call('POST', 'Orders(45)', CLOSED), headers: { 'X-HTTP-Method': 'MERGE' } },
  ],
  disguises: [
    ['the name of the key', call('PATCH', 'Orders(ID=45)', CLOSED)],
    ['a key in quotes', call('PATCH', "Orders('45')", CLOSED)],
    ['a key as a segment', call('PATCH', 'Orders/45', CLOSED)],
    ['one property', call('PUT', 'Orders(45)/Status', { value: 'Closed' })],
    ['one property below a key as a segment', call('PUT', 'Orders/45/Status', { value: 'Closed' })],
    ['the address, one property by itself', call('PUT', 'Orders(45)/Email', { value: 'rep@example.com' })],
    ['the address taken away', call('DELETE', 'Orders(45)/Email')],
    ['a batch', batch(part('PATCH', 'Orders(45)', CLOSED))],
    [
      'a batch whose call has an absolute address',
      batch(part('PATCH', 'http://crm/odata/Orders/45', CLOSED)),
    ],
    [
      'a batch of a read and a save',
      batch(part('GET', 'Orders(45)'), part('PATCH', '/odata/Orders(45)', CLOSED)),
    ],
    ['a batch that deletes', batch(part('DELETE', 'Orders(45)'))],
    [
      'a batch within a batch',
      batch(part('POST', '$batch', { requests: [part('PATCH', 'Orders(45)', CLOSED)] })),
    ],
    ['a batch with one property', batch(part('PUT', 'Orders(45)/Status', { value: 'Closed' }))],
    [
      'a batch whose call means another method',
      batch(part('GET', 'Orders(45)', CLOSED, { headers: { 'X-HTTP-Method': 'PATCH' } })),
    ],
    ['a batch whose call has an encoded address', batch(part('PATCH', '%4Frders(45)', CLOSED))],
    ['an action that nobody declared', call('POST', 'Orders(45)/Svc.close', {})],
    ['an action in a batch', batch(part('POST', 'Orders(45)/Svc.close', {}))],
    ['a deep update', call('PATCH', 'Customers(9)', { Orders: [{ ID: '45', ...CLOSED }] })],
    ['a delta', call('PATCH', 'Customers(9)', { 'Orders@delta': [{ ID: '45', ...CLOSED }] })],
    ['a deep insert', call('POST', 'Customers', { Name: 'x', Orders: [{ ID: '45', ...CLOSED }] })],
    ['a path through the customer', call('PATCH', 'Customers(9)/Orders(45)', CLOSED)],
    ['a path through the customer in a batch', batch(part('PATCH', 'Customers(9)/Orders(45)', CLOSED))],
    ['a new record below the customer', call('POST', 'Customers(9)/Orders', { ID: '45', ...CLOSED })],
    [
      'a deep update below what no module maps',
      call('PATCH', 'Customers(9)/Orders', { ID: '45', ...CLOSED }),
    ],
  ],
  nonsense: [
    ['a list', call('PATCH', 'Orders(45)', [])],
    ['JSON that ends early', call('PATCH', 'Orders(45)', '{"Status":')],
    ['the set in small letters', call('PATCH', 'orders(45)', CLOSED)],
    ['another key', call('PATCH', "Orders(Number='k1')", CLOSED)],
    ['another record in the body', call('PATCH', 'Orders(45)', { ...CLOSED, ID: '46' })],
    ['another record by its address', call('PATCH', 'Orders(45)', { ...CLOSED, '@odata.id': 'Orders(46)' })],
    ['the text of a property', call('PUT', 'Orders(45)/Status/$value', { value: 'Closed' })],
    ['a property with something beside it', call('PUT', 'Orders(45)/Status', { value: 'x', Email: 'x' })],
    [
      'a link by a property that is not declared',
      call('PUT', 'Orders(45)/Parent/$ref', { '@odata.id': 'Orders(46)' }),
    ],
    ['a property below a property', call('PUT', 'Orders(45)/Address/Street', { value: 'x' })],
    [
      'a batch of multipart without a request',
      {
        ...call('POST', '$batch', '--b\r\n\r\n--b--'),
        headers: { 'content-type': 'multipart/mixed; boundary=b' },
      },
    ],
    ['a batch without a list', call('POST', '$batch', { requests: {} })],
    ['a batch with a member that is none', batch(part('PATCH', 'Orders(45)', {}, { content: 'x' }))],
    ['a batch with one record twice', batch(part('PATCH', 'Orders(45)', {}), part('DELETE', 'Orders/45'))],
    ['a call that leads elsewhere', batch(part('PATCH', '/other/Orders(45)', CLOSED))],
    ['a call to an earlier one', batch(part('PATCH', '$1', CLOSED))],
    ['a call with a query', batch(part('PATCH', 'Orders(45)?Status=Closed', {}))],
    ['a call whose body is a text', batch({ id: '1', method: 'PATCH', url: 'Orders(45)', body: 'x' })],
    ['a list of an order that is not one', call('PATCH', 'Customers(9)', { 'Orders@odata.bind': ['$1'] })],
  ],
  mistakes: {
    notJson: call('PATCH', 'Orders(45)', '{Status:"Closed"}'),
    twice: call('PATCH', 'Orders(45)', '{"Status":"Open","Status":"Closed"}'),
    inTheAddress: call('PATCH', 'Orders(45)?Status=Closed', {}),
    ofNoModule: call('PATCH', 'Frobs(45)', CLOSED),
    againstItself: call('PATCH', 'Orders(45)', { ...CLOSED, ID: '46' }),
    tooMany: batch(
      ...Array.from({ length: 201 }, (_, index) => part('PATCH', `Orders(${1000 + index})`, CLOSED)),
    ),
  },
  refuses: refuse(400, { error: { code: '400', message: 'no' } }),
  refusalIn({ json }) {
    const error = json['error'] as Record<string, unknown> | undefined;
    return { code: error?.['code'], message: error?.['message'], rules: error?.['rules'] };
  },
  strangerStatus: 401,
});
