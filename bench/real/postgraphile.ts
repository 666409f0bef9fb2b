import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { freePort } from '../../test/harness/free-port.ts';
import { startPostgres } from '../../test/harness/postgres-server.ts';
import { doorsOf } from './postgraphile-doors.ts';
import { NODE, startChild } from './process.ts';
import type { Client, System } from './system.ts';

/** A function for an action, one for all records, and one that stores nothing. */
const TABLES = `
  CREATE TABLE customers (id serial PRIMARY KEY, name text, email text);
  CREATE TABLE deliveries (
    id serial PRIMARY KEY, status text DEFAULT 'Open', note text, customer_id int REFERENCES customers (id) ON DELETE SET NULL
  );
  CREATE FUNCTION deliver (delivery_id int) RETURNS deliveries LANGUAGE sql VOLATILE AS
    $$ UPDATE deliveries SET status = 'Delivered' WHERE id = delivery_id RETURNING * $$;
  CREATE FUNCTION deliver_all () RETURNS void LANGUAGE sql VOLATILE AS $$ UPDATE deliveries SET status = 'Delivered' $$;
  CREATE FUNCTION greet (name text) RETURNS text LANGUAGE sql VOLATILE AS $$ SELECT 'hello ' || name $$;
  INSERT INTO customers (name, email) VALUES ('Ann', 'ann@example.com'), ('Rep', 'rep@example.com');
  INSERT INTO deliveries (note, customer_id) VALUES ('', 1), ('', 1), ('', 1);`;

type GraphqlClient = {
  request(document: string, variables?: object, headers?: Record<string, string>): Promise<unknown>;
  batchRequests(requests: readonly object[]): Promise<unknown>;
};
type Sdk = { GraphQLClient: new (url: string) => GraphqlClient };

/** PostGraphile on Postgres. It has no client of its own; graphql-request is an ordinary one. */
export async function openPostgraphile(folder: string): Promise<System> {
  const postgres = await startPostgres();
  const sql = (text: string) => postgres.in('countersign', text);
  await sql(TABLES);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const program = join(folder, 'node_modules', 'postgraphile', 'cli.js');
  const database = `postgres://admin@127.0.0.1:${postgres.port}/countersign`;
  const child = await startChild(
    [
      ...[NODE, program, '-c', database, '-s', 'public', '-n', '127.0.0.1', '-p', String(port)],
      ...['--enable-query-batching', '--subscriptions', '--disable-query-log'],
    ],
    { cwd: folder, isUp: `${url}/graphiql` },
  );
  return {
    url,
    client: (gateway) => clientOf(gateway, folder),
    async stored() {
      const [one] = await sql('SELECT status, customer_id FROM deliveries WHERE id = 1');
      const [owner] = await sql('SELECT email FROM customers WHERE id = 1');
      return { status: one?.['status'], owner: one?.['customer_id'], email: owner?.['email'] };
    },
    async reset() {
      await sql(`
        INSERT INTO customers (id, name, email) VALUES (1, 'Ann', 'ann@example.com')
          ON CONFLICT (id) DO UPDATE SET name = 'Ann', email = 'ann@example.com';
        INSERT INTO deliveries (id, status, note, customer_id) VALUES (1, 'Open', '', 1)
          ON CONFLICT (id) DO UPDATE SET status = 'Open', note = '', customer_id = 1;`);
    },
    async stop() {
      await child.stop();
      await postgres.stop();
    },
  };
}

async function clientOf(gateway: string, folder: string): Promise<Client> {
  const entry = join(folder, 'node_modules', 'graphql-request', 'build', 'entrypoints', 'main.js');
  const { GraphQLClient } = (await import(pathToFileURL(entry).href)) as Sdk;
  const client = new GraphQLClient(`${gateway}/graphql`);
  const update = `mutation ($id: Int!, $patch: DeliveryPatch!) {
    updateDeliveryById(input: { id: $id, deliveryPatch: $patch }) { delivery { id status note } }
  }`;
  const change = (patch: object, headers?: Record<string, string>) =>
    client.request(update, { id: 1, patch }, headers);
  return {
    works: [
      ['the schema', () => client.request('{ __schema { mutationType { fields { name } } } }')],
      [
        'list',
        () => client.request('{ allDeliveries(condition: { status: "Open" }) { nodes { id status } } }'),
      ],
      ['read', () => client.request('{ deliveryById(id: 1) { id status customerByCustomerId { name } } }')],
      ['read by nodeId', () => client.request('{ node(nodeId: "WyJkZWxpdmVyaWVzIiwxXQ==") { nodeId } }')],
      [
        'create',
        () =>
          client.request(
            'mutation ($d: DeliveryInput!) { createDelivery(input: { delivery: $d }) { delivery { id } } }',
            { d: { status: 'Open', customerId: 1 } },
          ),
      ],
      ['update', () => change({ note: 'x' })],
      ['update that names the stored owner', () => change({ note: 'y', customerId: 1 })],
      [
        'update with all in the document',
        () =>
          client.request(
            'mutation { updateDeliveryById(input: { id: 2, deliveryPatch: { note: "z" } }) { clientMutationId } }',
          ),
      ],
      [
        'several updates under aliases',
        () =>
          client.request(`mutation {
            a: updateDeliveryById(input: { id: 2, deliveryPatch: { note: "a" } }) { ...id }
            b: updateDeliveryById(input: { id: 3, deliveryPatch: { note: "b" } }) { ...id }
          }
          fragment id on UpdateDeliveryPayload { delivery { id } }`),
      ],
      [
        'a batch',
        () =>
          client.batchRequests([
            { document: '{ deliveryById(id: 1) { id } }' },
            {
              document:
                'mutation { updateDeliveryById(input: { id: 3, deliveryPatch: { note: "c" } }) { clientMutationId } }',
            },
          ]),
      ],
      ['a function', () => client.request('mutation { greet(input: { name: "Ann" }) { string } }')],
      [
        'update of a customer',
        () =>
          client.request(
            'mutation { updateCustomerById(input: { id: 1, customerPatch: { name: "Anne" } }) { customer { name } } }',
          ),
      ],
      [
        'delete',
        () => client.request('mutation { deleteDeliveryById(input: { id: 3 }) { deletedDeliveryId } }'),
      ],
    ],
    save: (code) => change({ status: 'Delivered' }, code === undefined ? {} : { 'OTPRULES-OTP-7': code }),
    doors: doorsOf(gateway),
  };
}
