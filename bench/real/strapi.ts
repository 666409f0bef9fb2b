import { createRequire } from 'node:module';
import { join } from 'node:path';
import { freePort } from '../../test/harness/free-port.ts';
import { startPostgres } from '../../test/harness/postgres-server.ts';
import { NODE, startChild } from './process.ts';
import { writeStrapiProject } from './strapi-project.ts';
import { type Client, call, type System } from './system.ts';

const START =
  "require('@strapi/strapi').createStrapi({ appDir: process.cwd(), distDir: process.cwd() }).start();";

type Collection = {
  find(query?: object): Promise<unknown>;
  findOne(id: string, query?: object): Promise<unknown>;
  create(data: object): Promise<{ data: { documentId: string } }>;
  update(id: string, data: object): Promise<unknown>;
  delete(id: string): Promise<unknown>;
};
type Sdk = {
  strapi(options: { baseURL: string; headers?: Record<string, string> }): {
    collection(name: string): Collection;
  };
};

/** Strapi on Postgres with its own client. */
export async function openStrapi(folder: string): Promise<System> {
  const postgres = await startPostgres();
  const port = await freePort();
  writeStrapiProject(folder, postgres, port);
  const url = `http://127.0.0.1:${port}`;
  const env = { NODE_ENV: 'production', STRAPI_TELEMETRY_DISABLED: 'true' };
  const child = await startChild([NODE, '-e', START], { cwd: folder, env, isUp: `${url}/_health` });
  const direct = async (path: string, method: string, data?: object) =>
    ((await call(`${url}/api${path}`, method, data && { data })) as { data: Record<string, unknown> }).data;
  const created = async (path: string, data: object) =>
    String((await direct(path, 'POST', data))['documentId']);
  const customer = await created('/customers', { name: 'Ann', email: 'ann@example.com' });
  const rep = await created('/customers', { name: 'Rep', email: 'rep@example.com' });
  const fields = { state: 'Open', note: '', customer };
  const delivery = await created('/deliveries', fields);
  return {
    url,
    client: async (gateway) => clientOf(gateway, folder, { delivery, customer, rep }),
    async stored() {
      const one = await direct(`/deliveries/${delivery}?populate=*`, 'GET');
      const owner = await direct(`/customers/${customer}`, 'GET');
      return {
        status: one['state'],
        owner: (one['customer'] as { documentId: string } | null)?.documentId,
        email: owner['email'],
      };
    },
    async reset() {
      await direct(`/customers/${customer}`, 'PUT', { name: 'Ann', email: 'ann@example.com' });
      await direct(`/deliveries/${delivery}`, 'PUT', fields);
    },
    async stop() {
      await child.stop();
      await postgres.stop();
    },
  };
}

function clientOf(
  gateway: string,
  folder: string,
  ids: { readonly delivery: string; readonly customer: string; readonly rep: string },
): Client {
  const { strapi } = createRequire(join(folder, 'package.json'))('@strapi/client') as Sdk;
  const { delivery, customer, rep } = ids;
  const open = (headers: Record<string, string> = {}) => strapi({ baseURL: `${gateway}/api`, headers });
  const deliveries = open().collection('deliveries');
  const customers = open().collection('customers');
  const path = `/api/deliveries/${delivery}`;
  const raw = (method: string, at: string, body?: unknown, headers?: Record<string, string>) =>
    call(`${gateway}${at}`, method, body, headers);
  const delivered = { state: 'Delivered' };
  const changed = (field: string, value: unknown) => deliveries.update(delivery, { [field]: value });
  return {
    works: [
      ['find', () => deliveries.find({ filters: { state: 'Open' }, populate: '*' })],
      ['find one', () => deliveries.findOne(delivery)],
      ['create', () => deliveries.create({ state: 'Open', customer })],
      [
        'create and delete',
        async () => deliveries.delete((await deliveries.create({ state: 'Open' })).data.documentId),
      ],
      ['update', () => deliveries.update(delivery, { note: 'x' })],
      ['update that names the stored owner', () => changed('customer', customer)],
      ['… connected', () => changed('customer', { connect: [customer] })],
      ['… set', () => changed('customer', { set: [{ documentId: customer }] })],
      ['update of a customer', () => customers.update(customer, { name: 'Anne' })],
    ],
    save: (code) =>
      open(code === undefined ? {} : { 'OTPRULES-OTP-7': code })
        .collection('deliveries')
        .update(delivery, delivered),
    doors: [
      ['another owner', () => changed('customer', rep)],
      ['another owner, connected', () => changed('customer', { connect: [rep] })],
      [
        'another owner, connected as an object',
        () => changed('customer', { connect: [{ documentId: rep }] }),
      ],
      ['another owner, set', () => changed('customer', { set: [rep] })],
      ['the owner disconnected', () => changed('customer', { disconnect: [customer] })],
      ['no owner', () => changed('customer', null)],
      ['the address of the owner', () => customers.update(customer, { email: 'rep@example.com' })],
      ['the owner deleted', () => customers.delete(customer)],
      [
        'from the other side, connected',
        () => customers.update(rep, { deliveries: { connect: [delivery] } }),
      ],
      ['from the other side, set', () => customers.update(rep, { deliveries: { set: [delivery] } })],
      ['from the other side, as a list', () => customers.update(rep, { deliveries: [delivery] })],
      [
        'a new owner that takes it',
        () => customers.create({ email: 'rep@example.com', deliveries: [delivery] }),
      ],
      [
        'from the other side, disconnected',
        () => customers.update(customer, { deliveries: { disconnect: [delivery] } }),
      ],
      ['from the other side, nothing left', () => customers.update(customer, { deliveries: { set: [] } })],
      [
        'a record within the record',
        () => customers.update(customer, { deliveries: [{ documentId: delivery, ...delivered }] }),
      ],
      ['beside the fields', () => raw('PUT', path, { data: {}, ...delivered })],
      ['a second place of the fields', () => raw('PUT', path, { data: {}, Data: delivered })],
      ['the query', () => raw('PUT', `${path}?data[state]=Delivered`, { data: {} })],
      [
        'a form',
        () =>
          raw('PUT', path, 'data[state]=Delivered', { 'content-type': 'application/x-www-form-urlencoded' }),
      ],
      [
        'a method in a header',
        () => raw('POST', path, { data: delivered }, { 'x-http-method-override': 'PUT' }),
      ],
      [
        'GraphQL',
        () =>
          raw('POST', '/graphql', {
            query: `mutation { updateDelivery(documentId: "${delivery}", data: {state: "Delivered"}) { documentId } }`,
          }),
      ],
      [
        'the content manager',
        () => raw('PUT', `/content-manager/collection-types/api::delivery.delivery/${delivery}`, delivered),
      ],
      ['an encoded path', () => raw('PUT', `/api/%64eliveries/${delivery}`, { data: delivered })],
      ['another case of the path', () => raw('PUT', `/API/deliveries/${delivery}`, { data: delivered })],
    ],
  };
}
