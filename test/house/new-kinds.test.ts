import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { stringify } from 'yaml';
import { readHouse } from './read.ts';
import { RULES } from './rules.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const run = promisify(execFile);

/** The one folder of each new kind. */
const KINDS = {
  'channels/pigeon/kind.ts': `
import * as z from 'zod';
import { channelKind } from '../../kinds/kind.ts';

/** A pigeon. */
export const pigeon = channelKind({
  kind: 'pigeon',
  schema: (secret) => z.strictObject({ kind: z.literal('pigeon'), loft: z.string(), ring: secret }),
  open: () => ({
    addressKind: 'email',
    deliver: async () => ({ kind: 'accepted' }),
    close: async () => undefined,
  }),
});
`,
  'stores/notebook/kind.ts': `
import * as z from 'zod';
import { storeKind } from '../../kinds/kind.ts';
import type { LedgerStore } from '../../ports.ts';

type Row = Parameters<LedgerStore['replace']>[0];

/** A notebook. */
export const notebook = storeKind({
  kind: 'notebook',
  isShared: false,
  schema: () => z.strictObject({ kind: z.literal('notebook'), pages: z.int() }),
  open: (_, { clock }) => {
    const rows = new Map<string, Row>();
    return {
      find: async (key) => ({ row: rows.get(key), now: clock.now() }),
      replace: async (next, expected) => {
        if ((rows.get(next.key)?.version ?? 0) !== expected) return false;
        rows.set(next.key, next);
        return true;
      },
      purge: async () => 0,
      close: async () => undefined,
    };
  },
});
`,
  'dialects/pinboard/kind.ts': `
import * as z from 'zod';
import { isObject } from '../../core/wire/json.ts';
import { collectionPath } from '../../kinds/paths.ts';
import { common } from '../keys.ts';
import { dialectKind } from '../kind.ts';
import { problemEnvelope } from '../problem-envelope.ts';

/** A pinboard. */
export const pinboard = dialectKind({
  sharesPath: false,
  schema: z.strictObject({ dialect: z.literal('pinboard'), path: collectionPath, lane: z.string(), ...common }),
  dialect: {
    name: 'pinboard',
    dropsCookies: false,
    recognise: ({ method }) => (method === 'GET' ? 'read' : method === 'PUT' ? 'body' : 'unknown'),
    controlNames: () => [],
    read(_head, { segments: [id = ''], definitions: [{ name }] }, body) {
      if (body?.kind !== 'json' || !isObject(body.value)) return { kind: 'unreadable', detail: 'Send an object.' };
      return { kind: 'saves', saves: [{ module: name, operation: 'update', id, fields: body.value }], codes: [], body };
    },
    sessionOf: () => undefined,
    recordPath: ({ path }, id) => path + '/' + id,
    recordOf: (_definition, _id, { body }) =>
      isObject(body) ? { kind: 'found', record: { fields: body, version: '' }, id: undefined } : { kind: 'unreadable' },
    outcomeOf: ({ status }) => (status === 200 ? 'saved' : 'unknown'),
    nesting: () => ({ idField: 'id', idOf: (text) => text, listsAreValues: false, isOwn: () => false }),
    refusal: problemEnvelope,
  },
});
`,
};

/** The one place where each is named. */
const LISTS = [
  ['channels/all.ts', 'pigeon', 'outbox] as const'],
  ['stores/all.ts', 'notebook', 'postgres] as const'],
  ['dialects/all.ts', 'pinboard', '  odoo,\n] as const'],
] as const;

/** A copy of the tree with a fifth channel, another dialect and another store in it. */
let copy: string;

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'countersign-kinds-'));
  for (const name of ['src', 'package.json', 'tsconfig.json'])
    cpSync(join(ROOT, name), join(copy, name), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  for (const [path, text] of Object.entries(KINDS)) {
    mkdirSync(dirname(join(copy, 'src', path)));
    writeFileSync(join(copy, 'src', path), text);
  }
  for (const [path, name, last] of LISTS) {
    const file = join(copy, 'src', path);
    const text = readFileSync(file, 'utf8');
    expect(text).toContain(last);
    const listed = text.replace(last, last.replace(/(,\n)?\] as const/, `, ${name}] as const`));
    writeFileSync(file, `import { ${name} } from './${name}/kind.ts';\n${listed}`);
  }
});

afterAll(() => rmSync(copy, { recursive: true, force: true, maxRetries: 3 }));

/** The file of a configuration of them, with changes. */
function configuration(name: string, module: object, channel: object, store: object): string {
  const file = join(copy, name);
  const config = {
    version: 1,
    listen: { port: 0 },
    upstream: { url: 'http://127.0.0.1:9' },
    secret: { env: 'SECRET' },
    store: { kind: 'notebook', ...store },
    channels: { bird: { kind: 'pigeon', ring: { env: 'RING' }, ...channel } },
    modules: { Card: { dialect: 'pinboard', path: '/pin', ...module } },
    rules: [
      {
        name: 'closing',
        id: 7,
        module: 'Card',
        when: { changed_to: ['lane', 'Closed'] },
        send: { to: [{ channel: 'bird', address: 'mail' }] },
      },
    ],
  };
  writeFileSync(file, stringify(config));
  return file;
}

/** What the copy's own command line says, and how it ends. */
async function countersign(...words: readonly string[]): Promise<{ code: number; out: string }> {
  const env = { ...process.env, SECRET: 's'.repeat(40), RING: 'a ring' };
  const options = { cwd: copy, env };
  try {
    const { stdout, stderr } = await run(process.execPath, ['src/main.ts', ...words], options);
    return { code: 0, out: stdout + stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, out: stdout + stderr };
  }
}

test('A fifth channel, another dialect and another store are one folder each, and their names in all.ts', async () => {
  const house = readHouse(join(copy, 'src'));
  const before = new Map(readHouse(join(ROOT, 'src')).map(({ path, text }) => [path, text]));
  const changed = house.filter(({ path, text }) => before.get(path) !== text).map(({ path }) => path);
  expect(changed.sort()).toEqual([...Object.keys(KINDS), ...LISTS.map(([path]) => path)].sort());
  expect(RULES.flatMap(([, faultsIn]) => faultsIn(house))).toEqual([]);
});

test('They are checked with their own keys, and judge a save', async () => {
  const good = configuration('good.yaml', { lane: 'a' }, { loft: 'b' }, { pages: 3 });
  const bad = configuration('bad.yaml', { lanes: 'a' }, { lofft: 'b' }, { pages: 'many' });
  const cases = join(copy, 'cases.yaml');
  const save = { method: 'PUT', path: '/pin/45', body: { lane: 'Closed' } };
  const stored = { lane: 'Doing', mail: 'ann@example.com' };
  const closing = { name: 'closing', request: save, before: stored, expect: 'otp-required' };
  writeFileSync(cases, stringify({ config: good, cases: [closing] }));
  const [refused, judged] = await Promise.all([countersign('check', '-c', bad), countersign('test', cases)]);
  expect(refused.code).toBe(3);
  for (const key of ['modules.Card.lanes', 'channels.bird.lofft', 'store.pages'])
    expect(refused.out).toContain(`${key}: `);
  expect(refused.out.match(/ error {2}/g)).toHaveLength(3);
  expect(judged).toEqual({ code: 0, out: expect.stringContaining('1 case, 0 failed') });
});
