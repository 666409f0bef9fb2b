import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { parse } from 'yaml';
import { simulate } from '../../src/cli/rules/simulation.ts';
import { formatProblems } from '../../src/config/explain/problem.ts';
import { loadConfigAndPlugins } from '../../src/config/load.ts';
import type { PluginInput } from '../../src/config/schema/schema.ts';
import { createGatewayFrom } from '../../src/gateway/gateway.ts';
import type { Plugin } from '../../src/plugin.ts';
import { createTestGateway } from '../../src/testing.ts';
import { run } from '../cli/run.ts';
import { repOf } from '../harness/rep.ts';
import { openCrm } from '../harness/world.ts';
import { ACME, configured, ENV, folderWith } from './a-plugin.ts';

vi.setConfig({ testTimeout: 240_000 });

const CRM = 'http://127.0.0.1:9';
const CARD = { id: '45', lane: 'Doing', mail: 'ann@example.com' };

/** What is wrong with a configuration that names this plug-in. */
async function faultsOf(plugin: string, changes: object = {}): Promise<string> {
  const loaded = await loadConfigAndPlugins(folderWith(plugin, configured(CRM, changes)).file, ENV);
  return formatProblems(
    loaded.ok ? loaded.warnings.filter(({ severity }) => severity === 'error') : loaded.problems,
  );
}

/** A gateway by a file, in front of a CRM with one card. */
async function served(plugin = ACME, changes: object = {}) {
  const crm = await openCrm({ collection: '/pin', records: { '45': CARD } });
  const { folder, file } = folderWith(plugin, configured(crm.url, changes));
  const loaded = await loadConfigAndPlugins(file, ENV);
  if (!loaded.ok) throw new Error(formatProblems(loaded.problems));
  const gateway = createGatewayFrom(loaded.snapshot);
  onTestFinished(gateway.close);
  const { url } = await gateway.listen();
  const sent = () => JSON.parse(readFileSync(join(folder, 'loft.json'), 'utf8')) as Record<string, string>;
  return { crm, folder, file, gateway, rep: repOf(url), sent };
}

const close = (rep: ReturnType<typeof repOf>, headers = {}) =>
  rep.call('PUT', '/pin/45', { lane: 'Closed' }, headers);

