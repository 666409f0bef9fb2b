import { execFile } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findInstalled, findProgram } from '../../test/harness/debian-program.ts';
import { freePort } from '../../test/harness/free-port.ts';
import { startChild } from './process.ts';
import { type Client, call, type System } from './system.ts';
import { doorsOf, type Ids, type Rpc } from './tryton-doors.ts';

const PARTY = '/usr/lib/python3/dist-packages/trytond/modules/party';
const PASSWORD = 'password-of-a-run';

/** Debian's Tryton on SQLite, with the module of parties. Its clients speak JSON-RPC, and so does this. */
export async function openTryton(folder: string): Promise<System> {
  const admin = await findProgram('trytond-admin', 'tryton-server');
  await findProgram('trytond', 'tryton-server');
  await findInstalled({
    packages: ['tryton-modules-party'],
    find: () => existsSync(PARTY) || undefined,
    missing: 'this walk needs the parties of Tryton: apt-get install tryton-modules-party',
  });
  const port = await freePort();
  const config = join(folder, 'trytond.conf');
  const text = `[database]\nuri = sqlite://\npath = ${folder}\n[web]\nlisten = 127.0.0.1:${port}\n`;
  writeFileSync(config, text);
  if (!existsSync(join(folder, 'crm.sqlite'))) {
    const [database, password] = [join(folder, 'crm.sqlite'), join(folder, 'password')];
    writeFileSync(database, '');
    writeFileSync(password, PASSWORD);
    const words = [
      '-c',
      config,
      '-d',
      'crm',
      '-u',
      'party',
      '--activate-dependencies',
      '--email',
      'a@example.com',
    ];
    await promisify(execFile)(admin, words, { env: { ...process.env, TRYTONPASSFILE: password } });
  }
  const url = `http://127.0.0.1:${port}`;
  const child = await startChild(['trytond', '-c', config, '-d', 'crm'], { cwd: folder, isUp: url });
  const direct = await sessionAt(url);
  const party = async (name: string) => {
    const [id = 0] = (await direct('model.party.party.create', [
      [{ name, addresses: [['create', [{ street: 'Old Street 1' }]]] }],
      {},
    ])) as number[];
    await direct('model.party.contact_mechanism.create', [
      [{ party: id, type: 'email', value: `${name}@example.com` }],
      {},
    ]);
    return id;
  };
  const [ann, rep] = [await party('ann'), await party('rep')];
  const [address = 0] = (await direct('model.party.address.search', [
    [['party', '=', ann]],
    0,
    null,
    null,
    {},
  ])) as number[];
  const fields = { street: 'Old Street 1', party: ann };
  return {
    url,
    client: (gateway) => clientOf(gateway, { ann, rep, address }),
    async stored() {
      const [one] = (await direct('model.party.address.read', [[address], ['street', 'party'], {}])) as {
        street: string;
        party: number;
      }[];
      const [owner] = (await direct('model.party.party.read', [[ann], ['email'], {}])) as { email: string }[];
      return { status: one?.street, owner: one?.party, email: owner?.email };
    },
    async reset() {
      await direct('model.party.address.write', [[address], fields, {}]);
    },
    stop: () => child.stop(),
  };
}

/** Logs in, and calls as the clients of Tryton do; an error that is answered is thrown. */
async function sessionAt(url: string): Promise<Rpc> {
  const rpc = async (method: string, params: unknown, headers: Readonly<Record<string, string>>) => {
    const answer = (await call(`${url}/crm/`, 'POST', { id: 1, method, params }, headers)) as {
      result?: unknown;
      error?: unknown;
    };
    if (answer.error) throw new Error(JSON.stringify(answer.error));
    return answer.result;
  };
  const [user, token] = (await rpc('common.db.login', ['admin', { password: PASSWORD }, 'en'], {})) as [
    number,
    string,
  ];
  const authorization = `Session ${Buffer.from(`admin:${user}:${token}`).toString('base64')}`;
  return (method, params, headers = {}) => rpc(method, params, { authorization, ...headers });
}

async function clientOf(gateway: string, ids: Ids): Promise<Client> {
  const rpc = await sessionAt(gateway);
  const { ann, address } = ids;
  const write = (fields: object, id: unknown = address) =>
    rpc('model.party.address.write', [[id], fields, {}]);
  const party = (fields: object, id = ann) => rpc('model.party.party.write', [[id], fields, {}]);
  return {
    works: [
      ['search', () => rpc('model.party.party.search', [[['name', '=', 'ann']], 0, 10, null, {}])],
      ['read', () => rpc('model.party.address.read', [[address], ['street', 'party'], {}])],
      ['search and read', () => rpc('model.party.party.search_read', [[], 0, 10, null, ['name'], {}])],
      ['describe', () => rpc('model.party.party.fields_get', [[], {}])],
      ['defaults', () => rpc('model.party.party.default_get', [['active'], {}])],
      ['create', () => rpc('model.party.address.create', [[{ party: ann, street: 'Second Street 2' }], {}])],
      [
        'create with its children',
        () =>
          rpc('model.party.party.create', [
            [{ name: 'new', addresses: [['create', [{ city: 'Bonn' }]]] }],
            {},
          ]),
      ],
      ['update', () => write({ city: 'Berlin' })],
      ['update that names the stored owner', () => write({ city: 'Bonn', party: ann })],
      ['update of a party', () => party({ name: 'ann' })],
      ['update through the party', () => party({ addresses: [['write', [address], { city: 'Ulm' }]] })],
      ['create through the party', () => party({ addresses: [['create', [{ city: 'Kiel' }]]] })],
    ],
    save: (code) =>
      rpc(
        'model.party.address.write',
        [[address], { street: 'New Street 9' }, {}],
        code === undefined ? {} : { 'OTPRULES-OTP-7': code },
      ),
    doors: doorsOf(gateway, rpc, write, party, ids),
  };
}
