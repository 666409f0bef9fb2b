import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { type Client, call, type System } from './system.ts';

type Data = { deliveries: Record<string, unknown>[]; customers: object[]; profile: object };

const DATA: Data = {
  deliveries: [
    { id: 45, status: 'Open', note: '', customerId: 1 },
    { id: 46, status: 'Open', note: '', customerId: 1 },
  ],
  customers: [
    { id: 1, name: 'Ann', email: 'ann@example.com' },
    { id: 2, name: 'Rep', email: 'rep@example.com' },
  ],
  profile: { status: 'Open', email: 'me@example.com' },
};

type JsonServer = {
  create(): RequestListener & { use(...handlers: unknown[]): void };
  defaults(options: object): unknown;
  router(data: Data): { db: { setState(data: Data): void; getState(): Data } };
};

/** json-server in this process, with its data in memory. It has no client of its own: everybody uses fetch. */
export async function openJsonServer(load: NodeJS.Require = createRequire(import.meta.url)): Promise<System> {
  const { create, defaults, router } = load('json-server') as JsonServer;
  const routes = router(structuredClone(DATA));
  const app = create();
  app.use(defaults({ logger: false }));
  app.use(routes);
  const server = createServer(app);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    client: async (gateway) => clientOf(gateway),
    async stored() {
      const { deliveries, customers } = routes.db.getState();
      const delivery = deliveries.find(({ id }) => id === 45);
      const owner = (customers as { id: number; email: string }[]).find(({ id }) => id === 1);
      return { status: delivery?.['status'], owner: delivery?.['customerId'], email: owner?.email };
    },
    async reset() {
      routes.db.setState(structuredClone(DATA));
    },
    async stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}

function clientOf(url: string): Client {
  const at = (path: string) => `${url}${path}`;
  const delivered = { status: 'Delivered' };
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  return {
    works: [
      ['list', () => call(at('/deliveries?status=Open&_sort=id'), 'GET')],
      ['read', () => call(at('/deliveries/45?_expand=customer'), 'GET')],
      ['create', () => call(at('/deliveries'), 'POST', { status: 'Open', customerId: 1 })],
      ['create below its customer', () => call(at('/customers/1/deliveries'), 'POST', { status: 'Open' })],
      [
        'create with an id of its own',
        () => call(at('/deliveries'), 'POST', { id: 77, status: 'Open', customerId: 1 }),
      ],
      ['update', () => call(at('/deliveries/45'), 'PATCH', { note: 'x' })],
      ['replace', () => call(at('/deliveries/46'), 'PUT', { status: 'Open', note: 'y', customerId: 1 })],
      ['update by a form', () => call(at('/deliveries/45'), 'PATCH', 'note=z', form)],
      ['the only record of its module', () => call(at('/profile'), 'PATCH', { note: 'x' })],
      ['update of a customer', () => call(at('/customers/1'), 'PATCH', { name: 'Anne' })],
      ['delete', () => call(at('/deliveries/77'), 'DELETE')],
      ['all data', () => call(at('/db'), 'GET')],
    ],
    save: (code) =>
      call(at('/deliveries/45'), 'PATCH', delivered, code === undefined ? {} : { 'otprules-otp-7': code }),
    doors: [
      ['PUT', () => call(at('/deliveries/45'), 'PUT', { ...delivered, customerId: 1 })],
      ['a PUT that leaves the owner out', () => call(at('/deliveries/45'), 'PUT', { status: 'Open' })],
      ['a form', () => call(at('/deliveries/45'), 'PATCH', 'status=Delivered', form)],
      [
        'a method in a header',
        () => call(at('/deliveries/45'), 'POST', delivered, { 'x-http-method-override': 'PATCH' }),
      ],
      [
        'a method in a header, on the list',
        () => call(at('/deliveries'), 'POST', { id: 45, ...delivered }, { 'x-http-method-override': 'PUT' }),
      ],
      ['another case of the path', () => call(at('/Deliveries/45'), 'PATCH', delivered)],
      ['an encoded path', () => call(at('/%64eliveries/45'), 'PATCH', delivered)],
      ['a slash at the end', () => call(at('/deliveries/45/'), 'PATCH', delivered)],
      ['two slashes', () => call(at('//deliveries/45'), 'PATCH', delivered)],
      ['below its customer', () => call(at('/customers/1/deliveries/45'), 'PATCH', delivered)],
      ['an id that is there', () => call(at('/deliveries'), 'POST', { id: 45, ...delivered, customerId: 1 })],
      [
        'an id that is there, as a text',
        () => call(at('/deliveries'), 'POST', { id: '45', ...delivered, customerId: 1 }),
      ],
      [
        'a nested record',
        () => call(at('/customers/1'), 'PATCH', { deliveries: [{ id: 45, ...delivered }] }),
      ],
      ['the query', () => call(at('/deliveries/45?status=Delivered'), 'PATCH', {})],
      ['all data at once', () => call(at('/db'), 'POST', { deliveries: [{ id: 45, ...delivered }] })],
      ['another owner', () => call(at('/deliveries/45'), 'PATCH', { customerId: 2 })],
      ['the address of the owner', () => call(at('/customers/1'), 'PATCH', { email: 'rep@example.com' })],
      ['the owner replaced', () => call(at('/customers/1'), 'PUT', { name: 'Ann' })],
      ['the owner deleted', () => call(at('/customers/1'), 'DELETE')],
      [
        'the owner deleted with all that is his',
        () => call(at('/customers/1?_dependent=deliveries'), 'DELETE'),
      ],
    ],
  };
}
