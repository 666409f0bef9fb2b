import { call, type Step } from './system.ts';

const NODE_ID = 'WyJkZWxpdmVyaWVzIiwxXQ==';
const CUSTOMER_ID = 'WyJjdXN0b21lcnMiLDFd';
const DELIVERED = 'deliveryPatch: { status: "Delivered" }';
const SAVE = `updateDeliveryById(input: { id: 1, ${DELIVERED} }) { clientMutationId }`;
const change = (patch: string) =>
  `mutation { updateDeliveryById(input: { id: 1, deliveryPatch: { ${patch} } }) { clientMutationId } }`;
const customer = (patch: string) =>
  `mutation { updateCustomerById(input: { id: 1, customerPatch: { ${patch} } }) { clientMutationId } }`;

/** Each with the document and, where it needs more, the rest of the request. */
const DOCUMENTS: readonly (readonly [what: string, query: string, more?: object])[] = [
  ['all in the document', `mutation { ${SAVE} }`],
  ['a name for the operation', `mutation Harmless { ${SAVE} }`],
  ['an alias', `mutation { greet: ${SAVE} }`],
  ['an alias of a name that passes', `mutation { greet(input: { name: "x" }) { string } b: ${SAVE} }`],
  ['a fragment', `mutation { ...f } fragment f on Mutation { ${SAVE} }`],
  [
    'a fragment in a fragment',
    `mutation { ...f } fragment f on Mutation { ...g } fragment g on Mutation { ${SAVE} }`,
  ],
  ['an inline fragment', `mutation { ... on Mutation { ... { ${SAVE} } } }`],
  [
    'a directive',
    `mutation ($no: Boolean = false) { ${SAVE.replace(') {', ') @skip(if: $no) {')} }`,
    { variables: { no: false } },
  ],
  [
    'variables',
    'mutation ($id: Int!, $p: DeliveryPatch!) { updateDeliveryById(input: { id: $id, deliveryPatch: $p }) { clientMutationId } }',
    { variables: { id: 1, p: { status: 'Delivered' } } },
  ],
  [
    'the whole input in a variable',
    'mutation ($i: UpdateDeliveryByIdInput!) { updateDeliveryById(input: $i) { clientMutationId } }',
    { variables: { i: { id: 1, deliveryPatch: { status: 'Delivered' } } } },
  ],
  [
    'a default of a variable',
    'mutation ($s: String = "Delivered") { updateDeliveryById(input: { id: 1, deliveryPatch: { status: $s } }) { clientMutationId } }',
  ],
  [
    'a default of the whole input',
    `mutation ($i: UpdateDeliveryByIdInput = { id: 1, ${DELIVERED} }) { updateDeliveryById(input: $i) { clientMutationId } }`,
  ],
  [
    'an id as a number with a point',
    'mutation ($id: Int!) { updateDeliveryById(input: { id: $id, deliveryPatch: { status: "Delivered" } }) { clientMutationId } }',
    { variables: '{"id":1.0}' },
  ],
  [
    'an id with an exponent',
    'mutation ($id: Int!) { updateDeliveryById(input: { id: $id, deliveryPatch: { status: "Delivered" } }) { clientMutationId } }',
    { variables: '{"id":1e0}' },
  ],
  ['an id as a text', `mutation { ${SAVE.replace('id: 1', 'id: "1"')} }`],
  ['an escaped text', change('status: "\\u0044elivered"')],
  ['a text in a block', change('status: """\n  Delivered\n"""')],
  ['commas and comments', `#\nmutation,{,,${SAVE},}`],
  ['another key in the patch', change('id: 1, status: "Delivered"')],
  [
    'the operation that is chosen by its name',
    `query a { __typename } mutation b { ${SAVE} }`,
    { operationName: 'b' },
  ],
  ['two operations without a name', `query a { __typename } mutation b { ${SAVE} }`],
  [
    'by nodeId',
    `mutation { updateDelivery(input: { nodeId: "${NODE_ID}", ${DELIVERED} }) { clientMutationId } }`,
  ],
  [
    'by a nodeId that is spelt otherwise',
    `mutation { updateDelivery(input: { nodeId: "WyJkZWxpdmVyaWVzIiwgMV0=", ${DELIVERED} }) { clientMutationId } }`,
  ],
  [
    'a nodeId beside what passes',
    `mutation { greet(input: { name: "x" }) { string } updateDelivery(input: { nodeId: "${NODE_ID}", ${DELIVERED} }) { clientMutationId } }`,
  ],
  ['a function that is described', 'mutation { deliver(input: { deliveryId: 1 }) { clientMutationId } }'],
  ['a function of all records', 'mutation { deliverAll(input: {}) { clientMutationId } }'],
  ['small letters', `mutation { ${SAVE.replace('updateDelivery', 'updatedelivery')} }`],
  [
    'a create with a key that is there',
    'mutation { createDelivery(input: { delivery: { id: 1, status: "Delivered", customerId: 1 } }) { clientMutationId } }',
  ],
  ['deleted by nodeId', `mutation { deleteDelivery(input: { nodeId: "${NODE_ID}" }) { clientMutationId } }`],
  ['another owner', change('customerId: 2')],
  ['no owner', change('customerId: null')],
  [
    'another owner, as plug-ins for nested mutations write it',
    change('customerToCustomerId: { connectById: { id: 2 } }'),
  ],
  [
    'a nested update, as plug-ins write it',
    customer('deliveriesUsingId: { updateById: [{ id: 1, deliveryPatch: { status: "Delivered" } }] }'),
  ],
  ['the address of the owner', customer('email: "rep@example.com"')],
  ['no address of the owner', customer('email: null')],
  [
    'the address by nodeId',
    `mutation { updateCustomer(input: { nodeId: "${CUSTOMER_ID}", customerPatch: { email: "rep@example.com" } }) { clientMutationId } }`,
  ],
  ['the owner deleted', 'mutation { deleteCustomerById(input: { id: 1 }) { clientMutationId } }'],
  [
    'the owner deleted by nodeId',
    `mutation { deleteCustomer(input: { nodeId: "${CUSTOMER_ID}" }) { clientMutationId } }`,
  ],
];

