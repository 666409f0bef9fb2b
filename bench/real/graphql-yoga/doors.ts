import { call, type Step } from '../system.ts';

const SAVE = 'updateDelivery(id: 45, data: { status: "Delivered" }) { id }';
const TEXT = `mutation { ${SAVE} }`;
const change = (data: string) => `mutation { updateDelivery(id: 45, data: { ${data} }) { id } }`;
const customer = (data: string, id = 1) => `mutation { updateCustomer(id: ${id}, data: { ${data} }) { id } }`;
const IN_VARIABLES =
  'mutation ($id: ID!, $data: DeliveryData!) { updateDelivery(id: $id, data: $data) { id } }';

/** Each with the document and, where it needs more, the rest of the request. */
const DOCUMENTS: readonly (readonly [what: string, query: string, more?: object])[] = [
  ['all in the document', TEXT],
  ['a name for the operation', `mutation Harmless { ${SAVE} }`],
  ['an alias of a name that passes', `mutation { greet(name: "x") b: ${SAVE} }`],
  ['a name that passes as an alias', `mutation { greet: ${SAVE} }`],
  ['a fragment', `mutation { ...f } fragment f on Mutation { ${SAVE} }`],
  [
    'a fragment in a fragment',
    `mutation { ...f } fragment f on Mutation { ...g } fragment g on Mutation { ${SAVE} }`,
  ],
  ['an inline fragment', `mutation { ... on Mutation { ... { ${SAVE} } } }`],
  ['a directive', `mutation ($no: Boolean = true) { ${SAVE.replace(') {', ') @include(if: $no) {')} }`],
  ['variables', IN_VARIABLES, { variables: { id: '45', data: { status: 'Delivered' } } }],
  ['an id as a number', IN_VARIABLES, { variables: { id: 45, data: { status: 'Delivered' } } }],
  [
    'a default of a variable',
    'mutation ($s: String = "Delivered") { updateDelivery(id: 45, data: { status: $s }) { id } }',
  ],
  [
    'a default of the whole input',
    'mutation ($d: DeliveryData! = { status: "Delivered" }) { updateDelivery(id: 45, data: $d) { id } }',
  ],
  ['an escaped text', change('status: "\\u0044elivered"')],
  ['an escaped text in braces', change('status: "\\u{44}elivered"')],
  ['a text in a block', change('status: """\n  Delivered\n"""')],
  ['commas, comments and a mark of byte order', `\ufeff#\nmutation,{,,${SAVE},}`],
  [
    'the operation that is chosen by its name',
    `query a { __typename } mutation b { ${SAVE} }`,
    { operationName: 'b' },
  ],
  [
    'two saves of one record',
    `mutation { a: updateDelivery(id: 45, data: { note: "x" }) { id } b: ${SAVE} }`,
  ],
  ['several at once', 'mutation { updateDeliveries(ids: [46, 45], data: { status: "Delivered" }) { id } }'],
  [
    'a single id where a list is meant',
    'mutation { updateDeliveries(ids: 45, data: { status: "Delivered" }) { id } }',
  ],
  ['a list of records', 'mutation { saveDeliveries(deliveries: [{ id: 45, status: "Delivered" }]) { id } }'],
  [
    'one record where a list is meant',
    'mutation { saveDeliveries(deliveries: { id: 45, status: "Delivered" }) { id } }',
  ],
  [
    'records that a filter chooses',
    'mutation { updateDeliveriesWhere(where: { status: "Open" }, data: { status: "Delivered" }) { id } }',
  ],
  ['an action', 'mutation { deliver(input: { id: 45 }) { id } }'],
  ['an action of all records', 'mutation { deliverAll }'],
  [
    'a create with an id that is there',
    'mutation { createDelivery(data: { id: 45, status: "Delivered" }) { id } }',
  ],
  [
    'another id among the fields',
    'mutation { updateDelivery(id: 46, data: { id: 45, status: "Delivered" }) { id } }',
  ],
  ['another owner', change('customerId: 2')],
  ['no owner', change('customerId: null')],
  ['another owner as an object', change('customer: { connect: { id: 2 } }')],
  ['no owner as an object', change('customer: { disconnect: true }')],
  ['a new owner', change('customer: { create: { email: "rep@example.com" } }')],
  ['the address through the delivery', change('customer: { update: { email: "rep@example.com" } }')],
  ['nested', customer('deliveries: { update: [{ where: { id: 45 }, data: { status: "Delivered" } }] }')],
  [
    'nested, as one where a list is meant',
    customer('deliveries: { update: { where: { id: 45 }, data: { status: "Delivered" } } }'),
  ],
  [
    'nested in another customer',
    customer('deliveries: { update: [{ where: { id: 45 }, data: { status: "Delivered" } }] }', 2),
  ],
  [
    'nested, by a filter',
    customer('deliveries: { updateMany: [{ where: {}, data: { status: "Delivered" } }] }'),
  ],
  [
    'nested twice',
    'mutation { createDelivery(data: { customer: { create: { deliveries: { update: [{ where: { id: 45 }, data: { status: "Delivered" } }] } } } }) { id } }',
  ],
  ['taken by another customer', customer('deliveries: { connect: [{ id: 45 }] }', 2)],
  [
    'taken by a new customer',
    'mutation { createCustomer(data: { email: "rep@example.com", deliveries: { connect: [{ id: 45 }] } }) { id } }',
  ],
  ['given away', customer('deliveries: { disconnect: [{ id: 45 }] }')],
  ['left out of the list', customer('deliveries: { set: [{ id: 46 }] }')],
  ['the list emptied', customer('deliveries: { set: [] }')],
  ['the address of the owner', customer('email: "rep@example.com"')],
  ['no address of the owner', customer('email: null')],
  [
    'a create with an id that is there and another owner',
    'mutation { createDelivery(data: { id: 45, customerId: 2 }) { id } }',
  ],
  [
    'a nested create with an id that is there',
    customer('deliveries: { create: [{ id: 45, status: "Delivered" }] }'),
  ],
  [
    'a nested create of the owner with its id',
    'mutation { updateDelivery(id: 46, data: { customer: { create: { id: 1, email: "rep@example.com" } } }) { id } }',
  ],
  ['the owner made anew', 'mutation { createCustomer(data: { id: 1, email: "rep@example.com" }) { id } }'],
  ['the owner deleted', 'mutation { deleteCustomer(id: 1) }'],
  ['a kept document', '', { documentId: 'deliver' }],
  [
    'a kept document by its digest',
    '',
    { extensions: { persistedQuery: { version: 1, sha256Hash: 'deliver' } } },
  ],
  ['a kept document beside a text', '{ __typename }', { documentId: 'deliver' }],
  [
    'a kept document by its digest beside a text',
    '{ __typename }',
    { extensions: { persistedQuery: { version: 1, sha256Hash: 'deliver' } } },
  ],
];

