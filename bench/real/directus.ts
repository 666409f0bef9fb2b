import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { freePort } from '../../test/harness/free-port.ts';
import { startPostgres } from '../../test/harness/postgres-server.ts';
import { NODE, startChild } from './process.ts';
import { type Client, call, type System } from './system.ts';

const ADMIN = { email: 'admin@example.com', password: 'secret-of-a-run', token: 'token-of-a-run' };

type Request = (command: unknown) => Promise<unknown>;
type Commands = Record<string, (...words: unknown[]) => unknown>;

/** Directus on Postgres, with its own SDK. */
export async function openDirectus(folder: string): Promise<System> {
  const postgres = await startPostgres();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const env = {
    ...{ KEY: 'key', SECRET: 'secret', HOST: '127.0.0.1', PORT: String(port), PUBLIC_URL: url },
    ...{ DB_CLIENT: 'pg', DB_HOST: '127.0.0.1', DB_PORT: String(postgres.port) },
    ...{ DB_DATABASE: 'countersign', DB_USER: 'admin', DB_PASSWORD: 'none' },
    ...{ ADMIN_EMAIL: ADMIN.email, ADMIN_PASSWORD: ADMIN.password, ADMIN_TOKEN: ADMIN.token },
    ...{ WEBSOCKETS_ENABLED: 'true', TELEMETRY: 'false', LOG_LEVEL: 'error', CACHE_ENABLED: 'false' },
  };
  const program = join(folder, 'node_modules', 'directus', 'cli.js');
  const boot = await startChild([NODE, '-e', WAIT(program)], {
    cwd: folder,
    env,
    isUp: `${url}/server/ping`,
  });
  const direct = (path: string, method: string, body?: unknown) =>
    call(`${url}${path}`, method, body, { authorization: `Bearer ${ADMIN.token}` });
  const text = (field: string) => ({ field, type: 'string', schema: {}, meta: {} });
  const id = {
    field: 'id',
    type: 'integer',
    schema: { is_primary_key: true, has_auto_increment: true },
    meta: {},
  };
  await direct('/collections', 'POST', {
    collection: 'customers',
    schema: {},
    meta: {},
    fields: [id, text('name'), text('email')],
  });
  await direct('/collections', 'POST', {
    ...{ collection: 'deliveries', schema: {}, meta: {} },
    fields: [
      id,
      text('status'),
      text('note'),
      { field: 'customer', type: 'integer', schema: {}, meta: { special: ['m2o'] } },
    ],
  });
  await direct('/fields/customers', 'POST', {
    field: 'deliveries',
    type: 'alias',
    meta: { special: ['o2m'] },
  });
  await direct('/relations', 'POST', {
    ...{ collection: 'deliveries', field: 'customer', related_collection: 'customers' },
    ...{ meta: { one_field: 'deliveries' }, schema: { on_delete: 'SET NULL' } },
  });
  await direct('/items/customers', 'POST', [
    { name: 'Ann', email: 'ann@example.com' },
    { name: 'Rep', email: 'rep@example.com' },
  ]);
  await direct(
    '/items/deliveries',
    'POST',
    [1, 2, 3].map(() => ({ status: 'Open', note: '', customer: 1 })),
  );
  return {
    url,
    client: (gateway) => clientOf(gateway, folder),
    async stored() {
      const { data } = (await direct('/items/deliveries/1', 'GET')) as {
        data: { status: string; customer: number };
      };
      const owner = (await direct('/items/customers/1', 'GET')) as { data: { email: string } };
      return { status: data.status, owner: data.customer, email: owner.data.email };
    },
    async reset() {
      await direct('/items/deliveries/1', 'PATCH', { status: 'Open', note: '', customer: 1 });
      await direct('/items/customers/1', 'PATCH', { name: 'Ann', email: 'ann@example.com' });
    },
    async stop() {
      await boot.stop();
      await postgres.stop();
    },
  };
}

/** Makes the tables, then starts. */
const WAIT = (program: string) => `
const { spawnSync, spawn } = require('node:child_process');
const made = spawnSync(process.execPath, [${JSON.stringify(program)}, 'bootstrap'], { stdio: 'inherit' });
if (made.status) process.exit(made.status);
const started = spawn(process.execPath, [${JSON.stringify(program)}, 'start'], { stdio: 'inherit' });
process.on('SIGTERM', () => started.kill('SIGTERM'));
started.on('exit', (code) => process.exit(code ?? 0));
`;

