import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { freePort } from '../../test/harness/free-port.ts';
import { startPostgres } from '../../test/harness/postgres-server.ts';
import { NODE, startChild } from './process.ts';
import { type Client, call, type System } from './system.ts';

/** Parse Server on Postgres, as its README starts it. */
const SERVER = `
import express from 'express';
import { ParseServer } from 'parse-server';
const [port, databaseURI] = process.argv.slice(2);
const server = new ParseServer({
  databaseURI, appId: 'crm', masterKey: 'master', javascriptKey: 'js', restAPIKey: 'rest', masterKeyIps: ['0.0.0.0/0', '::/0'],
  serverURL: \`http://127.0.0.1:\${port}/parse\`, allowClientClassCreation: true, silent: true,
  fileUpload: { enableForAuthenticatedUser: true, enableForPublic: true },
});
await server.start();
express().use('/parse', server.app).listen(Number(port), '127.0.0.1');
`;

type ParseObject = {
  readonly id: string;
  set(name: string, value: unknown): void;
  get(name: string): unknown;
  save(attributes?: object | null, options?: object): Promise<ParseObject>;
  fetch(): Promise<ParseObject>;
  destroy(): Promise<ParseObject>;
};
type Query = {
  find(): Promise<ParseObject[]>;
  get(id: string): Promise<ParseObject>;
  equalTo(name: string, value: unknown): Query;
  include(name: string): Query;
};
type Sdk = {
  initialize(app: string, key: string): void;
  serverURL: string;
  Object: {
    new (name: string): ParseObject;
    saveAll(list: readonly ParseObject[]): Promise<unknown>;
    extend(name: string): { createWithoutData(id: string): ParseObject };
  };
  Query: new (name: string) => Query;
  User: {
    signUp(name: string, password: string): Promise<unknown>;
    logIn(name: string, password: string): Promise<unknown>;
    logOut(): Promise<unknown>;
  };
  CoreManager: { set(name: string, value: unknown): void };
};

const MASTER = { 'X-Parse-Application-Id': 'crm', 'X-Parse-Master-Key': 'master' };
const CLIENT = { 'X-Parse-Application-Id': 'crm', 'X-Parse-REST-API-Key': 'rest' };

/** Parse Server with its own JavaScript SDK, which sends every request as a POST of text/plain. */
export async function openParse(folder: string): Promise<System> {
  const postgres = await startPostgres();
  const port = await freePort();
  const script = join(folder, 'server.mjs');
  writeFileSync(script, SERVER);
  const url = `http://127.0.0.1:${port}`;
  const child = await startChild(
    [NODE, script, String(port), `postgres://admin@127.0.0.1:${postgres.port}/countersign`],
    { cwd: folder, isUp: `${url}/parse/health` },
  );
  const direct = (path: string, method: string, body?: unknown) =>
    call(`${url}/parse${path}`, method, body, MASTER);
  const created = async (path: string, body: object) =>
    String(((await direct(path, 'POST', body)) as { objectId: string }).objectId);
  const customer = await created('/classes/Customer', { name: 'Ann', email: 'ann@example.com' });
  const rep = await created('/classes/Customer', { name: 'Rep', email: 'rep@example.com' });
  const pointer = (id: string) => ({ __type: 'Pointer', className: 'Customer', objectId: id });
  const fields = { status: 'Open', note: '', customer: pointer(customer) };
  const delivery = await created('/classes/Delivery', fields);
  return {
    url,
    client: async (gateway) => clientOf(gateway, folder, { delivery, customer, rep, pointer }),
    async stored() {
      const one = (await direct(`/classes/Delivery/${delivery}`, 'GET')) as {
        status: string;
        customer: { objectId: string };
      };
      const owner = (await direct(`/classes/Customer/${customer}`, 'GET')) as { email: string };
      return { status: one.status, owner: one.customer.objectId, email: owner.email };
    },
    async reset() {
      await direct(`/classes/Delivery/${delivery}`, 'PUT', fields);
      await direct(`/classes/Customer/${customer}`, 'PUT', { name: 'Ann', email: 'ann@example.com' });
    },
    async stop() {
      await child.stop();
      await postgres.stop();
    },
  };
}

type Ids = {
  readonly delivery: string;
  readonly customer: string;
  readonly rep: string;
  readonly pointer: (id: string) => object;
};

