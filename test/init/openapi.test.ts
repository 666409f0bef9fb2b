import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { parse } from 'yaml';
import { requestsIn } from '../../src/cli/init/openapi/paths.ts';
import { readDocument } from '../../src/cli/init/openapi/read-document.ts';
import { simulate } from '../../src/cli/rules/simulation.ts';
import { loadConfig } from '../../src/config/load.ts';
import { SECRET } from '../harness/delivery.ts';
import { openFolder } from '../harness/world.ts';
import { SAMPLES, type Sample } from './documents.ts';
import { said } from './in-terminal.ts';

vi.setConfig({ testTimeout: 240_000 });

const UPSTREAM = 'http://127.0.0.1:9';

/** What `init` writes of a document, which is read and not changed: several tests look at it. */
const initialised = once((sample: Sample) =>
  initialisedIn(mkdtempSync(join(tmpdir(), 'countersign-init-')), sample),
);
const documentOf = once(({ file }: Sample) => readDocument(file));
afterAll(async () => {
  for (const sample of SAMPLES) rmSync(dirname((await initialised(sample)).folder), { recursive: true });
});

/** Asks once for each sample. */
function once<T>(ask: (sample: Sample) => Promise<T>): (sample: Sample) => Promise<T> {
  const known = new Map<Sample, Promise<T>>();
  return (sample) => {
    const answer = known.get(sample) ?? ask(sample);
    known.set(sample, answer);
    return answer;
  };
}

async function initialisedIn(place: string, { file, module: name, field, to, address }: Sample) {
  const folder = join(place, 'first');
  const rule = ['--module', name, '--field', field, '--to', to, '--address', address];
  const { code, text } = await said([
    'init',
    '--openapi',
    file,
    '--upstream',
    UPSTREAM,
    ...rule,
    '--dir',
    folder,
  ]);
  const config = join(folder, 'countersign.yaml');
  return { folder, config, code, text };
}

/** What is written about a document of these paths. */
async function written(paths: object, more: object = {}, words: readonly string[] = []) {
  const folder = openFolder();
  const file = join(folder, 'api.json');
  writeFileSync(
    file,
    JSON.stringify({ openapi: '3.0.3', info: { title: 'x', version: '1' }, paths, ...more }),
  );
  const rule = ['--module', 'orders', '--field', 'status', '--to', 'Delivered', '--address', 'email'];
  const ran = await said([
    'init',
    '--openapi',
    file,
    '--upstream',
    UPSTREAM,
    ...rule,
    '--dir',
    folder,
    ...words,
  ]);
  const read = () => parse(readFileSync(join(folder, 'countersign.yaml'), 'utf8')) as Record<string, never>;
  return { ...ran, read, folder };
}

const ok = { responses: { 200: { description: 'ok' } } };
const ORDERS = {
  '/orders': { get: ok, post: ok },
  '/orders/{id}': {
    parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'integer' } }],
    get: ok,
    patch: ok,
  },
};

