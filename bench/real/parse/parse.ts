import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../../test/harness/free-port.ts';
import { startPostgres } from '../../../test/harness/postgres-server.ts';
import { NODE, startChild } from '../process.ts';
import { type Client, call, type System } from '../system.ts';
import { doorsOf } from './doors.ts';
import { DELIVERED, type Hands, handsOf, MASTER, type ParseObject } from './hands.ts';

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
    client: async (gateway) => clientOf(handsOf(gateway, folder, { delivery, customer, rep, pointer })),
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

function clientOf(hands: Hands): Client {
  const { Parse, Delivery, Customer, of, delivery, customer, pointer, path, rest, newDelivery } = hands;
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
      ['saveAll of two', () => Parse.Object.saveAll(both({ note: 'a' }))],
      ['saveAll of two new ones', () => Parse.Object.saveAll([newDelivery(), newDelivery()])],
      ['saveAll in a transaction', () => Parse.Object.saveAll(both({ note: 'b' }), { transaction: true })],
      [
        'save with an unsaved child',
        () => newDelivery().save({ status: 'Open', customer: new Parse.Object('Customer') }),
      ],
      [
        'destroyAll of two',
        async () => {
          const two = [newDelivery(), newDelivery()];
          await Parse.Object.saveAll(two);
          await Parse.Object.destroyAll(two);
        },
      ],
      ['update of a customer', () => of(Customer, customer, { name: 'Anne' }).save()],
      ['REST: read', () => rest('GET', path)],
      ['REST: update', () => rest('PUT', path, { note: 'z' })],
    ],
    save: (code) => withCode(code, () => of(Delivery, delivery, DELIVERED).save()),
    saves: [
      [
        'saveAll',
        (code) =>
          withCode(code, () =>
            Parse.Object.saveAll([of(Delivery, delivery, DELIVERED), of(Customer, customer, { name: 'B' })]),
          ),
      ],
      [
        'saveAll in a transaction',
        (code) =>
          withCode(code, () =>
            Parse.Object.saveAll([of(Customer, customer, { name: 'C' }), of(Delivery, delivery, DELIVERED)], {
              transaction: true,
            }),
          ),
      ],
    ],
    doors: doorsOf(hands),
  };

  function both(fields: object): readonly ParseObject[] {
    return [of(Delivery, delivery, fields), of(Customer, customer, { name: 'Anne' })];
  }

  function withCode<T>(code: string | undefined, act: () => Promise<T>): Promise<T> {
    Parse.CoreManager.set('REQUEST_HEADERS', code === undefined ? {} : { 'OTPRULES-OTP-7': code });
    return act().finally(() => Parse.CoreManager.set('REQUEST_HEADERS', {}));
  }
}
