import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const ACTIONS = ['find', 'findOne', 'create', 'update', 'delete'];
const KINDS = ['delivery', 'customer'] as const;

/** Writes a Strapi project with two content types, which everybody may read and write. */
export function writeStrapiProject(folder: string, database: { readonly port: number }, port: number): void {
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  const exported = (value: object) => `module.exports = ${JSON.stringify(value)};\n`;
  const connection = {
    host: '127.0.0.1',
    port: database.port,
    database: 'countersign',
    user: 'admin',
    password: 'none',
  };
  write('config/database.js', exported({ connection: { client: 'postgres', connection } }));
  write('config/server.js', exported({ host: '127.0.0.1', port, app: { keys: ['a', 'b'] } }));
  write(
    'config/admin.js',
    exported({
      ...{ serveAdminPanel: false, auth: { secret: 'a' }, apiToken: { salt: 'b' } },
      transfer: { token: { salt: 'c' } },
      secrets: { encryptionKey: 'd' },
    }),
  );
  write('config/plugins.js', exported({ 'users-permissions': { config: { jwtSecret: 'a' } } }));
  write('config/api.js', exported({ rest: { defaultLimit: 25 } }));
  const builtIn = [
    'logger',
    'errors',
    'security',
    'cors',
    'poweredBy',
    'query',
    'body',
    'session',
    'favicon',
    'public',
  ];
  write('config/middlewares.js', exported(builtIn.map((name) => `strapi::${name}`)));
  mkdirSync(join(folder, 'public/uploads'), { recursive: true });
  const text = { type: 'string' };
  const other = (kind: string, rest: object) => ({
    type: 'relation',
    target: `api::${kind}.${kind}`,
    ...rest,
  });
  const attributes = {
    delivery: {
      state: text,
      note: text,
      customer: other('customer', { relation: 'manyToOne', inversedBy: 'deliveries' }),
    },
    customer: {
      name: text,
      email: text,
      deliveries: other('delivery', { relation: 'oneToMany', mappedBy: 'customer' }),
    },
  };
  for (const kind of KINDS) {
    const plural = kind === 'delivery' ? 'deliveries' : 'customers';
    const info = { singularName: kind, pluralName: plural, displayName: kind };
    const schema = {
      kind: 'collectionType',
      collectionName: plural,
      info,
      options: { draftAndPublish: false },
      attributes: attributes[kind],
    };
    write(`src/api/${kind}/content-types/${kind}/schema.json`, JSON.stringify(schema));
    for (const [room, made] of [
      ['controllers', 'Controller'],
      ['services', 'Service'],
      ['routes', 'Router'],
    ])
      write(
        `src/api/${kind}/${room}/${kind}.js`,
        `module.exports = require('@strapi/strapi').factories.createCore${made}('api::${kind}.${kind}');\n`,
      );
  }
  const allowed = KINDS.flatMap((kind) => ACTIONS.map((action) => `api::${kind}.${kind}.${action}`));
  write(
    'src/index.js',
    `module.exports = { async bootstrap({ strapi }) {
  const role = await strapi.db.query('plugin::users-permissions.role').findOne({ where: { type: 'public' } });
  for (const action of ${JSON.stringify(allowed)})
    await strapi.db.query('plugin::users-permissions.permission').create({ data: { action, role: role.id } });
} };\n`,
  );
}