describe('init from an OpenAPI document', () => {
  test.each(
    SAMPLES,
  )('of $file writes what check and test accept, and says what it could not know', async (sample) => {
    const { config, folder, code, text } = await initialised(sample);
    expect([code, text]).toEqual([0, expect.stringMatching(/^wrote /)]);
    const checked = await said(['check', '-c', config]);
    expect([checked.code, checked.text]).toEqual([0, expect.stringContaining('is good: 1 rule')]);
    const tested = await said(['test', join(folder, 'countersign.test.yaml')]);
    expect([tested.code, tested.text]).toEqual([0, expect.stringContaining('2')]);
  });

  test.each(
    SAMPLES,
  )('of $file is strict: no write on a record of the module passes with the guarded change in it', async (sample) => {
    const { config } = await initialised(sample);
    const loaded = loadConfig(config, { COUNTERSIGN_SECRET: SECRET });
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
    const { document } = await documentOf(sample);
    const path = String(
      loaded.snapshot.modules.find(({ name }) => name.toLowerCase() === sample.module.toLowerCase())?.path,
    );
    const before = { [sample.field]: 'before', [sample.address]: 'ann@example.com' };
    const writes = requestsIn(document).filter(
      ({ method, path: at }) =>
        !['GET', 'HEAD'].includes(method) && at.toLowerCase().startsWith(path.toLowerCase()),
    );
    expect(writes.length).toBeGreaterThan(1);
    for (const { method, path: written } of writes) {
      const isCreate =
        method === 'POST' && !written.includes('{') && written.split('/').length === path.split('/').length;
      const body = JSON.stringify(sample.wrap({ [sample.field]: sample.to }));
      const target = written.replace(/\{[^}]+\}/g, '1');
      const request = `${method} ${target}\nContent-Type: application/json\n\n${body}\n`;
      const { verdict } = await simulate(loaded.snapshot, request, { before });
      const isDelete = method === 'DELETE' && /^[^{]*\{[^{}/]*\}[^{}/]*$/.test(written);
      // The rule is about updates; a create in that state is refused, and deleting is another rule.
      if (!isDelete)
        expect([method, target, verdict, isCreate]).not.toEqual([method, target, 'pass', isCreate]);
    }
  });

  test.each(
    SAMPLES,
  )('of $file says of every write that is refused that nobody knows what it means', async (sample) => {
    const { config, text } = await initialised(sample);
    const loaded = loadConfig(config, { COUNTERSIGN_SECRET: SECRET });
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
    const { document } = await documentOf(sample);
    const told = text + readFileSync(config, 'utf8');
    for (const { method, path } of requestsIn(document)) {
      if (['GET', 'HEAD'].includes(method)) continue;
      const target = path.replace(/\{[^}]+\}/g, '1');
      const body = JSON.stringify(sample.wrap({}));
      const request = `${method} ${target}\nContent-Type: application/json\n\n${body}\n`;
      const { slug } = await simulate(loaded.snapshot, request, { before: {} });
      if (slug !== 'unmapped-write') continue;
      const written = `${method} ${path.replace(/\{[^}]+\}/g, '{')}`;
      expect(told.replace(/\{[^}]+\}/g, '{')).toContain(written);
    }
  });

  test('an action on a record is written as a save of which nobody knows what it stores, and always asks', async () => {
    const { config } = await initialised(SAMPLES.at(-1) as Sample);
    const text = readFileSync(config, 'utf8');
    expect(parse(text).modules.orders.operations).toEqual([
      { request: 'POST /orders/{id}/deliver', save: { id: '{id}' } },
    ]);
    expect(text).toContain('# which values it stores is not known');
    expect(text).toContain('#   - request: POST /orders/search');
    expect(parse(text)).toMatchObject({
      passthrough: ['/login'],
      modules: { orders: { put: 'replace', knownFields: ['id', 'status', 'email', 'note'] } },
    });
  });

  test('a login passes, and what only sounds like one does not', async () => {
    const paths = {
      ...ORDERS,
      '/auth/login': { post: ok },
      '/access-token': { post: { ...ok, security: [] } },
      '/authors': { post: ok },
      '/tokens': { post: { ...ok, security: [{ bearer: [] }] } },
      '/graphql': { post: { ...ok, operationId: 'login' } },
      '/orders/session': { post: ok },
    };
    const { read, text } = await written(paths);
    expect(read()).toMatchObject({
      passthrough: ['/auth/login', '/access-token'],
      modules: { orders: { operations: [{ request: 'POST /orders/session', harmless: true }] } },
    });
    expect(text).toContain(
      'writes of no module, which are refused:\n  POST /authors\n  POST /tokens\n  POST /graphql',
    );
  });

  test('the base path of the server stands in front of every path once, wherever the CRM is', async () => {
    const servers = [{ url: 'https://crm.acme.test/api/v3/' }];
    const { read } = await written(ORDERS, { servers }, ['--upstream', 'http://127.0.0.1:3000/api/v3']);
    expect(read()).toMatchObject({
      upstream: { url: 'http://127.0.0.1:3000' },
      modules: { orders: { path: '/api/v3/orders' } },
    });
  });

  test('takes headers by which the API knows who asks, and records of several parents', async () => {
    const components = { securitySchemes: { key: { type: 'apiKey', in: 'header', name: 'X-Api-Key' } } };
    const item = '/regions/{region}/orders/{order-id}';
    const { read } = await written({ [item]: { get: ok, put: ok } }, { components });
    expect(read()).toMatchObject({
      modules: {
        orders: {
          shapes: 'none',
          credentialHeaders: ['X-Api-Key'],
          operations: [
            { request: 'GET /regions/{region}/orders/{order_id}', read: { id: '{order_id}' } },
            { request: 'PUT /regions/{region}/orders/{order_id}', save: { id: '{order_id}', fields: '' } },
          ],
        },
      },
    });
  });

  test('a record below that of another module is one of its own, and no guarded change of it passes there', async () => {
    const body = (...names: readonly string[]) => ({
      requestBody: {
        content: {
          'application/json': {
            schema: {
              type: 'object',
              properties: Object.fromEntries(names.map((one) => [one, { type: 'string' }])),
            },
          },
        },
      },
    });
    const order = { ...ok, ...body('status', 'email') };
    const customer = { ...ok, ...body('status', 'name') };
    const { read, text, folder } = await written({
      '/orders': { get: ok, post: order },
      '/orders/{id}': { get: ok, patch: order },
      '/customers': { get: ok, post: customer },
      '/customers/{id}': { get: ok, patch: customer },
      '/customers/{id}/orders': { get: ok, post: order, patch: order, delete: ok },
      '/customers/{id}/orders/{order}': { patch: order, delete: ok },
      '/customers/{id}/purchases': { patch: order },
      '/customers/{id}/greet': { post: ok },
    });
    expect(read()).toMatchObject({
      modules: {
        orders: {
          operations: [
            { request: 'POST /customers/{id}/orders', save: { operation: 'create', fields: '' } },
            {
              request: 'DELETE /customers/{id}/orders/{order}',
              save: { operation: 'delete', id: '{order}' },
            },
            { request: 'PATCH /customers/{id}/orders/{order}', save: { id: '{order}', fields: '' } },
          ],
        },
        customers: { operations: [{ request: 'POST /customers/{id}/greet', save: { id: '{id}' } }] },
      },
    });
    expect(text).toContain('orders: what PATCH /customers/{id}/orders means, so it is refused');
    expect(text).toContain('customers: what PATCH /customers/{id}/purchases means, so it is refused');
    expect(text).toContain(
      'what POST /customers/{id}/greet stores: it asks nobody until a rule is about customers',
    );
    const config = join(folder, 'countersign.yaml');
    const loaded = loadConfig(config, { COUNTERSIGN_SECRET: SECRET });
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
    const before = { id: '45', status: 'Open', email: 'ann@example.com' };
    const verdictOf = async (line: string, fields: object) => {
      const request = `${line}\nContent-Type: application/json\n\n${JSON.stringify(fields)}\n`;
      return (await simulate(loaded.snapshot, request, { before })).verdict;
    };
    const delivered = { status: 'Delivered' };
    for (const line of [
      'POST /customers/9/orders',
      'PATCH /customers/9/orders',
      'PATCH /customers/9/orders/45',
      'PATCH /customers/9/purchases',
    ])
      expect([line, await verdictOf(line, delivered)]).not.toEqual([line, 'pass']);
    expect(await verdictOf('POST /customers/9/orders', { status: 'Open' })).toBe('pass');
    expect(await verdictOf('PATCH /customers/9/orders/45', { status: 'Open' })).toBe('pass');
  });

  test('an address in a record of another module is written as a reference, which the cases know', async () => {
    const paths = {
      ...ORDERS,
      '/people': { get: ok, post: ok },
      '/people/{id}': { get: ok, patch: ok },
    };
    const refers = ['--via', 'person_id', '--owner', 'people'];
    const { read, folder, code, text } = await written(paths, {}, refers);
    expect([code, text]).toEqual([0, expect.stringMatching(/^wrote /)]);
    const [rule] = (read() as unknown as { rules: readonly { send: { to: readonly object[] } }[] }).rules;
    expect(rule?.send.to).toEqual([
      { channel: 'outbox', address: { via: 'person_id', module: 'people', field: 'email', reverse: 'none' } },
    ]);
    const config = join(folder, 'countersign.yaml');
    expect(await said(['check', '-c', config])).toMatchObject({ code: 0 });
    const tested = join(folder, 'countersign.test.yaml');
    expect(await said(['test', tested])).toMatchObject({ code: 0 });
    writeFileSync(config, `${readFileSync(config, 'utf8')}mode: shadow\n`);
    expect(await said(['test', tested])).toMatchObject({
      code: 0,
      text: expect.stringContaining('0 failed'),
    });
  });

  test.each([
    [['--via', 'person_id'], 'go together'],
    [['--via', 'person_id', '--owner', 'peopel'], 'is no module of the document: "peopel"'],
  ])('%j is said to be wrong', async (words, message) => {
    const { code, text } = await written(ORDERS, {}, words);
    expect([code, text]).toEqual([2, expect.stringContaining(message)]);
  });

  test('says which field or module was meant', async () => {
    const [sample] = SAMPLES.slice(-1) as [Sample];
    const wrong = await initialisedIn(openFolder(), { ...sample, field: 'stauts' });
    expect([wrong.code, wrong.text]).toEqual([
      2,
      expect.stringContaining('"stauts" (did you mean "status"?)'),
    ]);
    const lost = await initialisedIn(openFolder(), { ...sample, module: 'oders' });
    expect([lost.code, lost.text]).toEqual([2, expect.stringContaining('(did you mean "orders"?)')]);
  });
});

