import { describe, expect, it } from 'vitest';
import { graphql } from '../../src/dialects/graphql/graphql.ts';
import { refuse } from '../harness/answers.ts';
import { startGraphql } from '../harness/graphql-crm.ts';
import { type Call, describeDialect } from './contract.ts';

const STORED = { id: '45', subject: 'Two boxes', status: 'Open', email: 'ann@example.com', customer: '9' };
const CLOSED = { status: 'Closed' };

const call = (body: unknown, more: object = {}): Call => ({
  method: 'POST',
  path: '/graphql',
  body,
  ...more,
});
const UPDATE = 'mutation ($id: ID!, $data: TaskInput!) { updateTask(id: $id, data: $data) { id } }';
const update = (data: object, id: unknown = '45') => ({ query: UPDATE, variables: { id, data } });
const text = (query: string, more: object = {}) => call({ query, ...more });
/** The fields as they stand in a document. */
const literal = (fields: object) =>
  `{${Object.entries(fields)
    .map(([name, value]) => `${name.replaceAll('-', '_')}: ${JSON.stringify(value)}`)
    .join(', ')}}`;
const CLOSE = 'updateTask(id: 45, data: {status: "Closed"}) { id }';

describeDialect('graphql', {
  async start() {
    const crm = await startGraphql({
      'Task/45': STORED,
      'Task/46': { ...STORED, id: '46', email: 'bob@example.com' },
      'Customer/9': { id: '9', name: 'Acme' },
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
        saveTasks: { fields: 'tasks' },
        updateWhere: { id: '/where/id', fields: 'data' },
        createTask: { operation: 'create', fields: 'data' },
        deleteTask: { operation: 'delete', id: 'id' },
        finishTask: { id: '/input/taskId', set: { status: 'Closed' } },
        login: { harmless: true },
      },
      record: 'query ($id: ID!) { task(id: $id) { id subject status email customer } }',
    },
    Customer: {
      dialect: 'graphql',
      path: '/graphql',
      mutations: { updateCustomer: { id: 'id', fields: 'data' } },
      record: 'query ($id: ID!) { customer(id: $id) { id name } }',
      relations: { tasks: 'Task' },
    },
  },
  module: 'Task',
  fields: { status: 'status', email: 'email', subject: 'subject' },
  credentials: 'Bearer rep',
  reads: [{ method: 'GET', path: `/graphql?query=${encodeURIComponent('{ tasks { id status } }')}` }],
  harmless: [
    text('query All { tasks { id } } mutation Close { updateTask(id: 45, data: {}) { id } }', {
      operationName: 'All',
    }),
    text('mutation { login(user: "ann", password: "x") __typename }'),
    call([{ query: '{ tasks { id } }' }, { query: '{ task(id: 45) { status } }' }]),
  ],
  save: (fields) => call(update(fields)),
  places: [
    (fields, code) => call(update({ ...fields, ...code })),
    (fields, code) =>
      text(`mutation { updateTask(id: "45", data: ${literal({ ...fields, ...code })}) { id } }`),
    (fields, code) =>
      text(
        `mutation ($data: TaskInput!) { updateTask(id: 45, data: $data, ${literal(code).slice(1, -1)}) { id } }`,
        {
          variables: { data: fields },
        },
      ),
    (fields, code) => call({ ...update(fields), ...code }),
    (fields, code) => call([update({ ...fields, ...code })]),
    (fields, code) => {
      const [[name = '', value] = []] = Object.entries(code);
      const query = `mutation ($code: String, $data: TaskInput!) { updateTask(id: 45, data: $data, ${name.replaceAll('-', '_')}: $code) { id } }`;
      return text(query, { variables: { code: value, data: fields } });
    },
  ],
  create: (fields) =>
    text('mutation ($data: TaskInput!) { createTask(data: $data) { id } }', { variables: { data: fields } }),
  remove: text('mutation { deleteTask(id: 45) { id } }'),
  pair: {
    ids: ['45', '46'],
    email: 'bob@example.com',
    save: (fields) =>
      text('mutation ($data: TaskInput!) { updateTasks(ids: ["45", "46"], data: $data) { id } }', {
        variables: { data: fields },
      }),
  },
  missing: [call(update(CLOSED, '99')), 200],
  respelt: call(update(CLOSED, '045')),
  unmapped: [
    text('mutation { addRegion(name: "North") }'),
    text('mutation { addRegion(name: "North") updateTask(id: 45, data: {subject: "x"}) { id } }'),
  ],
  unknown: [
    { method: 'PUT', path: '/graphql', body: update(CLOSED) },
    { method: 'GET', path: `/graphql?query=${encodeURIComponent(`mutation { ${CLOSE} }`)}` },
    { method: 'GET', path: '/graphql?documentId=close' },
    {
      method: 'GET',
      path: `/graphql?extensions=${encodeURIComponent('{"persistedQuery":{"sha256Hash":"close"}}')}`,
    },
  ],
  disguises: [
    ['an alias', text(`mutation { harmless: ${CLOSE} }`)],
    ['a document with literals', text(`mutation { ${CLOSE} }`)],
    ['a fragment', text(`mutation { ...F } fragment F on Mutation { ${CLOSE} }`)],
    [
      'a fragment in a fragment',
      text(`mutation { ...F } fragment F on Mutation { ...G } fragment G on Mutation { ${CLOSE} }`),
    ],
    ['an inline fragment', text(`mutation { ... on Mutation @include(if: true) { ${CLOSE} } }`)],
    ['a variable', call(update(CLOSED))],
    [
      'a variable that is one field',
      text('mutation ($s: String) { updateTask(id: 45, data: {status: $s}) { id } }', {
        variables: { s: 'Closed' },
      }),
    ],
    [
      'the default of a variable',
      text('mutation ($s: String = "Closed") { updateTask(id: 45, data: {status: $s}) { id } }'),
    ],
    [
      'the default of the fields',
      text('mutation ($d: TaskInput! = {status: "Closed"}) { updateTask(id: 45, data: $d) { id } }'),
    ],
    [
      'one of several operations',
      text(`query A { tasks { id } } mutation B { ${CLOSE} }`, { operationName: 'B' }),
    ],
    ['the second mutation of a document', text(`mutation { login(user: "a", password: "b") ${CLOSE} }`)],
    ['a comment', text(`# query\nmutation {,,, ${CLOSE} }`)],
    ['a block of text', text('mutation { updateTask(id: 45, data: {status: """Closed"""}) { id } }')],
    ['a list of requests', call([{ query: '{ tasks { id } }' }, update(CLOSED)])],
    ['a list of ids', text('mutation { updateTasks(ids: [46, 45], data: {status: "Closed"}) { id } }')],
    [
      'one id in the place of a list',
      text('mutation { updateTasks(ids: 45, data: {status: "Closed"}) { id } }'),
    ],
    [
      'a list of records',
      text('mutation { saveTasks(tasks: [{id: 46, subject: "x"}, {id: 45, status: "Closed"}]) { id } }'),
    ],
    ['a mutation that finishes', text('mutation { finishTask(input: {taskId: 45}) { id } }')],
    ['a filter', text('mutation { updateWhere(where: {status: "Open"}, data: {status: "Closed"}) { id } }')],
    [
      'a task of a customer',
      text('mutation { updateCustomer(id: 9, data: {tasks: [{id: 45, status: "Closed"}]}) { id } }'),
    ],
    [
      'the address, by an alias',
      text('mutation { a: updateTask(id: 45, data: {email: "rep@example.com"}) { id } }'),
    ],
    ['a document that the server keeps', call({ documentId: 'close' })],
    [
      'a document that the server keeps, beside a query',
      call({ query: '{ tasks { id } }', documentId: 'close' }),
    ],
    ['a digest', call({ extensions: { persistedQuery: { version: 1, sha256Hash: 'close' } } })],
    [
      'a document in the address',
      call(
        { query: '{ tasks { id } }' },
        { path: `/graphql?query=${encodeURIComponent(`mutation { ${CLOSE} }`)}` },
      ),
    ],
  ],
  nonsense: [
    ['no document', call({ variables: {} })],
    ['a document that ends early', text('mutation { updateTask(')],
    ['a document that is a schema', text('type Mutation { a: Int } mutation { a }')],
    ['two operations and no name', text(`query A { tasks { id } } mutation B { ${CLOSE} }`)],
    ['the name of no operation', text(`mutation B { ${CLOSE} }`, { operationName: 'A' })],
    [
      'two operations of one name',
      text(`mutation B { addRegion(name: "x") } mutation B { ${CLOSE} }`, { operationName: 'B' }),
    ],
    [
      'variables that are a text',
      call({ query: UPDATE, variables: '{"id":"45","data":{"status":"Closed"}}' }),
    ],
    [
      'a variable that is declared twice',
      text(
        'mutation ($s: String = "Open", $s: String = "Closed") { updateTask(id: 45, data: {status: $s}) { id } }',
      ),
    ],
    ['a variable that is not declared', text('mutation { updateTask(id: 45, data: {status: $s}) { id } }')],
    [
      'an argument that stands there twice',
      text('mutation { updateTask(id: 46, id: 45, data: {status: "Closed"}) { id } }'),
    ],
    [
      'a fragment that stands there twice',
      text(
        `mutation { ...F } fragment F on Mutation { addRegion(name: "x") } fragment F on Mutation { ${CLOSE} }`,
      ),
    ],
    ['a fragment that holds itself', text('mutation { ...F } fragment F on Mutation { ...F }')],
    ['a fragment that is not there', text('mutation { ...F }')],
    ['no id', text('mutation { updateTask(data: {status: "Closed"}) { id } }')],
    [
      'the id of another record among the fields',
      text('mutation { updateTask(id: 45, data: {id: 46, status: "Closed"}) { id } }'),
    ],
    [
      'one record twice',
      text('mutation { a: updateTask(id: 45, data: {}) { id } b: updateTask(id: "45", data: {}) { id } }'),
    ],
    [
      'a code that is also a value',
      text('mutation ($c: String) { updateTask(id: 45, data: {subject: $c, OTPRULES_OTP_7: $c}) { id } }', {
        variables: { c: '123456' },
      }),
    ],
    [
      'a code as the name of an answer',
      text('mutation { OTPRULES_OTP_7: updateTask(id: 45, data: {}) { id } }'),
    ],
    ['a list of none', call([])],
    [
      'values that nest without end',
      text(`mutation { updateTask(id: 45, data: {a: ${'['.repeat(4000)}${']'.repeat(4000)}}) { id } }`),
    ],
    [
      '10,000 aliases',
      text(`mutation { ${Array.from({ length: 10_000 }, (_, index) => `a${index}: ${CLOSE}`).join(' ')} }`),
    ],
    ['a million tokens', text(`query { ${'a '.repeat(1_000_000)} }`)],
    [
      'fragments that double each other',
      text(
        `mutation { ...F0 } ${Array.from({ length: 30 }, (_, index) => `fragment F${index} on Mutation { ...F${index + 1} ...F${index + 1} }`).join(' ')} fragment F30 on Mutation { ${CLOSE} }`,
      ),
    ],
  ],
  mistakes: {
    notJson: call('{query: "mutation"}'),
    twice: text('mutation { updateTask(id: 45, data: {status: "Open", status: "Closed"}) { id } }'),
    inTheAddress: call(update({}), { path: '/graphql?status=Closed' }),
    ofNoModule: text('mutation { updateFrob(id: 45, data: {status: "Closed"}) { id } }'),
    againstItself: call(update({ ...CLOSED, id: '46' })),
    tooMany: text(
      `mutation { ${Array.from({ length: 201 }, (_, index) => `a${index}: updateTask(id: ${1000 + index}, data: {status: "Closed"}) { id }`).join(' ')} }`,
    ),
  },
  refuses: refuse(400, { errors: [{ message: 'no' }] }),
  refusalIn({ json }) {
    const [error] = (json['errors'] ?? []) as Record<string, unknown>[];
    const extensions = error?.['extensions'] as Record<string, unknown> | undefined;
    return { code: extensions?.['code'], message: error?.['message'], rules: extensions?.['rules'] };
  },
  isRead: ({ method, body }) => method === 'GET' || body.toString().startsWith('{"query":"query ($id'),
  strangerStatus: 401,
});

