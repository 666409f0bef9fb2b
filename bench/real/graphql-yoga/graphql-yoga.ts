import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { type Client, call, type System } from '../system.ts';
import { doorsOf } from './doors.ts';
import { firstTables, KEPT, resolversOf, SCHEMA } from './schema.ts';

type Yoga = {
  createSchema(schema: { typeDefs: string; resolvers: object }): unknown;
  createYoga(options: object): RequestListener;
};

type Params = {
  readonly query?: string;
  readonly documentId?: string;
  readonly extensions?: { readonly persistedQuery?: { readonly sha256Hash?: string } };
};

/** Lets a request name a document that the server keeps in place of its text. */
const keeping = {
  onParams({ params, setParams }: { params: Params; setParams(params: Params): void }) {
    const name = params.documentId ?? params.extensions?.persistedQuery?.sha256Hash ?? '';
    const query = KEPT[name];
    if (query !== undefined) setParams({ ...params, query });
  },
};

/** GraphQL Yoga in this process, with its data in memory, and all on that it can be asked by. It has no client of its own: fetch. */
export async function openYoga(load: NodeJS.Require = createRequire(import.meta.url)): Promise<System> {
  const { createSchema, createYoga } = load('graphql-yoga') as Yoga;
  let tables = firstTables();
  const yoga = createYoga({
    schema: createSchema({ typeDefs: SCHEMA, resolvers: resolversOf(() => tables) }),
    batching: true,
    logging: false,
    extraParamNames: ['documentId'],
    plugins: [keeping],
  });
  const server = createServer(yoga);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    client: async (gateway) => clientOf(gateway),
    async stored() {
      const delivery = tables.deliveries.get('45');
      return {
        status: delivery?.['status'],
        owner: delivery?.['customerId'],
        email: tables.customers.get('1')?.['email'],
      };
    },
    async reset() {
      tables = firstTables();
    },
    async stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}

const DELIVERED =
  'mutation ($id: ID!, $data: DeliveryData!) { updateDelivery(id: $id, data: $data) { id status } }';

function clientOf(gateway: string): Client {
  const at = (path: string) => `${gateway}${path}`;
  const send = async (body: unknown, headers?: Record<string, string>) =>
    withoutErrors(await call(at('/graphql'), 'POST', body, headers));
  const ask = (query: string, variables?: object) => send({ query, ...(variables && { variables }) });
  const change = (data: object, id = '45') => ask(DELIVERED, { id, data });
  const customer = (data: object) =>
    ask('mutation ($data: CustomerData!) { updateCustomer(id: 1, data: $data) { id } }', { data });
  return {
    works: [
      ['the schema', () => ask('{ __schema { mutationType { fields { name } } } }')],
      ['list', () => ask('query ($s: String) { deliveries(status: $s) { id status } }', { s: 'Open' })],
      ['read with its customer', () => ask('{ delivery(id: 45) { id status customer { name } } }')],
      [
        'a query in a GET',
        () => call(at(`/graphql?query=${encodeURIComponent('{ deliveries { id } }')}`), 'GET'),
      ],
      ['the page', () => fetch(at('/graphql'), { headers: { accept: 'text/html' } }).then(needOk)],
      ['create', () => ask('mutation { createDelivery(data: { status: "Open", customerId: 1 }) { id } }')],
      [
        'create with an id of its own',
        () => ask('mutation { createDelivery(data: { id: 77, status: "Open", customerId: 1 }) { id } }'),
      ],
      [
        'create with a customer that is there',
        () => ask('mutation { createDelivery(data: { customer: { connect: { id: 1 } } }) { id } }'),
      ],
      [
        'create a customer with deliveries',
        () =>
          ask(
            'mutation { createCustomer(data: { name: "New", deliveries: { create: [{ note: "a" }] } }) { id } }',
          ),
      ],
      ['update', () => change({ note: 'x' })],
      ['update that names the stored owner', () => change({ note: 'y', customerId: '1' })],
      ['… as an object', () => change({ note: 'y', customer: { connect: { id: '1' } } })],
      [
        'update with all in the document',
        () => ask('mutation { updateDelivery(id: 46, data: { note: "z" }) { id } }'),
      ],
      [
        'several updates under aliases, by a fragment',
        () =>
          ask(`mutation ($note: String = "a") { ...both }
            fragment both on Mutation {
              a: updateDelivery(id: 45, data: { note: $note }) { ...id }
              b: updateDelivery(id: 46, data: { note: $note }) { ...id }
            }
            fragment id on Delivery { id }`),
      ],
      [
        'several at once',
        () => ask('mutation { updateDeliveries(ids: [45, 46], data: { note: "b" }) { id } }'),
      ],
      [
        'a list of records',
        () => ask('mutation { saveDeliveries(deliveries: [{ id: 45, note: "c" }]) { id } }'),
      ],
      [
        'nested update',
        () => customer({ deliveries: { update: [{ where: { id: '46' }, data: { note: 'd' } }] } }),
      ],
      ['nested create', () => customer({ deliveries: { create: [{ note: 'e' }] } })],
      ['update of a customer', () => customer({ name: 'Anne' })],
      [
        'a batch',
        () => send([{ query: '{ deliveries { id } }' }, { query: 'mutation { greet(name: "Ann") }' }]),
      ],
      [
        'a digest beside its text',
        () =>
          send({
            query: '{ deliveries { id } }',
            extensions: { persistedQuery: { version: 1, sha256Hash: 'x' } },
          }),
      ],
      [
        'the media type of GraphQL',
        () => send({ query: '{ deliveries { id } }' }, { accept: 'application/graphql-response+json' }),
      ],
      ['delete', () => ask('mutation { deleteDelivery(id: 46) }')],
    ],
    save: (code) =>
      send(
        { query: DELIVERED, variables: { id: '45', data: { status: 'Delivered' } } },
        code === undefined ? {} : { 'otprules-otp-7': code },
      ),
    doors: doorsOf(gateway),
  };
}

/** An answer of 200 may tell of a failure. */
function withoutErrors(answer: unknown): unknown {
  for (const one of Array.isArray(answer) ? answer : [answer])
    if (Reflect.get(one as object, 'errors') !== undefined) throw new Error(JSON.stringify(one));
  return answer;
}

async function needOk(answer: Response): Promise<string> {
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.text();
}