describe('a document that is none', () => {
  const readAs = async (name: string, text: string) => {
    const file = join(openFolder(), name);
    writeFileSync(file, text);
    return said(['init', '--openapi', file, '--module', 'orders']);
  };

  test.each([
    ['broken YAML', 'openapi: 3.0.0\npaths: [', 'cannot be read'],
    ['broken JSON', '{"openapi":', 'cannot be read'],
    ['a list', '[1]', 'is not an OpenAPI document'],
    ['something else', 'version: 1', 'is not an OpenAPI document'],
    ['without paths', 'openapi: 3.0.0', 'has no paths'],
    ['without a collection', 'openapi: 3.0.0\npaths: {}', 'has no collection'],
    [
      'that unfolds to more than memory',
      `openapi: 3.0.0\na: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghij'
        .split('')
        .map((c, i) => `${c}: &${c} [${`*${'abcdefghi'[i]},`.repeat(9).slice(0, -1)}]`)
        .join('\n')}\npaths: {}`,
      'cannot be read',
    ],
  ])('%s is said in one sentence', async (_, text, message) => {
    const { code, text: told } = await readAs('api.yaml', text);
    expect([2, 4]).toContain(code);
    expect(told).toContain(message);
    expect(told.length).toBeLessThan(400);
  });

  test('a document that is too large is not read', async () => {
    const { code, text } = await readAs('api.json', `{"a":"${'x'.repeat(8 * 1024 * 1024)}"}`);
    expect([code, text]).toEqual([2, expect.stringContaining('is larger than 8 MiB')]);
  });

  test('schemas in a circle, and references that lead nowhere, are read as far as they go', async () => {
    const schemas = {
      A: { $ref: '#/components/schemas/B' },
      B: { $ref: '#/components/schemas/A' },
      Order: {
        allOf: [
          { $ref: '#/components/schemas/Order' },
          { $ref: '#/components/schemas/A' },
          { $ref: '#/nowhere' },
        ],
        properties: { status: { type: 'string' }, email: { $ref: '#/components/schemas/A' } },
      },
    };
    const content = { 'application/json': { schema: { $ref: '#/components/schemas/Order' } } };
    const paths = structuredClone(ORDERS) as Record<string, Record<string, object>>;
    Object.assign(paths['/orders/{id}'] ?? {}, { patch: { ...ok, requestBody: { content } } });
    const { code, read } = await written(paths, { components: { schemas } });
    expect(code).toBe(0);
    expect(read()).toMatchObject({ modules: { orders: { knownFields: ['status', 'email'] } } });
  });

  test('nothing that a document refers to is fetched or opened, and that is said', async () => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.end('{}');
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await new Promise((resolve) => server.once('listening', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/schemas.json#/Order`;
    const paths = structuredClone(ORDERS) as Record<string, Record<string, object>>;
    const content = { 'application/json': { schema: { $ref: url } } };
    Object.assign(paths['/orders/{id}'] ?? {}, { patch: { ...ok, requestBody: { content } } });
    const { code, text } = await written(paths);
    expect(code).toBe(0);
    expect(text).toContain('it refers to other documents');
    expect(asked).toEqual([]);
  });

  test('a URL is fetched once, and one that gives no end is left', async () => {
    let asked = 0;
    const server = createServer((_request, response) => {
      asked += 1;
      const more = () =>
        void (response.destroyed || response.write('x'.repeat(256 * 1024), () => setImmediate(more)));
      more();
    }).listen(0, '127.0.0.1');
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    await new Promise((resolve) => server.once('listening', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/openapi.json`;
    const { code, text } = await said(['init', '--openapi', url, '--module', 'orders']);
    expect([code, text]).toEqual([2, expect.stringContaining('is larger than 8 MiB')]);
    expect(asked).toBe(1);
  });
});

test('the documents are those of ten CRMs and ERPs at least', () => {
  expect(new Set(SAMPLES.map(({ file }) => basename(file))).size).toBeGreaterThanOrEqual(10);
});