/** Every other way to a delivered order, or to the address of its customer. */
export function doorsOf(gateway: string): readonly Step[] {
  const at = (path: string) => `${gateway}${path}`;
  const text = `mutation { ${SAVE} }`;
  const typed = (type: string, body: string, path = '/graphql') =>
    call(at(path), 'POST', body, { 'content-type': type });
  const encoded = encodeURIComponent(text);
  return [
    ...DOCUMENTS.map(
      ([what, query, more = {}]): Step => [
        what,
        () => call(at('/graphql'), 'POST', bodyOf(query, more), { 'content-type': 'application/json' }),
      ],
    ),
    ['a batch', () => call(at('/graphql'), 'POST', [{ query: '{ __typename }' }, { query: text }])],
    ['a list of one', () => call(at('/graphql'), 'POST', [{ query: text }])],
    ['the document alone', () => typed('application/graphql', text)],
    ['a form', () => typed('application/x-www-form-urlencoded', `query=${encoded}`)],
    [
      'an upload',
      () =>
        typed(
          'multipart/form-data; boundary=b',
          `--b\r\nContent-Disposition: form-data; name="query"\r\n\r\n${text}\r\n--b--\r\n`,
        ),
    ],
    ['a text', () => typed('text/plain', JSON.stringify({ query: text }))],
    ['a GET', () => call(at(`/graphql?query=${encoded}`), 'GET')],
    ['the address of a POST', () => call(at(`/graphql?query=${encoded}`), 'POST', {})],
    [
      'a query in the body and a mutation in the address',
      () => call(at(`/graphql?query=${encoded}`), 'POST', { query: '{ __typename }' }),
    ],
    [
      'two documents',
      () => typed('application/json', `{"query":"{ __typename }","query":${JSON.stringify(text)}}`),
    ],
    [
      'a kept document beside the text',
      () =>
        call(at('/graphql'), 'POST', {
          query: text,
          extensions: { persistedQuery: { version: 1, sha256Hash: 'a' } },
        }),
    ],
    ['another case of the path', () => call(at('/GraphQL'), 'POST', { query: text })],
    ['an encoded path', () => call(at('/%67raphql'), 'POST', { query: text })],
    ['a slash at the end', () => call(at('/graphql/'), 'POST', { query: text })],
    ['two slashes', () => call(at('//graphql'), 'POST', { query: text })],
    ['the page', () => call(at('/graphiql'), 'POST', { query: text })],
    ['the stream', () => call(at('/graphql/stream'), 'POST', { query: text })],
    ['a socket', () => socket(at('/graphql'), 'graphql-transport-ws', 'subscribe', text)],
    ['a socket of the older protocol', () => socket(at('/graphql'), 'graphql-ws', 'start', text)],
  ];
}

/** A number as it is written cannot be said by a value, so variables may be a text. */
function bodyOf(query: string, { variables, ...more }: { readonly variables?: unknown }): string {
  const body = JSON.stringify({ query, ...more, ...(typeof variables === 'object' && { variables }) });
  return typeof variables === 'string' ? `${body.slice(0, -1)},"variables":${variables}}` : body;
}

/** PostGraphile's sockets run mutations, too. */
function socket(url: string, protocol: string, type: string, query: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const channel = new WebSocket(url.replace('http', 'ws'), protocol);
    channel.onerror = () => reject(new Error('the socket did not open'));
    channel.onopen = () => channel.send(JSON.stringify({ type: 'connection_init', payload: {} }));
    channel.onmessage = ({ data }) => {
      const { type: said } = JSON.parse(String(data)) as { type: string };
      if (said === 'connection_ack') channel.send(JSON.stringify({ id: '1', type, payload: { query } }));
      else if (said === 'next' || said === 'data' || said === 'error') resolve(data);
    };
  });
}
