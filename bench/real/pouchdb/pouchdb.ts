import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type Client, call, type System } from '../system.ts';
import { doorsOf } from './doors.ts';

type Document = Readonly<Record<string, unknown>>;

/** A database of the client, as much of it as is used here. */
type Database = {
  info(): Promise<unknown>;
  get(id: string): Promise<Document>;
  allDocs(options: object): Promise<unknown>;
  bulkGet(options: object): Promise<unknown>;
  find(request: object): Promise<unknown>;
  put(document: Document): Promise<unknown>;
  post(document: Document): Promise<unknown>;
  remove(document: Document): Promise<unknown>;
  bulkDocs(documents: readonly Document[]): Promise<readonly Document[]>;
  changes(options: object): Promise<unknown>;
};

type Pouch = {
  new (address: string, options: object): Database;
  defaults(options: object): Pouch;
  plugin(plugin: unknown): Pouch;
  fetch(url: string, options: RequestInit): Promise<Response>;
};

const DELIVERIES = [
  { _id: '45', status: 'Open', note: '', customer: 'ann' },
  { _id: '46', status: 'Open', note: '', customer: 'ann' },
];
const CUSTOMERS = [
  { _id: 'ann', name: 'Ann', email: 'ann@example.com' },
  { _id: 'rep', name: 'Rep', email: 'rep@example.com' },
];

/** PouchDB Server in this process, with its databases in memory. */
export async function openPouchdb(home: string): Promise<System> {
  const load = createRequire(join(home, 'package.json'));
  const express = load('express') as () => RequestListener & { use(handler: unknown): void };
  const Plain = load('pouchdb') as Pouch;
  Plain.plugin(load('pouchdb-adapter-memory')).plugin(load('pouchdb-find'));
  const serve = load('express-pouchdb') as (pouch: Pouch, options: object) => unknown;
  const app = express();
  const options = { inMemoryConfig: true, logPath: join(home, 'pouchdb.log') };
  app.use(serve(Plain.defaults({ adapter: 'memory' }), options));
  const server = createServer(app);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const read = (path: string) => call(`${url}${path}`, 'GET').catch(() => ({})) as Promise<Document>;
  const fill = async (name: string, docs: readonly object[]) => {
    await call(`${url}/${name}`, 'DELETE').catch(() => undefined);
    await call(`${url}/${name}`, 'PUT');
    await call(`${url}/${name}/_bulk_docs`, 'POST', { docs });
  };
  const reset = async () => {
    await fill('deliveries', DELIVERIES);
    await fill('customers', CUSTOMERS);
  };
  await reset();
  return {
    url,
    client: async (gateway) => clientOf(Plain, gateway, read),
    async stored() {
      const [delivery, customer] = [await read('/deliveries/45'), await read('/customers/ann')];
      return { status: delivery['status'], owner: delivery['customer'], email: customer['email'] };
    },
    reset,
    async stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}

function clientOf(Plain: Pouch, gateway: string, read: (path: string) => Promise<Document>): Client {
  const open = (name: string, code?: string) =>
    new Plain(`${gateway}/${name}`, {
      skip_setup: true,
      fetch(url: string, options: RequestInit & { readonly headers: Headers }) {
        if (code !== undefined) options.headers.set('OTPRULES-OTP-7', code);
        return Plain.fetch(url, options);
      },
    });
  const [deliveries, customers] = [open('deliveries'), open('customers')];
  const fresh = async (id = '45') => read(`/deliveries/${id}`);
  const delivered = { status: 'Delivered' };
  return {
    works: [
      ['the database', () => deliveries.info()],
      ['read', () => deliveries.get('45')],
      ['list', () => deliveries.allDocs({ include_docs: true })],
      ['list of some', () => deliveries.allDocs({ keys: ['45', '46'] })],
      ['read of several', () => deliveries.bulkGet({ docs: [{ id: '45' }] })],
      ['search', () => deliveries.find({ selector: { status: 'Open' } })],
      ['changes', () => deliveries.changes({ limit: 2 })],
      ['create', () => deliveries.post({ status: 'Open', customer: 'ann' })],
      ['create with an id of its own', () => deliveries.put({ _id: '77', status: 'Open', customer: 'ann' })],
      ['update', async () => deliveries.put({ ...(await fresh()), note: 'x' })],
      [
        'update of several',
        async () =>
          allSaved(
            await deliveries.bulkDocs([
              { ...(await fresh('46')), note: 'y' },
              { _id: '78', status: 'Open', customer: 'ann' },
            ]),
          ),
      ],
      [
        'update of a customer',
        async () => customers.put({ ...(await read('/customers/ann')), name: 'Anne' }),
      ],
      ['delete', async () => deliveries.remove(await fresh('77'))],
    ],
    save: async (code) => open('deliveries', code).put({ ...(await fresh()), ...delivered }),
    saves: [
      ['a POST', async (code) => open('deliveries', code).post({ ...(await fresh()), ...delivered })],
      [
        'a list',
        async (code) =>
          allSaved(await open('deliveries', code).bulkDocs([{ ...(await fresh()), ...delivered }])),
      ],
    ],
    doors: doorsOf(gateway, read),
  };
}

/** A list is answered with what became of each of its documents. */
function allSaved(answers: readonly Document[]): readonly Document[] {
  const failed = answers.find((one) => one['ok'] !== true);
  if (failed) throw new Error(JSON.stringify(failed));
  return answers;
}
