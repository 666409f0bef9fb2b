import { once } from 'node:events';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Client, System } from '../system.ts';
import { doorsOf } from './doors.ts';

type Store = Record<string, Record<string, unknown>>;
type Params = { readonly query?: object; readonly headers?: Readonly<Record<string, string>> };

/** A service of the client, as much of it as is used here. */
type Service = {
  find(params?: Params): Promise<unknown>;
  get(id: number, params?: Params): Promise<unknown>;
  create(data: object, params?: Params): Promise<unknown>;
  update(id: number, data: object, params?: Params): Promise<unknown>;
  patch(id: number, data: object, params?: Params): Promise<unknown>;
  remove(id: number, params?: Params): Promise<unknown>;
  deliver(data: object, params?: Params): Promise<unknown>;
  ping(data: object, params?: Params): Promise<unknown>;
};

type App = {
  configure(plugin: unknown): App;
  use(...handlers: unknown[]): App;
  listen(port: number, host: string): Promise<Server>;
  service(name: string): Service;
};

type MemoryService = new (
  options: object,
) => { store: Store; _patch(id: unknown, data: object): Promise<unknown> };

const METHODS = ['find', 'get', 'create', 'update', 'patch', 'remove', 'deliver', 'ping'];

const DELIVERIES: Store = {
  45: { id: 45, status: 'Open', note: '', customerId: 1 },
  46: { id: 46, status: 'Open', note: '', customerId: 1 },
};
const CUSTOMERS: Store = {
  1: { id: 1, name: 'Ann', email: 'ann@example.com' },
  2: { id: 2, name: 'Rep', email: 'rep@example.com' },
};

/** Feathers in this process, with its data in memory, changes of many records on, a method of its own and a socket. */
export async function openFeathers(home: string): Promise<System> {
  const load = createRequire(join(home, 'package.json'));
  const { feathers } = load('@feathersjs/feathers') as { feathers(): App };
  const express = load('@feathersjs/express') as {
    default(app: App): App;
    json(): unknown;
    urlencoded(options: object): unknown;
    rest(): unknown;
    errorHandler(options: object): unknown;
  };
  const socketio = load('@feathersjs/socketio') as () => unknown;
  const { MemoryService: Memory } = load('@feathersjs/memory') as { MemoryService: MemoryService };
  class Deliveries extends Memory {
    deliver({ delivery }: { readonly delivery: unknown }) {
      return this._patch(delivery, { status: 'Delivered' });
    }
    async ping() {
      return { pong: true };
    }
  }
  const options = { multi: true, startId: 100 };
  const [deliveries, customers] = [new Deliveries(options), new Memory(options)];
  const app = express.default(feathers());
  app.use(express.json()).use(express.urlencoded({ extended: true }));
  app.configure(express.rest()).configure(socketio());
  app.use('deliveries', deliveries, { methods: METHODS }).use('customers', customers);
  app.use(express.errorHandler({ html: false, logger: false }));
  const server = await app.listen(0, '127.0.0.1');
  if (!server.listening) await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const reset = () => {
    deliveries.store = structuredClone(DELIVERIES);
    customers.store = structuredClone(CUSTOMERS);
  };
  reset();
  return {
    url,
    async client(gateway) {
      const rest = load('@feathersjs/rest-client') as {
        default(url: string): {
          fetch(own: typeof fetch): { service(name: string): Service } & ((app: App) => void);
        };
      };
      const connection = rest.default(gateway).fetch(fetch);
      const own = feathers().configure(connection);
      own.use('deliveries', connection.service('deliveries'), { methods: METHODS });
      return clientOf(own.service('deliveries'), own.service('customers'), gateway);
    },
    async stored() {
      const delivery = deliveries.store['45'];
      return {
        status: delivery?.['status'],
        owner: delivery?.['customerId'],
        email: customers.store['1']?.['email'],
      };
    },
    async reset() {
      reset();
    },
    async stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}

function clientOf(deliveries: Service, customers: Service, gateway: string): Client {
  const delivered = { status: 'Delivered' };
  const withCode = (code: string | undefined): Params =>
    code === undefined ? {} : { headers: { 'OTPRULES-OTP-7': code } };
  return {
    works: [
      ['list', () => deliveries.find({ query: { status: 'Open', $limit: 5, $sort: { id: 1 } } })],
      ['read', () => deliveries.get(45)],
      ['read of some fields', () => deliveries.get(45, { query: { $select: ['id', 'status'] } })],
      ['create', () => deliveries.create({ status: 'Open', customerId: 1 })],
      [
        'create of several',
        () =>
          deliveries.create([
            { status: 'Open', customerId: 1 },
            { status: 'Open', customerId: 2 },
          ]),
      ],
      ['create with an id of its own', () => deliveries.create({ id: 77, status: 'Open', customerId: 1 })],
      ['update', () => deliveries.patch(45, { note: 'x' })],
      [
        'update that answers some fields',
        () => deliveries.patch(45, { note: 'y' }, { query: { $select: ['id', 'note'] } }),
      ],
      ['replace', () => deliveries.update(46, { status: 'Open', note: 'z', customerId: 1 })],
      ['update of a customer', () => customers.patch(1, { name: 'Anne' })],
      ['delete', () => deliveries.remove(77)],
      ['a method of the service that saves nothing', () => deliveries.ping({})],
    ],
    save: (code) => deliveries.patch(45, delivered, withCode(code)),
    saves: [
      [
        'an update',
        (code) => deliveries.update(45, { ...delivered, note: '', customerId: 1 }, withCode(code)),
      ],
      ['a method of the service', (code) => deliveries.deliver({ delivery: 45 }, withCode(code))],
      [
        'a create with its id',
        (code) => deliveries.create({ id: 45, ...delivered, customerId: 1 }, withCode(code)),
      ],
    ],
    doors: doorsOf(gateway),
  };
}
