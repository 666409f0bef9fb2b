import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { SECRET } from '../harness/delivery.ts';
import { openFolder } from '../harness/world.ts';

/** A plug-in as a file beside a configuration, in a folder where nothing is installed. */
export const ACME = `
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CountersignError, isObject, readJson } from 'countersign/plugin';
import { z } from 'zod';

const pin = {
  name: 'pin',
  dropsCookies: false,
  recognise: ({ method }) => (method === 'GET' ? 'read' : method === 'PUT' ? 'body' : 'unknown'),
  controlNames: () => [],
  read(_head, { segments: [id], definitions: [{ name }] }, body) {
    if (body?.kind !== 'json' || !isObject(body.value)) return { kind: 'unreadable', detail: 'Send an object.' };
    return { kind: 'saves', saves: [{ module: name, operation: 'update', id, fields: body.value }], codes: [], body };
  },
  sessionOf: () => undefined,
  recordPath: ({ path }, id) => path + '/' + id,
  recordOf: (_definition, _id, { body }) => ({ kind: 'found', record: { fields: body }, id: undefined }),
  outcomeOf: ({ status, body }) => (status === 200 && readJson(body).ok ? 'saved' : 'unknown'),
  nesting: () => ({ idField: 'id', idOf: (text) => text, listsAreValues: false, isOwn: () => false }),
  refusal: ({ slug, detail }) => ({ status: 428, contentType: 'application/json', body: JSON.stringify({ pin: slug, detail }) }),
};

function channelIn({ folder, token }) {
  return {
    addressKind: 'email',
    async deliver({ address, code }) {
      writeFileSync(join(folder, 'loft.json'), JSON.stringify({ address, code, token }));
      return { kind: 'accepted' };
    },
    close: async () => undefined,
  };
}

function storeIn(file) {
  const rows = new Map();
  return {
    find: async (key) => ({ row: rows.get(key), now: Date.now() }),
    replace: async (next, expected) => {
      if ((rows.get(next.key)?.version ?? 0) !== expected) return false;
      rows.set(next.key, next);
      writeFileSync(file, JSON.stringify([...rows.values()]));
      return true;
    },
    purge: async () => 0,
    close: async () => undefined,
  };
}

export default {
  name: 'acme',
  dialects: { pinboard: { schema: z.strictObject({ path: z.string() }), dialect: pin } },
  channels: {
    pigeon: {
      schema: z.strictObject({ folder: z.string(), timeout: z.int().prefault(5000) }),
      secrets: ['token'],
      open: async ({ folder, token }, context) => channelIn({ folder: join(context.folder, folder), token }),
    },
  },
  stores: {
    mapfile: {
      schema: z.strictObject({ path: z.string() }),
      open: ({ path }, { folder }) => storeIn(join(folder, path)),
    },
  },
};
`;

/** A configuration that names the plug-in, with a dialect, a channel and a store of it. */
export function configured(url: string, changes: object = {}): object {
  return {
    version: 1,
    plugins: ['./acme.mjs'],
    listen: { port: 0 },
    admin: false,
    log: { level: 'silent' },
    secret: { env: 'COUNTERSIGN_SECRET' },
    upstream: { url },
    modules: { Pins: { dialect: 'pinboard', path: '/pin' } },
    channels: { loft: { kind: 'pigeon', folder: '.', token: { env: 'PIGEON_TOKEN' } } },
    store: { kind: 'mapfile', path: './ledger.json' },
    rules: [
      {
        id: 7,
        name: 'Closing',
        module: 'Pins',
        when: { changed_to: ['lane', 'Closed'] },
        send: { to: [{ channel: 'loft', address: 'mail' }] },
      },
    ],
    ...changes,
  };
}

export const ENV = { COUNTERSIGN_SECRET: SECRET, PIGEON_TOKEN: 'a ring' };

/** A folder with the plug-in and a configuration; nothing is installed there. */
export function folderWith(
  plugin: string,
  configuration: object,
): { readonly folder: string; readonly file: string } {
  const folder = openFolder();
  writeFileSync(join(folder, 'acme.mjs'), plugin);
  const file = join(folder, 'countersign.yaml');
  writeFileSync(file, stringify(configuration));
  return { folder, file };
}
