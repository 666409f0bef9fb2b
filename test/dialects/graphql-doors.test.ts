import { startGraphql } from '../harness/graphql-crm.ts';
import { describeDoors } from './doors.ts';

const request = (query: string, variables?: object, more: object = {}) =>
  JSON.stringify({ query, variables, ...more });
const LINE = 'POST /graphql';
const CLOSE = 'updateTask(id: 45, data: {status: "Closed"}) { id }';
const boundary = '----x';
const upload = [
  `--${boundary}`,
  'Content-Disposition: form-data; name="operations"',
  '',
  request(`mutation { ${CLOSE} }`),
  `--${boundary}--`,
  '',
].join('\r\n');

describeDoors('GraphQL', {
  async start() {
    const task = { subject: 'Two boxes', status: 'Open', customer: '9' };
    const crm = await startGraphql({
      'Task/45': { id: '45', ...task },
      'Task/46': { id: '46', ...task, status: 'Closed' },
      'Customer/9': { id: '9', name: 'Acme', email: 'ann@example.com' },
      'Customer/8': { id: '8', name: 'Rep', email: 'rep@example.com' },
    });
    return { ...crm, stored: () => crm.records.get('Task/45') };
  },
  modules: {
    Task: {
      dialect: 'graphql',
      path: '/graphql',
      mutations: {
        updateTask: { id: 'id', fields: 'data' },
        updateTasks: { id: 'ids', fields: 'data' },
        finishTask: { id: '/input/taskId', set: { status: 'Closed' } },
        createTask: { operation: 'create', fields: 'data' },
      },
      record: 'query ($id: ID!) { task(id: $id) { id subject status customer } }',
    },
    Customer: {
      dialect: 'graphql',
      path: '/graphql',
      mutations: { updateCustomer: { id: 'id', fields: 'data' } },
      record: 'query ($id: ID!) { customer(id: $id) { id name email } }',
    },
  },
  rules: [
    {
      id: 7,
      name: 'Closing',
      module: 'Task',
      when: { changed_to: ['status', 'Closed'] },
      send: {
        to: [
          {
            channel: 'email',
            address: { via: 'customer', module: 'Customer', field: 'email', reverse: ['tasks'] },
          },
        ],
      },
    },
  ],
  headers: ['Authorization: Bearer rep'],
  refused: [
    ['a save in the plain spelling', 428, { line: LINE, body: request(`mutation { ${CLOSE} }`) }],
    [
      'the mutation that finishes',
      428,
      { line: LINE, body: request('mutation { finishTask(input: {taskId: 45}) { id } }') },
    ],
    [
      'a create with the id of a record that may be there',
      400,
      { line: LINE, body: request('mutation { createTask(data: {id: 45, customer: 8}) { id } }') },
    ],
    [
      'a create of an id beside its fields',
      400,
      { line: LINE, body: request('mutation { createTask(ID: "45", data: {customer: 8}) { id } }') },
    ],
    ...[
      'upsert: true',
      'on_conflict: {constraint: task_subject_key, update_columns: [status]}',
      'onConflict: REPLACE',
    ].map((argument): [string, number, { line: string; body: string }] => [
      `a create that may change a record, by ${argument},`,
      400,
      { line: LINE, body: request(`mutation { createTask(data: {subject: "x"}, ${argument}) { id } }`) },
    ]),
    ['a path below the address', 428, { line: 'POST /graphql/any', body: request(`mutation { ${CLOSE} }`) }],
    [
      'an encoded letter of the path',
      400,
      { line: 'POST /graph%71l', body: request(`mutation { ${CLOSE} }`) },
    ],
    [
      'another owner of the task',
      428,
      { line: LINE, body: request('mutation { updateTask(id: 45, data: {customer: 8}) { id } }') },
    ],
    [
      'another owner from the other side, by a list that stands for all,',
      400,
      { line: LINE, body: request('mutation { updateCustomer(id: 8, data: {tasks: [{id: 45}]}) { id } }') },
    ],
    [
      'the address of the owner',
      428,
      { line: LINE, body: request('mutation { updateCustomer(id: 9, data: {email: null}) { id } }') },
    ],
    ['a mutation in a GET', 403, { line: `GET /graphql?query=${encodeURIComponent(`mutation{${CLOSE}}`)}` }],
    [
      'a mutation in a GET, encoded twice',
      403,
      { line: `GET /graphql?query=${encodeURIComponent(encodeURIComponent(`mutation{${CLOSE}}`))}` },
    ],
    ['a kept document in a GET', 403, { line: 'GET /graphql?extensions=%7B%7D' }],
    ['a kept document under a name', 400, { line: LINE, body: '{"id":"close"}' }],
    [
      'two documents',
      400,
      { line: 'POST /graphql?query=%7Btasks%7Bid%7D%7D', body: request(`mutation { ${CLOSE} }`) },
    ],
    ...[
      'id',
      'doc_id',
      'documentHash',
      'operationId',
      'sha256Hash',
      'persistedQueryId',
      'Doc-ID',
      'q[id]',
    ].map(
      (name) =>
        [
          `a document that the server keeps, named in the address by ${name},`,
          400,
          { line: `POST /graphql?${name}=close`, body: request('{ tasks { id } }') },
        ] as const,
    ),
    [
      'a document that is no JSON',
      415,
      { line: LINE, headers: ['Content-Type: application/graphql'], body: `mutation { ${CLOSE} }` },
    ],
    [
      'a form',
      400,
      {
        line: LINE,
        headers: ['Content-Type: application/x-www-form-urlencoded'],
        body: `query=${encodeURIComponent(`mutation { ${CLOSE} }`)}`,
      },
    ],
    [
      'an upload',
      400,
      { line: LINE, headers: [`Content-Type: multipart/form-data; boundary=${boundary}`], body: upload },
    ],
    [
      'a socket',
      426,
      {
        line: 'GET /graphql',
        headers: [
          'Connection: Upgrade',
          'Upgrade: websocket',
          'Sec-WebSocket-Version: 13',
          'Sec-WebSocket-Protocol: graphql-transport-ws',
          'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
        ],
      },
    ],
    ['members in another case', 400, { line: LINE, body: '{"query":"{tasks{id}}","Query":"x"}' }],
    [
      'a number that a database reads alike',
      400,
      {
        line: LINE,
        body: request('mutation ($id: ID!) { updateTask(id: $id, data: {status: "Closed"}) { id } }', {
          id: '045',
        }),
      },
    ],
  ],
  honest: [
    [
      'a query',
      { line: LINE, body: request('{ tasks { id } }') },
      '/graphql',
      '{"query":"{\\u000a  tasks {\\u000a    id\\u000a  }\\u000a}"}',
    ],
    ...['key=1', 'api_key=1', 'client_id=1', 'op=Tasks', 'opname=Tasks', 'locale=fr', 'requestId=7'].map(
      (query) =>
        [
          `a query with ${query} in its address`,
          { line: `POST /graphql?${query}`, body: request('{ tasks { id } }') },
          `/graphql?${query}`,
        ] as const,
    ),
    [
      'a mutation of something else',
      { line: LINE, body: request('mutation { updateTask(id: 45, data: {subject: "three"}) { id } }') },
      '/graphql',
    ],
    [
      'what the task already says',
      { line: LINE, body: request('mutation { updateTask(id: 46, data: {status: "Closed"}) { id } }') },
      '/graphql',
    ],
    [
      'a query beside mutations that are not meant',
      {
        line: LINE,
        body: request(`query A { tasks { id } } mutation B { ${CLOSE} }`, undefined, { operationName: 'A' }),
      },
      '/graphql',
    ],
    [
      'a document with its digest, which the server does not see,',
      {
        line: LINE,
        body: request(
          '{ tasks { id } }',
          {},
          { extensions: { persistedQuery: { version: 1, sha256Hash: 'x' } } },
        ),
      },
      '/graphql',
      '{"query":"{\\u000a  tasks {\\u000a    id\\u000a  }\\u000a}","variables":{},"extensions":{}}',
    ],
    [
      'a query in a GET',
      { line: `GET /graphql?query=${encodeURIComponent('{ tasks { id } }')}` },
      `/graphql?query=${encodeURIComponent('{ tasks { id } }')}`,
    ],
    [
      'a new task',
      {
        line: LINE,
        body: request('mutation ($d: TaskInput!) { createTask(data: $d) { id } }', {
          d: { status: 'Open', customer: '9' },
        }),
      },
      '/graphql',
    ],
    [
      'a subscription that the server answers',
      { line: LINE, body: request('query { __schema { subscriptionType { name } } }') },
      '/graphql',
    ],
  ],
});