async function clientOf(gateway: string, folder: string): Promise<Client> {
  const entry = createRequire(join(folder, 'package.json')).resolve('@directus/sdk');
  const sdk = (await import(pathToFileURL(entry).href)) as Commands & {
    createDirectus(url: string): {
      with(part: unknown): {
        with(part: unknown): { request: Request; login(email: string, password: string): Promise<unknown> };
      };
    };
  };
  const make = (fetched?: typeof fetch) => {
    const globals = fetched ? { globals: { fetch: fetched } } : {};
    const create = sdk.createDirectus as unknown as (
      url: string,
      options: object,
    ) => ReturnType<typeof sdk.createDirectus>;
    return create(gateway, globals).with(sdk['authentication']?.('json')).with(sdk['rest']?.());
  };
  const client = make();
  const run = (name: string, ...words: unknown[]) => client.request(sdk[name]?.(...words));
  const delivered = { status: 'Delivered' };
  let token = '';
  const raw = (method: string, path: string, body?: unknown) =>
    call(`${gateway}${path}`, method, body, { authorization: `Bearer ${token}` });
  const login = async () => {
    const { access_token } = (await client.login(ADMIN.email, ADMIN.password)) as { access_token: string };
    token = access_token;
  };
  const mutation = (text: string) => raw('POST', '/graphql', { query: `mutation { ${text} }` });
  return {
    works: [
      ['log in', login],
      ['list', () => run('readItems', 'deliveries', { filter: { status: { _eq: 'Open' } } })],
      ['list by SEARCH', () => raw('SEARCH', '/items/deliveries', { query: { limit: 1 } })],
      ['read', () => run('readItem', 'deliveries', 1, { fields: ['*', { customer: ['name'] }] })],
      ['create', () => run('createItem', 'deliveries', { status: 'Open', customer: 1 })],
      ['create several', () => run('createItems', 'deliveries', [{ status: 'Open' }, { status: 'Open' }])],
      [
        'create with its customer',
        () =>
          run('createItem', 'deliveries', {
            status: 'Open',
            customer: { name: 'New', email: 'new@example.com' },
          }),
      ],
      ['update', () => run('updateItem', 'deliveries', 1, { note: 'x' })],
      [
        'update that names the stored owner',
        () => run('updateItem', 'deliveries', 1, { note: 'y', customer: 1 }),
      ],
      ['update several', () => run('updateItems', 'deliveries', [2, 3], { note: 'z' })],
      [
        'update a batch',
        () =>
          run('updateItemsBatch', 'deliveries', [
            { id: 2, note: 'a' },
            { id: 3, note: 'b' },
          ]),
      ],
      [
        'nested create',
        () =>
          run('updateItem', 'customers', 1, {
            deliveries: { create: [{ status: 'Open' }], update: [], delete: [] },
          }),
      ],
      ['update of a customer', () => run('updateItem', 'customers', 1, { name: 'Anne' })],
      ['delete', () => run('deleteItem', 'deliveries', 3)],
      ['delete several', async () => run('deleteItems', 'deliveries', [2])],
      [
        'a file',
        () => {
          const form = new FormData();
          form.append('file', new Blob(['hello'], { type: 'text/plain' }), 'note.txt');
          return run('uploadFiles', form);
        },
      ],
      ['who am I', () => run('readMe')],
    ],
    async save(code) {
      const coded: typeof fetch = (input, options) =>
        fetch(input, {
          ...options,
          headers: { ...(options?.headers as object), ...(code !== undefined && { 'OTPRULES-OTP-7': code }) },
        });
      const one = make(coded);
      await one.login(ADMIN.email, ADMIN.password);
      return one.request(sdk['updateItem']?.('deliveries', 1, delivered));
    },
    doors: [
      ['several by their ids', () => run('updateItems', 'deliveries', [1], delivered)],
      ['a batch', () => run('updateItemsBatch', 'deliveries', [{ id: 1, ...delivered }])],
      [
        'a filter',
        () => raw('PATCH', '/items/deliveries', { query: { filter: { id: { _eq: 1 } } }, data: delivered }),
      ],
      [
        'a filter beside the ids',
        () =>
          raw('PATCH', '/items/deliveries', {
            keys: [],
            query: { filter: { id: { _eq: 1 } } },
            data: delivered,
          }),
      ],
      [
        'nested, from the other side',
        () =>
          run('updateItem', 'customers', 1, {
            deliveries: { create: [], update: [{ id: 1, ...delivered }], delete: [] },
          }),
      ],
      [
        'nested, as a list',
        () => run('updateItem', 'customers', 1, { deliveries: [{ id: 1, ...delivered }] }),
      ],
      [
        'nested in a batch',
        () => run('updateItemsBatch', 'customers', [{ id: 1, deliveries: [{ id: 1, ...delivered }] }]),
      ],
      [
        'a new owner that takes it',
        () => run('createItem', 'customers', { name: 'Rep', email: 'rep@example.com', deliveries: [1] }),
      ],
      ['an owner that is left with nothing', () => run('updateItem', 'customers', 1, { deliveries: [] })],
      ['another owner', () => run('updateItem', 'deliveries', 1, { customer: 2 })],
      [
        'a new owner in place',
        () => run('updateItem', 'deliveries', 1, { customer: { email: 'rep@example.com' } }),
      ],
      [
        'the owner with another address, in place',
        () => run('updateItem', 'deliveries', 1, { customer: { id: 1, email: 'rep@example.com' } }),
      ],
      ['the address of the owner', () => run('updateItem', 'customers', 1, { email: 'rep@example.com' })],
      ['the addresses of several', () => run('updateItems', 'customers', [1], { email: 'rep@example.com' })],
      ['the owner deleted', () => run('deleteItem', 'customers', 1)],
      ['several owners deleted', () => run('deleteItems', 'customers', [1])],
      [
        'owners deleted by a filter',
        () => raw('DELETE', '/items/customers', { query: { filter: { id: { _eq: 1 } } } }),
      ],
      ['GraphQL', () => mutation('update_deliveries_item(id: 1, data: {status: "Delivered"}) { id }')],
      [
        'GraphQL in a GET',
        () =>
          raw(
            'GET',
            `/graphql?query=${encodeURIComponent('mutation { update_deliveries_item(id: 1, data: {status: "Delivered"}) { id } }')}`,
          ),
      ],
      [
        'an import',
        () => {
          const form = new FormData();
          form.append(
            'file',
            new Blob(['[{"id":1,"status":"Delivered"}]'], { type: 'application/json' }),
            'a.json',
          );
          return fetch(`${gateway}/utils/import/deliveries`, {
            method: 'POST',
            body: form,
            headers: { authorization: `Bearer ${token}` },
          });
        },
      ],
      ['a revision put back', () => raw('POST', '/utils/revert/1', {})],
      [
        'a version',
        () => raw('POST', '/versions', { collection: 'deliveries', item: '1', key: 'a', name: 'a' }),
      ],
      ['a flow', () => raw('POST', '/flows/trigger/1', {})],
      ['a socket', () => socket(gateway, token)],
      ['an encoded path', () => raw('PATCH', '/items/%64eliveries/1', delivered)],
      ['two slashes', () => raw('PATCH', '/items//deliveries/1', delivered)],
      [
        'a form',
        () =>
          call(`${gateway}/items/deliveries/1`, 'PATCH', 'status=Delivered', {
            authorization: `Bearer ${token}`,
            'content-type': 'application/x-www-form-urlencoded',
          }),
      ],
      [
        'a method in a header',
        () =>
          call(`${gateway}/items/deliveries/1`, 'SEARCH', delivered, {
            authorization: `Bearer ${token}`,
            'x-http-method-override': 'PATCH',
          }),
      ],
    ],
  };
}

/** Directus' realtime socket writes, too. */
function socket(gateway: string, token: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const channel = new WebSocket(`${gateway.replace('http', 'ws')}/websocket`);
    channel.onerror = () => reject(new Error('the socket did not open'));
    channel.onopen = () => channel.send(JSON.stringify({ type: 'auth', access_token: token }));
    channel.onmessage = ({ data }) => {
      if (!String(data).includes('"auth"')) return resolve(data);
      channel.send(
        JSON.stringify({
          type: 'items',
          collection: 'deliveries',
          action: 'update',
          id: 1,
          data: { status: 'Delivered' },
        }),
      );
      return undefined;
    };
  });
}
