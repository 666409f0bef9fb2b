import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestGateway, type TestGateway } from '../../src/testing.ts';
import { type Crm, startCrm } from '../harness/crm.ts';
import { rawRequest, sendRaw } from '../harness/raw.ts';
import { countLetters } from './letters.ts';

/*
 * What many records of a request share stands in it once, and each of them is judged by it: 115 kB held everybody up for 40 seconds, and anybody may
 * send them.
 */

const many = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, nth) => [`f${nth}`, nth]));
const ids = (count: number) => Array.from({ length: count }, (_, nth) => nth + 1);
const json = (path: string, body: object, method = 'POST') => ({ line: `${method} ${path}`, body });
const call = (method: string, args: readonly unknown[], kwargs: object = {}) =>
  json('/web/dataset/call_kw', {
    jsonrpc: '2.0',
    method: 'call',
    id: 1,
    params: { model: 'sale.order', method, args, kwargs },
  });
const graphql = (query: string, variables: object) => json('/graphql', { query, variables });
const aliases = (count: number, field: string) =>
  `mutation ($d: Data) { ${ids(count)
    .map((nth) => `a${nth}: ${field.replace('ID', String(nth))}`)
    .join(' ')} }`;
const SEVERAL = 'mutation ($i: [ID!]!, $d: Data) { updateTasks(ids: $i, data: $d) { id } }';

const TOO_LARGE = [
  ['ids of a REST API', json('/orders', { keys: ids(200), data: many(1900) }, 'PATCH')],
  ['more ids of a REST API', json('/orders', { keys: ids(5000), data: many(1900) }, 'PATCH')],
  [
    'what stands beside a list',
    json('/lists', { ...many(1900), items: ids(100).map((id) => ({ id })) }, 'PATCH'),
  ],
  ['ids of Odoo', call('write', [ids(200), many(1900)])],
  ['more ids of Odoo', call('write', [ids(5000), many(1900)])],
  ['copies of Odoo', call('copy', [ids(5000), many(1900)])],
  [
    'defaults of new records of Odoo',
    call('create', [ids(200).map(() => ({ a: 1 }))], {
      context: Object.fromEntries(ids(1900).map((nth) => [`default_f${nth}`, 1])),
    }),
  ],
  [
    'a mass action of EspoCRM',
    json('/espo/api/v1/MassAction', {
      entityType: 'Case',
      action: 'update',
      params: { ids: ids(200).map((id) => `a${id}`) },
      data: { values: many(1900) },
    }),
  ],
  ['ids of GraphQL', graphql(SEVERAL, { i: ids(200), d: many(1900) })],
  ['more ids of GraphQL', graphql(SEVERAL, { i: ids(5000), d: many(1900) })],
  [
    'one variable under many aliases',
    graphql(aliases(150, 'updateTask(id: ID, data: $d) { id }'), { d: many(1900) }),
  ],
  ['… of a mutation that nobody describes', graphql(aliases(900, 'addFoo(data: $d)'), { d: many(1900) })],
  [
    '… of a list',
    graphql(aliases(600, 'saveTasks(tasks: $d) { id }'), { d: ids(3000).map((id) => ({ id })) }),
  ],
  [
    'one variable in each request of a batch',
    json(
      '/graphql',
      ids(3).map(() => ({ query: aliases(9, 'addFoo(data: $d)'), variables: { d: many(1900) } })) as object,
    ),
  ],
] as const;

/** As many records, with as much as people say of them. */
const HONEST = [
  ['ids of a REST API', json('/orders', { keys: ids(200), data: many(40) }, 'PATCH')],
  ['one record with all of it', json('/orders/1', many(1900), 'PATCH')],
  ['ids of Odoo', call('write', [ids(200), many(40)])],
  ['ids of GraphQL', graphql(SEVERAL, { i: ids(200), d: many(40) })],
  [
    'one variable under many aliases',
    graphql(aliases(150, 'updateTask(id: ID, data: $d) { id }'), { d: many(40) }),
  ],
] as const;

const LETTERS_EACH = 40;

describe('records that share a large value', () => {
  let crm: Crm;
  let gateway: TestGateway;
  let port = 0;

  beforeAll(async () => {
    crm = await startCrm();
    crm.answerWith((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
    const rules = ['Tasks', 'Orders', 'Lists', 'Sales', 'Case'].map((module, nth) => ({
      id: 7 + nth,
      name: `Closing of ${module}`,
      module,
      when: { changed_to: ['status', 'Closed'] },
      send: { to: [{ channel: 'email', address: 'email' }] },
    }));
    gateway = createTestGateway({
      upstream: { url: crm.url },
      modules: {
        Tasks: {
          dialect: 'graphql',
          path: '/graphql',
          mutations: {
            updateTask: { id: 'id', fields: 'data' },
            updateTasks: { id: 'ids', fields: 'data' },
            saveTasks: { fields: 'tasks' },
          },
          record: 'query ($id: ID!) { task(id: $id) { id status email } }',
        },
        Orders: {
          dialect: 'rest',
          path: '/orders',
          operations: [{ request: 'PATCH /orders', save: { ids: '/keys', fields: '/data' } }],
        },
        Lists: { dialect: 'rest', path: '/lists', records: '/items' },
        Sales: { dialect: 'odoo', path: '/', type: 'sale.order' },
        Case: { dialect: 'espocrm', path: '/espo/api/v1' },
      },
      rules,
    });
    port = Number(new URL((await gateway.listen()).url).port);
  });
  afterAll(async () => {
    await gateway.close();
    await crm.close();
  });

  async function send({ line, body }: { readonly line: string; readonly body: object }) {
    const text = JSON.stringify(body);
    const before = crm.received.length;
    const { counted, stop } = countLetters();
    try {
      const answer = await sendRaw(port, rawRequest(line, ['Content-Type: application/json'], text));
      return { ...answer, ...counted, bytes: text.length, arrived: crm.received.length - before };
    } finally {
      stop();
    }
  }

  test.each(TOO_LARGE)('are refused before any of them is looked at: %s', async (_, knock) => {
    const { body, arrived, letters, bytes } = await send(knock);
    expect(body).toMatch(/more than 10000 values together|1 to 200 records/);
    expect(arrived).toBe(0);
    expect(letters).toBeLessThan(LETTERS_EACH * bytes);
  });

  test.each([
    ['200 documents', ids(200).map(() => ({ query: `{ ${'a '.repeat(9_000)} }` }))],
    ['a document of a million tokens', { query: `query { ${'a '.repeat(1_000_000)} }` }],
    [
      '10,000 aliases',
      {
        query: `mutation { ${ids(10_000)
          .map((nth) => `a${nth}: addFoo(a: 1)`)
          .join(' ')} }`,
      },
    ],
  ])('so are documents that are too long together: %s', async (_, body) => {
    const answer = await send({ line: 'POST /graphql', body });
    expect(answer).toMatchObject({ status: 400, arrived: 0 });
    expect(answer.body).toMatch(/tokens|code units/);
    expect(answer.body.length).toBeLessThan(1000);
  });

  test.each(HONEST)('pass where they say as much as people do: %s', async (_, knock) => {
    expect(await send(knock)).toMatchObject({ status: 200, arrived: 1 });
  });
});
