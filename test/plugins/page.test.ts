import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { formatProblems } from '../../src/config/explain/problem.ts';
import { loadConfigAndPlugins } from '../../src/config/load.ts';
import { createGatewayFrom } from '../../src/gateway/gateway.ts';
import { repOf } from '../harness/rep.ts';
import { openCrm } from '../harness/world.ts';
import { ACME, configured, ENV, folderWith } from './a-plugin.ts';

const PAGE = readFileSync(fileURLToPath(new URL('../../docs/plugins.md', import.meta.url)), 'utf8');
const blockOf = (language: string) => {
  const [, block = ''] = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'ms').exec(PAGE) ?? [];
  return block;
};

/** The module of the page, behind what it takes to be there. */
function moduleOfPage(): string {
  const [parts = ''] = ACME.split('export default');
  const own = `
const pinboard = pin;
const createPigeon = ({ folder, token }, context) => channelIn({ folder: join(context.folder, folder), token });
const openMapFile = ({ path }, { folder }) => storeIn(join(folder, path));
`;
  return parts + own + blockOf('js').replace(/^import \{ z \}.*$/m, '');
}

test('the configuration and the module of the page are a gateway as they stand there', async () => {
  const card = { id: '45', lane: 'Doing', mail: 'ann@example.com' };
  const crm = await openCrm({ collection: '/pin', records: { '45': card } });
  const page = parse(blockOf('yaml')) as object;
  expect(Object.keys(page)).toEqual(['plugins', 'modules', 'channels', 'store']);
  const { folder, file } = folderWith(moduleOfPage(), { ...configured(crm.url), ...page });
  mkdirSync(join(folder, 'loft'));
  const loaded = await loadConfigAndPlugins(file, ENV);
  if (!loaded.ok) throw new Error(formatProblems(loaded.problems));
  const gateway = createGatewayFrom(loaded.snapshot);
  onTestFinished(gateway.close);
  const rep = repOf((await gateway.listen()).url);

  expect((await rep.call('PUT', '/pin/45', { lane: 'Closed' })).result).toBe('otp-required');
  expect(crm.saves).toEqual([]);
  const sent = JSON.parse(readFileSync(join(folder, 'loft', 'loft.json'), 'utf8')) as { code: string };
  const saved = await rep.call('PUT', '/pin/45', { lane: 'Closed' }, { 'OTPRULES-OTP-7': sent.code });
  expect([saved.status, saved.code]).toEqual([200, 'used']);
  expect(readFileSync(join(folder, 'ledger.json'), 'utf8')).toContain('"version"');
});

test('a key that the page does not have is a fault at its line', async () => {
  const page = parse(blockOf('yaml')) as { modules: { Pins: object } };
  const modules = { Pins: { ...page.modules.Pins, colour: 'red' } };
  const { file } = folderWith(moduleOfPage(), { ...configured('http://127.0.0.1:9'), ...page, modules });
  const loaded = await loadConfigAndPlugins(file, ENV);
  expect(loaded.ok ? '' : formatProblems(loaded.problems)).toContain('colour');
});