describe('a plug-in', () => {
  test('brings a dialect, a channel and a store by one file and one line, and a save goes the whole loop', async () => {
    const { crm, folder, rep, sent } = await served();
    const refused = await close(rep);
    expect([refused.status, refused.json['pin'], refused.result]).toEqual([
      428,
      'otp-required',
      'otp-required',
    ]);
    expect(crm.saves).toEqual([]);
    expect(sent()).toMatchObject({ address: 'ann@example.com', token: 'a ring' });
    const saved = await close(rep, { 'OTPRULES-OTP-7': sent()['code'] });
    expect([saved.status, saved.code]).toEqual([200, 'used']);
    expect(crm.records.get('45')).toMatchObject({ lane: 'Closed' });
    expect(readFileSync(join(folder, 'ledger.json'), 'utf8')).toContain('"used"');
  });

  test('is known to check, print-config and the JSON Schema', () => {
    const { folder, file } = folderWith(ACME, configured(CRM));
    const checked = run(['check', '-c', file], folder, ENV);
    expect([checked.code, checked.out]).toEqual([0, expect.stringContaining('is good: 1 rule, 1 module')]);
    const printed = run(['print-config', '-c', file], folder, ENV);
    expect(parse(printed.out)).toMatchObject({
      plugins: ['./acme.mjs'],
      channels: { loft: { kind: 'pigeon', folder: '.', token: { env: 'PIGEON_TOKEN' } } },
      store: { kind: 'mapfile', path: './ledger.json' },
    });
    writeFileSync(join(folder, 'printed.yaml'), printed.out);
    const again = run(['check', '-c', 'printed.yaml'], folder, ENV);
    expect([again.code, again.out.split('revision')[1]]).toEqual([0, checked.out.split('revision')[1]]);
    const schema = run(['schema', '-c', file], folder, ENV);
    expect(schema.out).toContain('"const": "pigeon"');
    expect(run(['schema'], folder, ENV).out).not.toContain('pigeon');
    expect(printed.out + schema.out).not.toContain(ENV.PIGEON_TOKEN);
  });

  test('is judged by in test and simulate, also where its channel opens late', async () => {
    const loaded = await loadConfigAndPlugins(folderWith(ACME, configured(CRM)).file, ENV);
    if (!loaded.ok) throw new Error(formatProblems(loaded.problems));
    const request = 'PUT /pin/45\nContent-Type: application/json\n\n{"lane":"Closed"}\n';
    const judged = (before: object) => simulate(loaded.snapshot, request, { before });
    expect((await judged(CARD)).verdict).toBe('otp-required');
    expect((await judged({ ...CARD, lane: 'Closed' })).verdict).toBe('pass');
  });

  test('can be tested by createTestGateway, which opens the channel for the addresses that it takes', async () => {
    const crm = await openCrm({ collection: '/pin', records: { '45': CARD } });
    const { folder } = folderWith(ACME, {});
    const { default: acme } = (await import(pathToFileURL(join(folder, 'acme.mjs')).href)) as {
      default: Plugin;
    };
    const {
      version: _,
      secret: __,
      store: ___,
      ...options
    } = configured(crm.url, { plugins: [] }) as PluginInput;
    const channels = { loft: { kind: 'pigeon', folder, token: 'a ring' } };
    const gateway = createTestGateway({ ...options, channels }, { plugins: [acme] });
    onTestFinished(gateway.close);
    const { url } = await gateway.listen();
    expect((await close(repOf(url))).result).toBe('otp-required');
    expect((await close(repOf(url), { 'OTPRULES-OTP-7': gateway.lastCode('ann@example.com') })).code).toBe(
      'used',
    );
  });

  test('has its keys checked as the others are, at their places', async () => {
    const channels = { loft: { kind: 'pigeon', foldr: '.', token: 'written here' } };
    const faults = await faultsOf(ACME, {
      channels,
      modules: { Pins: { dialect: 'pinboard', path: '/pin/' } },
    });
    expect(faults).toContain('channels.loft.foldr: unknown key (did you mean "folder"?)');
    expect(faults).toContain('channels.loft.token: must be { env: NAME } or { file: path }');
    expect(faults).toContain('modules.Pins.path: must be a path such as /api/Contacts');
    expect(faults).toMatch(/countersign\.yaml:\d+:\d+ {2}error {2}channels\.loft/);
  });

  test('gets a secret that is not there told as any other, and its modules the keys of every dialect', async () => {
    const modules = { Pins: { dialect: 'pinboard', path: '/pin', knownFields: ['lane'], nested: 'judge' } };
    expect(await faultsOf(ACME, { modules })).toBe('');
    const { file } = folderWith(ACME, configured(CRM));
    const loaded = await loadConfigAndPlugins(file, { COUNTERSIGN_SECRET: ENV.COUNTERSIGN_SECRET });
    expect(loaded.ok ? '' : formatProblems(loaded.problems)).toContain('PIGEON_TOKEN is not set');
  });

  test.each([
    ['that throws', 'throw new Error("no board today")', 'no board today'],
    ['that is no JavaScript', 'export default {', 'acme.mjs cannot be loaded'],
    ['without a default export', 'export const acme = 1', 'is not a plug-in'],
    ['without a name', 'export default { dialects: {} }', 'is not a plug-in'],
    ['with a key that is not known', ACME.replace('stores: {', 'stoers: {'), 'unknown key "stoers"'],
    [
      'with a dialect that is there already',
      ACME.replace('pinboard:', 'rest:'),
      'the dialect rest, which is there already',
    ],
    ['with a channel that is there already', ACME.replace('pigeon:', 'smtp:'), 'the channel kind smtp'],
    [
      'without a schema',
      ACME.replace('schema: z.strictObject({ path: z.string() }), dialect', 'dialect'),
      'needs "schema"',
    ],
    [
      'with a schema that is none of zod',
      ACME.replace('schema: z.strictObject({ folder', 'schema: Object({ folder'),
      'needs "schema"',
    ],
    [
      'whose dialect lacks a function',
      ACME.replace('outcomeOf: (', 'outcomesOf: ('),
      'lacks the function "outcomeOf"',
    ],
    [
      'whose channel cannot be opened',
      ACME.replace('open: async (', 'opens: async ('),
      'channels.pigeon needs the function "open"',
    ],
    [
      'that takes a key of countersign',
      ACME.replace('folder: z.string()', 'token: z.string()'),
      'has "token" in its schema',
    ],
  ])('%s is a fault of the configuration at its place', async (_, plugin, said) => {
    const faults = await faultsOf(plugin);
    expect(faults).toContain(said);
    expect(faults).toMatch(/countersign\.yaml:3:5 {2}error {2}plugins\[0\]: /);
  });

  test('that is not there is said by name, and options in code say how it is given', async () => {
    expect(await faultsOf(ACME, { plugins: ['./nowhere.mjs'] })).toContain(
      'the plug-in ./nowhere.mjs cannot be loaded',
    );
    expect(await faultsOf(ACME, { plugins: ['nowhere'] })).toContain('the plug-in nowhere cannot be loaded');
  });

  test.each([
    ['exports of its own for import', { exports: { '.': { import: './lib/acme.mjs' } } }],
    ['a main file', { main: './lib/acme.mjs' }],
  ])('may be a package, with %s', async (_, fields) => {
    const { folder, file } = folderWith('', configured(CRM, { plugins: ['@acme/countersign'] }));
    const home = join(folder, 'node_modules', '@acme', 'countersign');
    mkdirSync(join(home, 'lib'), { recursive: true });
    writeFileSync(join(home, 'package.json'), JSON.stringify({ name: '@acme/countersign', ...fields }));
    writeFileSync(join(home, 'lib', 'acme.mjs'), ACME);
    const loaded = await loadConfigAndPlugins(file, ENV);
    expect(loaded.ok ? '' : formatProblems(loaded.problems)).toBe('');
  });

  test('that was mended is loaded by the next reload, and until then the last good configuration stays', async () => {
    const { file, folder, gateway, rep } = await served();
    writeFileSync(join(folder, 'more.mjs'), 'throw new Error("half written")');
    const plugins = ['./acme.mjs', './more.mjs'];
    writeFileSync(file, JSON.stringify({ ...parse(readFileSync(file, 'utf8')), plugins }));
    const broken = await loadConfigAndPlugins(file, ENV);
    expect(gateway.reloadFrom(() => broken)).toMatchObject({
      ok: false,
      reason: expect.stringContaining('half written'),
    });
    expect((await close(rep)).status).toBe(428);
    writeFileSync(join(folder, 'more.mjs'), 'export default { name: "more" }');
    const mended = await loadConfigAndPlugins(file, ENV);
    expect(gateway.reloadFrom(() => mended)).toMatchObject({ ok: true });
    expect((await close(rep)).status).toBe(428);
  });
});