function clientOf(gateway: string, folder: string, { delivery, customer, rep, pointer }: Ids): Client {
  const Parse = createRequire(join(folder, 'package.json'))('parse/node') as Sdk;
  Parse.initialize('crm', 'js');
  Parse.serverURL = `${gateway}/parse`;
  Parse.CoreManager.set('REQUEST_ATTEMPT_LIMIT', 1);
  const Delivery = Parse.Object.extend('Delivery');
  const Customer = Parse.Object.extend('Customer');
  const of = (kind: typeof Delivery, id: string, fields: object) => {
    const one = kind.createWithoutData(id);
    for (const [name, value] of Object.entries(fields)) one.set(name, value);
    return one;
  };
  const path = `/parse/classes/Delivery/${delivery}`;
  const rest = (method: string, at: string, body?: unknown, headers: Record<string, string> = CLIENT) =>
    call(`${gateway}${at}`, method, body, headers);
  const text = { 'content-type': 'text/plain' };
  const asSdk = (at: string, body: object) =>
    call(
      `${gateway}${at}`,
      'POST',
      JSON.stringify({ _ApplicationId: 'crm', _JavaScriptKey: 'js', ...body }),
      text,
    );
  const delivered = { status: 'Delivered' };
  return {
    works: [
      ['sign up', () => Parse.User.signUp('rep', 'secret')],
      ['log out', () => Parse.User.logOut()],
      ['log in', () => Parse.User.logIn('rep', 'secret')],
      ['find', () => new Parse.Query('Delivery').equalTo('status', 'Open').include('customer').find()],
      ['get', () => new Parse.Query('Delivery').get(delivery)],
      ['fetch', () => Delivery.createWithoutData(delivery).fetch()],
      [
        'create',
        () =>
          of(Delivery, '', {})
            .save({ status: 'Open', customer: pointer(customer) })
            .catch(() => newDelivery().save({ status: 'Open' })),
      ],
      ['update', () => of(Delivery, delivery, { note: 'x' }).save()],
      [
        'update that names the stored owner',
        () => of(Delivery, delivery, { note: 'y', customer: Customer.createWithoutData(customer) }).save(),
      ],
      ['create and delete', async () => (await newDelivery().save({ status: 'Open' })).destroy()],
      ['update of a customer', () => of(Customer, customer, { name: 'Anne' }).save()],
      ['REST: read', () => rest('GET', path)],
      ['REST: update', () => rest('PUT', path, { note: 'z' })],
    ],
    save: (code) => {
      Parse.CoreManager.set('REQUEST_HEADERS', code === undefined ? {} : { 'OTPRULES-OTP-7': code });
      return of(Delivery, delivery, delivered)
        .save()
        .finally(() => Parse.CoreManager.set('REQUEST_HEADERS', {}));
    },
    doors: [
      [
        'saveAll (a batch)',
        () =>
          Parse.Object.saveAll([of(Delivery, delivery, delivered), of(Customer, customer, { name: 'B' })]),
      ],
      [
        'a batch by REST',
        () => rest('POST', '/parse/batch', { requests: [{ method: 'PUT', path, body: delivered }] }),
      ],
      ['PUT by REST', () => rest('PUT', path, delivered)],
      [
        'a form',
        () =>
          call(`${gateway}${path}`, 'PUT', 'status=Delivered', {
            ...CLIENT,
            'content-type': 'application/x-www-form-urlencoded',
          }),
      ],
      ['a method in the body, in another case', () => asSdk(path, { _method: 'put', ...delivered })],
      [
        'a method in a header',
        () => rest('POST', path, delivered, { ...CLIENT, 'X-HTTP-Method-Override': 'PUT' }),
      ],
      ['a method in the body of JSON', () => rest('POST', path, { _method: 'PUT', ...delivered })],
      ['a read whose body updates', () => asSdk(path, { _method: 'GET', ...delivered })],
      [
        'a list with an id',
        () => asSdk('/parse/classes/Delivery', { _method: 'PUT', objectId: delivery, ...delivered }),
      ],
      [
        'another case of the path',
        () => asSdk(`/parse/Classes/Delivery/${delivery}`, { _method: 'PUT', ...delivered }),
      ],
      [
        'an encoded path',
        () => asSdk(`/parse/classes/%44elivery/${delivery}`, { _method: 'PUT', ...delivered }),
      ],
      [
        'GraphQL',
        () =>
          rest('POST', '/graphql', {
            query:
              'mutation { updateDelivery(input: {id: "x", fields: {status: "Delivered"}}) { clientMutationId } }',
          }),
      ],
      ['another owner', () => of(Delivery, delivery, { customer: Customer.createWithoutData(rep) }).save()],
      ['no owner', () => asSdk(path, { _method: 'PUT', customer: { __op: 'Delete' } })],
      ['an operation on the status', () => asSdk(path, { _method: 'PUT', status: { __op: 'Delete' } })],
      ['the address of the owner', () => of(Customer, customer, { email: 'rep@example.com' }).save()],
      [
        'the address of the owner by an operation',
        () => asSdk(`/parse/classes/Customer/${customer}`, { _method: 'PUT', email: { __op: 'Delete' } }),
      ],
      ['the owner deleted', () => Customer.createWithoutData(customer).destroy()],
      [
        'a nested owner with another address',
        () =>
          asSdk(path, {
            _method: 'PUT',
            customer: {
              __type: 'Object',
              className: 'Customer',
              objectId: customer,
              email: 'rep@example.com',
            },
          }),
      ],
      ['the class by its schema', () => rest('DELETE', '/parse/schemas/Delivery')],
      ['the master key of a guess', () => call(`${gateway}${path}`, 'PUT', delivered, MASTER)],
    ],
  };

  function newDelivery(): ParseObject {
    return new Parse.Object('Delivery');
  }
}