describe('the answer to a mutation', () => {
  const failed = (code: string | undefined, path: readonly string[] = ['a']) => ({
    message: 'no',
    path,
    ...(code && { extensions: { code } }),
  });
  it.each([
    ['with a value', { data: { a: { id: 45 } } }, 'saved'],
    [
      'with a value and an error below it',
      { data: { a: { id: 45 } }, errors: [failed(undefined, ['a', 'b'])] },
      'saved',
    ],
    ['that was not run', { errors: [{ message: 'syntax' }] }, 'notSaved'],
    ['whose input was at fault', { data: { a: null }, errors: [failed('BAD_USER_INPUT')] }, 'notSaved'],
    ['of a server that failed', { data: { a: null }, errors: [failed('INTERNAL_SERVER_ERROR')] }, 'unknown'],
    ['of a server that does not say why', { data: null, errors: [failed(undefined)] }, 'unknown'],
    ['whose answer could not be made', { data: null, errors: [failed('FORBIDDEN', ['a', 'b'])] }, 'unknown'],
    ['of two, one of which was stored', { data: { a: null, b: {} }, errors: [failed('FORBIDDEN')] }, 'saved'],
    ['in a list, none of them run', [{ errors: [] }, { errors: [{ message: 'x' }] }], 'notSaved'],
    ['in a list', [{ errors: [{ message: 'x' }] }, { data: { a: {} } }], 'saved'],
    ['that is none', 'x', 'unknown'],
  ] as const)('%s says what became of it', (_name, body, outcome) => {
    expect(graphql.outcomeOf({ status: 200, body: Buffer.from(JSON.stringify(body)) })).toBe(outcome);
  });
});
