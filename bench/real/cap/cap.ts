import { createRequire } from 'node:module';
import { join } from 'node:path';
import { freePort } from '../../../test/harness/free-port.ts';
import { NODE, startChild } from '../process.ts';
import { type Client, call, type System } from '../system.ts';
import { doorsOf } from './doors.ts';
import { writeCapProject } from './project.ts';
import { openUi5 } from './ui5.ts';

const ANN = '11111111-1111-4111-8111-11111111111a';
const REP = '22222222-2222-4222-8222-22222222222b';
const OPEN = { status: 'Open', note: '', customer_ID: ANN };

type Query = {
  with(fields: object): Query;
  where(...words: unknown[]): Query;
  columns(text: unknown): Query;
};
type Remote = {
  run(query: unknown): Promise<unknown>;
  send(request: object): Promise<unknown>;
};
type Cds = {
  root: string;
  env: { log: { levels: Record<string, string> } };
  load(what: string): Promise<unknown>;
  linked(model: unknown): unknown;
  connect: { to(name: string, options: object): Promise<Remote> };
  ql: {
    SELECT: { from(name: string, key?: unknown): Query; one: { from(name: string, key?: unknown): Query } };
    INSERT: { into(name: string): { entries(...rows: object[]): unknown } };
    UPDATE(name: string, key?: unknown): Query;
    DELETE: { from(name: string, key?: unknown): Query };
  };
};

/** SAP CAP with its data in SQLite, and its own client: a remote service, as another CAP program calls it. */
export async function openCap(folder: string): Promise<System> {
  const port = await freePort();
  writeCapProject(folder);
  const url = `http://127.0.0.1:${port}`;
  const program = join(folder, 'node_modules', '@sap', 'cds', 'bin', 'serve.js');
  const child = await startChild([NODE, program, 'all'], {
    cwd: folder,
    env: { PORT: String(port) },
    isUp: `${url}/odata/v4/crm/`,
  });
  const direct = (path: string, method: string, body?: unknown) =>
    call(`${url}/odata/v4/crm/${path}`, method, body);
  await direct('Customers', 'POST', { ID: ANN, name: 'Ann', email: 'ann@example.com' });
  await direct('Customers', 'POST', { ID: REP, name: 'Rep', email: 'rep@example.com' });
  for (const ID of [45, 46]) await direct('Deliveries', 'POST', { ID, ...OPEN });
  return {
    url,
    client: (gateway) => clientOf(gateway, folder),
    async stored() {
      const one = (await direct('Deliveries(45)', 'GET')) as { status: string; customer_ID: string };
      const owner = (await direct(`Customers(${ANN})`, 'GET')) as { email: string };
      return { status: one.status, owner: one.customer_ID, email: owner.email };
    },
    async reset() {
      await direct(`Customers(${ANN})`, 'PUT', { name: 'Ann', email: 'ann@example.com' });
      await direct('Deliveries(45)', 'PUT', OPEN);
    },
    stop: () => child.stop(),
  };
}

