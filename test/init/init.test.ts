import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { parse } from 'yaml';
import { STARTER_KINDS } from '../../src/cli/init/plan-by-kind.ts';
import { openCrm, openFolder } from '../harness/world.ts';
import { said } from './in-terminal.ts';
import { onTerminal } from './on-terminal.ts';

vi.setConfig({ testTimeout: 240_000 });

const NOWHERE = 'http://127.0.0.1:9';
/** What only these kinds ask for. */
const OWN_WORDS: Readonly<Record<string, readonly string[]>> = {
  rest: ['--path', '/api/orders'],
  odata: ['--path', '/odata/v4/crm'],
  'vtiger-webservice': ['--id-prefix', '17'],
  'vtiger-rest': ['--id-prefix', '17'],
};
const RULE = ['--field', 'status', '--to', 'Delivered', '--address', 'email'];
const ORDERS = ['--kind', 'rest', '--module', 'Orders', '--path', '/api/orders', ...RULE];

describe('init', () => {
  test('writes what check, test and doctor accept, in front of a CRM', async () => {
    const stored = { id: '45', status: 'On the way', email: 'ann@example.com' };
    const crm = await openCrm({ collection: '/api/orders', records: { '45': stored } });
    const folder = join(openFolder(), 'new', 'folder');
    const { code, text } = await said(['init', '--upstream', crm.url, ...ORDERS, '--dir', folder]);
    expect([code, text]).toEqual([0, expect.stringContaining('countersign doctor')]);
    const config = join(folder, 'countersign.yaml');
    const checked = await said(['check', '-c', config]);
    expect(checked).toEqual({
      code: 0,
      text: expect.stringMatching(/^[^\n]* is good: 1 rule, 1 module, 1 channel[^\n]*\n$/),
    });
    expect(await said(['test', folder])).toMatchObject({ code: 0 });
    const examined = await said([
      'doctor',
      '-c',
      config,
      '--record',
      'Orders/45',
      '--send-to',
      'outbox:me@example.com',
    ]);
    expect(examined).toMatchObject({
      code: 0,
      text: expect.stringContaining('ok    rule 1: email is an address'),
    });
    expect(readFileSync(join(folder, '.env.example'), 'utf8')).toContain('COUNTERSIGN_SECRET=\n');
    expect(crm.saves).toEqual([]);
  });

  test.each(STARTER_KINDS)('for %s writes what check and test accept', async (kind) => {
    const folder = openFolder();
    const words = ['--module', 'Orders', ...(OWN_WORDS[kind] ?? []), ...RULE];
    const ran = await said(['init', '--upstream', NOWHERE, '--kind', kind, ...words, '--dir', folder]);
    expect([ran.code, ran.text]).toEqual([0, expect.stringMatching(/^wrote /)]);
    const checked = await said(['check', '-c', join(folder, 'countersign.yaml')]);
    expect([checked.code, checked.text]).toEqual([0, expect.stringMatching(/^[^\n]* is good[^\n]*\n$/)]);
    const tested = await said(['test', folder]);
    expect([tested.code, tested.text]).toEqual([0, expect.stringContaining('2 cases')]);
  });

  test('names every flag that is missing at once, and exits with 2, where nobody can be asked', async () => {
    const folder = openFolder();
    const { code, text } = await said(['init', '--module', 'Orders', '--dir', folder]);
    expect(code).toBe(2);
    for (const flag of ['--upstream', '--path', '--field', '--to', '--address']) expect(text).toContain(flag);
    expect(text).not.toContain('--module');
    expect(existsSync(join(folder, 'countersign.yaml'))).toBe(false);
  });

  test.each([
    ['a kind that is none', ['--kind', 'soap'], '--kind must be one of rest'],
    ['an address that is none', ['--upstream', 'crm'], '--upstream must be a URL'],
    ['a path that is none', ['--path', 'api/orders/'], '--path must be a path'],
    ['a name that is none', ['--module', 'Delivery Notes'], '--module a name here has letters'],
  ])('says of %s what is wrong with it', async (_, changed, message) => {
    const folder = openFolder();
    const { code, text } = await said([
      'init',
      '--upstream',
      'http://127.0.0.1:9',
      ...ORDERS,
      '--dir',
      folder,
      ...changed,
    ]);
    expect([code, text]).toEqual([2, expect.stringContaining(message)]);
    expect(existsSync(join(folder, 'countersign.yaml'))).toBe(false);
  });

  test.each([
    'countersign.yaml',
    'countersign.test.yaml',
    '.env.example',
  ])('never overwrites %s, unless it is told to', async (name) => {
    const folder = openFolder();
    writeFileSync(join(folder, name), 'mine');
    const words = ['init', '--upstream', 'http://127.0.0.1:9', ...ORDERS, '--dir', folder];
    const refused = await said(words);
    expect([refused.code, refused.text]).toEqual([4, expect.stringContaining('--force')]);
    expect(readFileSync(join(folder, name), 'utf8')).toBe('mine');
    for (const other of ['countersign.yaml', 'countersign.test.yaml', '.env.example'])
      expect(existsSync(join(folder, other))).toBe(other === name);
    expect((await said([...words, '--force'])).code).toBe(0);
    expect(readFileSync(join(folder, name), 'utf8')).not.toBe('mine');
  });

  test('asks on a terminal for what no flag says, and writes nothing where somebody leaves', async () => {
    const folder = openFolder();
    const asked = await onTerminal(['init', ...ORDERS.slice(0, -4)], folder, [
      ['where the CRM is', 'http://127.0.0.1:3000\r'],
      ['the value that needs', 'Delivered\r'],
      ['the field that holds', 'email\r'],
    ]);
    expect(asked).toContain('wrote');
    expect(parse(readFileSync(join(folder, 'countersign.yaml'), 'utf8'))).toMatchObject({
      upstream: { url: 'http://127.0.0.1:3000' },
      rules: [{ when: { changed_to: ['status', 'Delivered'] } }],
    });
    const other = openFolder();
    const left = await onTerminal(['init', ...ORDERS], other, [['where the CRM is', '\u0003']]);
    expect(left).toContain('nothing was written');
    expect(existsSync(join(other, 'countersign.yaml'))).toBe(false);
  });
});