/** Every other way to a delivered order, or to the address of its customer. */
export function doorsOf(gateway: string): readonly Step[] {
  const at = (path: string) => `${gateway}${path}`;
  const typed = (type: string, body: string, path = '/graphql') =>
    call(at(path), 'POST', body, { 'content-type': type });
  const post = (path: string, body: unknown) => call(at(path), 'POST', body);
  const encoded = encodeURIComponent(TEXT);
  const parts = (...all: readonly (readonly [name: string, value: string])[]) => {
    const text = all.map(
      ([name, value]) => `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
    );
    return typed('multipart/form-data; boundary=b', `${text.join('')}--b--\r\n`);
  };
  return [
    ...DOCUMENTS.map(
      ([what, query, more]): Step => [
        what,
        () => post('/graphql', { ...(query !== '' && { query }), ...more }),
      ],
    ),
    ['a batch', () => post('/graphql', [{ query: '{ __typename }' }, { query: TEXT }])],
    ['a list of one', () => post('/graphql', [{ query: TEXT }])],
    [
      'a kept document in a batch',
      () => post('/graphql', [{ query: '{ __typename }' }, { documentId: 'deliver' }]),
    ],
    ['the document alone', () => typed('application/graphql', TEXT)],
    ['a form', () => typed('application/x-www-form-urlencoded', `query=${encoded}`)],
    ['an upload', () => parts(['operations', JSON.stringify({ query: TEXT })], ['map', '{}'])],
    ['a text', () => typed('text/plain', JSON.stringify({ query: TEXT }))],
    ['no type', () => typed('', JSON.stringify({ query: TEXT }))],
    ['the type of answers', () => typed('application/graphql+json', JSON.stringify({ query: TEXT }))],
    ['a GET', () => call(at(`/graphql?query=${encoded}`), 'GET')],
    ['a kept document in a GET', () => call(at('/graphql?documentId=deliver'), 'GET')],
    [
      'a kept digest in a GET',
      () =>
        call(
          at(`/graphql?extensions=${encodeURIComponent('{"persistedQuery":{"sha256Hash":"deliver"}}')}`),
          'GET',
        ),
    ],
    ['the address of a POST', () => post(`/graphql?query=${encoded}`, {})],
    [
      'a query in the body and a mutation in the address',
      () => post(`/graphql?query=${encoded}`, { query: '{ __typename }' }),
    ],
    [
      'two documents',
      () => typed('application/json', `{"query":"{ __typename }","query":${JSON.stringify(TEXT)}}`),
    ],
    ['another case of the path', () => post('/GraphQL', { query: TEXT })],
    ['an encoded path', () => post('/%67raphql', { query: TEXT })],
    ['a slash at the end', () => post('/graphql/', { query: TEXT })],
    ['two slashes', () => post('//graphql', { query: TEXT })],
    [
      'events in the answer',
      () => call(at('/graphql'), 'POST', { query: TEXT }, { accept: 'text/event-stream' }),
    ],
  ];
}