async function clientOf(gateway: string, folder: string): Promise<Client> {
  const cds = createRequire(join(folder, 'package.json'))('@sap/cds') as Cds;
  cds.root = folder;
  cds.env.log.levels = { remote: 'silent', cds: 'silent' };
  const model = cds.linked(await cds.load('*'));
  const root = `${gateway}/odata/v4/crm`;
  const remote = await cds.connect.to('CRM', { kind: 'odata', model, credentials: { url: root } });
  const { SELECT, INSERT, UPDATE, DELETE } = cds.ql;
  const at = (path: string) => `${root}/${path}`;
  const update = (fields: object, key: unknown = 45) =>
    remote.run(UPDATE('CRM.Deliveries', key).with(fields));
  const customer = (fields: object, ID = ANN) => remote.run(UPDATE('CRM.Customers', { ID }).with(fields));
  const batch = (...requests: readonly object[]) =>
    call(at('$batch'), 'POST', { requests: requests.map((one, index) => ({ id: String(index), ...one })) });
  let carried: Record<string, string> = {};
  const ui5 = openUi5(folder, root, () => carried);
  /** What UI5 sends at once goes as one batch. What it is refused with is thrown. */
  const atOnce = async (...sent: readonly Promise<unknown>[]) => {
    const all = Promise.all(sent);
    all.catch(() => undefined);
    await ui5.submit();
    await all;
  };
  const json = { 'content-type': 'application/json' };
  return {
    works: [
      ['describe', () => fetch(at('$metadata')).then((answer) => answer.text())],
      ['list', () => remote.run(SELECT.from('CRM.Deliveries').where({ status: 'Open' }))],
      ['read', () => remote.run(SELECT.one.from('CRM.Deliveries', 45))],
      ['read with its customer', () => call(at('Deliveries(45)?$expand=customer'), 'GET')],
      ['create', () => remote.run(INSERT.into('CRM.Deliveries').entries({ ID: 77, customer_ID: ANN }))],
      [
        'create with its children',
        () => remote.run(INSERT.into('CRM.Customers').entries({ name: 'New', notes: [{ text: 'a' }] })),
      ],
      ['deep update of its children', () => customer({ notes: [{ text: 'b' }, { text: 'c' }] })],
      [
        'deep update that names all deliveries',
        () =>
          customer({
            deliveries: [
              { ID: 45, note: 'd' },
              { ID: 46, note: 'd' },
              { ID: 77, note: 'd' },
            ],
          }),
      ],
      ['update', () => update({ note: 'x' })],
      ['update that names the stored owner', () => update({ note: 'y', customer_ID: ANN })],
      ['… as an object', () => call(at('Deliveries(45)'), 'PATCH', { customer: { ID: ANN } })],
      ['replace', () => call(at('Deliveries(46)'), 'PUT', { ...OPEN, note: 'z' })],
      ['a key that is named', () => call(at('Deliveries(ID=45)'), 'PATCH', { note: 'z' })],
      ['a key as a segment', () => call(at('Deliveries/45'), 'PATCH', { note: 'z' })],
      ['one property', () => call(at('Deliveries(45)/note'), 'PUT', { value: 'a' })],
      ['an action', () => remote.send({ method: 'POST', path: 'Deliveries(45)/CRM.label', data: {} })],
      ['a function', () => remote.send({ method: 'GET', path: 'Deliveries(45)/CRM.title()' })],
      [
        'a batch',
        () =>
          batch(
            { method: 'GET', url: 'Deliveries(45)' },
            { method: 'PATCH', url: 'Deliveries(46)', headers: json, body: { note: 'b' } },
          ),
      ],
      [
        'UI5: a read and an update in a batch',
        () =>
          atOnce(
            ui5.send('GET', 'Deliveries'),
            ui5.send('PATCH', 'Deliveries(45)', { note: 'Größe\u2028"' }),
          ),
      ],
      [
        'UI5: two updates in a set',
        () =>
          atOnce(
            ui5.send('PATCH', 'Deliveries(45)', { note: 'u' }),
            ui5.send('PATCH', `Customers(${ANN})`, { name: 'Ann' }),
          ),
      ],
      [
        'UI5: create, act and delete',
        async () => {
          await atOnce(ui5.send('POST', 'Deliveries', { ID: 78, customer_ID: ANN }));
          await atOnce(ui5.send('POST', 'Deliveries(78)/CRM.label', {}));
          await atOnce(ui5.send('DELETE', 'Deliveries(78)'));
        },
      ],
      ['update of a customer', () => customer({ name: 'Anne' })],
      ['delete', () => remote.run(DELETE.from('CRM.Deliveries', 77))],
    ],
    save: (code) =>
      remote.send({
        query: UPDATE('CRM.Deliveries', 45).with({ status: 'Delivered' }),
        headers: code === undefined ? {} : { 'OTPRULES-OTP-7': code },
      } as object),
    saves: [
      [
        'a batch of UI5',
        (code) => {
          carried = code === undefined ? {} : { 'OTPRULES-OTP-7': code };
          return atOnce(
            ui5.send('PATCH', 'Deliveries(45)', { status: 'Delivered' }),
            ui5.send('PATCH', `Customers(${ANN})`, { name: 'Ann' }),
            ui5.send('GET', 'Deliveries(46)'),
          ).finally(() => {
            carried = {};
          });
        },
      ],
    ],
    doors: doorsOf({
      ann: ANN,
      rep: REP,
      gateway,
      at,
      update,
      customer,
      batch,
      remove: (name, key) => remote.run(DELETE.from(name, key)),
    }),
  };
}