describe('init in front of Vtiger', () => {
  async function openVtiger() {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      const { pathname, searchParams: query } = new URL(request.url ?? '', 'http://crm');
      asked.push(`${request.method} ${pathname} ${query.get('operation')} ${query.get('elementType')}`);
      const isKnown = query.get('sessionName') === 'open';
      const types = ['HelpDesk', 'Contacts'];
      const result =
        query.get('operation') === 'listtypes'
          ? { types }
          : { idPrefix: query.get('elementType') === 'HelpDesk' ? '17' : '12' };
      response.end(
        JSON.stringify(
          isKnown ? { success: true, result } : { success: false, error: { code: 'INVALID_SESSIONID' } },
        ),
      );
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
  }

  test('prints the modules with their prefixes, reads only, and writes the one that is named', async () => {
    const { url, asked } = await openVtiger();
    const folder = openFolder();
    const printed = await said(['init', '--vtiger', url, '--session', 'open', '--dir', folder]);
    expect(printed).toEqual({ code: 0, text: 'HelpDesk  17\nContacts  12\n' });
    expect(asked).toEqual([
      'GET /webservice.php listtypes null',
      'GET /webservice.php describe HelpDesk',
      'GET /webservice.php describe Contacts',
    ]);
    const words = ['--module', 'helpdesk', '--field', 'ticketstatus', '--to', 'Closed', '--address', 'email'];
    const written = await said([
      'init',
      '--vtiger',
      `${url}/webservice.php`,
      '--session',
      'open',
      ...words,
      '--dir',
      folder,
    ]);
    expect(written.code).toBe(0);
    expect(parse(readFileSync(join(folder, 'countersign.yaml'), 'utf8'))).toMatchObject({
      upstream: { url },
      modules: { HelpDesk: { path: '/webservice.php', idPrefix: '17' } },
    });
    expect(await said(['test', folder])).toMatchObject({ code: 0 });
  });

  test('says that a session is needed, or is over, and never shows it', async () => {
    const { url } = await openVtiger();
    expect(await said(['init', '--vtiger', url])).toMatchObject({
      code: 2,
      text: expect.stringContaining('--session'),
    });
    const over = await said(['init', '--vtiger', url, '--session', 'secret-and-over']);
    expect([over.code, over.text]).toEqual([4, expect.stringContaining('Has the session expired?')]);
    const away = await said(['init', '--vtiger', 'http://127.0.0.1:9', '--session', 'secret-and-over']);
    expect([away.code, away.text]).toEqual([4, expect.stringContaining('gives no answer')]);
    expect(over.text + away.text).not.toContain('secret-and-over');
  });
});
