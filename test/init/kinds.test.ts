import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { STARTER_KINDS } from '../../src/cli/init/plan-by-kind.ts';
import { openFolder } from '../harness/world.ts';
import { FIRST_MODULES, type FirstModule } from './first-modules.ts';
import { said } from './in-terminal.ts';
import { onTerminal } from './on-terminal.ts';

async function written({ kind, start, words }: FirstModule, more: readonly string[] = []) {
  const crm = await start();
  onTestFinished(() => crm.close());
  const folder = openFolder();
  const all = ['init', '--kind', kind, '--upstream', crm.url, ...words, ...more, '--dir', folder];
  const ran = await said(all);
  expect([ran.code, ran.text]).toEqual([0, expect.stringMatching(/^wrote /)]);
  return { crm, folder, config: join(folder, 'countersign.yaml') };
}

const CLEARED = '\u0015';

function rule(field: string, value: string, address: string) {
  return [
    ['the field that the rule', `${field}\r`],
    ['the value that needs', `${value}\r`],
    ['the field that holds', `${address}\r`],
  ] as const;
}

/** `check`, `test` and `doctor` have nothing to say against what was written. */
async function accepted({ record, credentials }: FirstModule, folder: string): Promise<void> {
  const config = join(folder, 'countersign.yaml');
  const checked = await said(['check', '-c', config]);
  expect([checked.code, checked.text]).toEqual([
    0,
    expect.stringMatching(/^[^\n]* is good: 1 rule, 1 module, 1 channel[^\n]*\n$/),
  ]);
  expect(await said(['test', folder])).toMatchObject({
    code: 0,
    text: expect.stringContaining('2 cases'),
  });
  const header = ['--header', `Authorization: ${credentials ?? 'Bearer rep'}`];
  const sending = ['--send-to', 'outbox:me@example.com'];
  const examined = await said(['doctor', '-c', config, '--record', record, ...header, ...sending]);
  expect([examined.code, examined.text]).toEqual([
    0,
    expect.stringMatching(/ok {4}rule 1: (?:email|cf_852) is an address/i),
  ]);
}

/** What is typed to each question, in their order; an answer that is there already is taken by the return key alone. */
const TYPED: Readonly<Record<string, readonly (readonly [question: string, keys: string])[]>> = {
  odata: [
    ['the module that', 'orders\r'],
    ['where its requests go', '/odata\r'],
    ['its entity set', `${CLEARED}Orders\r`],
    ['the property that is its key', '\r'],
    ...rule('Status', 'Closed', 'Email'),
  ],
  graphql: [
    ['the module that', 'Task\r'],
    ['where its requests go', '\r'],
    ['the mutation that updates', '\r'],
    ['its argument for the id', '\r'],
    ['its argument for the fields', '\r'],
    ['the field of Query', '\r'],
    ['the type of that id', '\r'],
    ...rule('status', 'Closed', 'email'),
  ],
  frappe: [
    ['the module that', 'DeliveryNote\r'],
    ['where its requests go', '\r'],
    ['its DocType', `${CLEARED}Delivery Note\r`],
    ...rule('status', 'Closed', 'email'),
  ],
  odoo: [
    ['the module that', 'SaleOrder\r'],
    ['where its requests go', '\r'],
    ['its model', `${CLEARED}sale.order\r`],
    ...rule('state', 'done', 'email'),
  ],
  'vtiger-rest': [
    ['the module that', 'HelpDesk\r'],
    ['where its requests go', '\r'],
    ['what stands before the x', '17\r'],
    ...rule('ticketstatus', 'Closed', 'cf_852'),
  ],
};

describe('init in front of a CRM of each kind', () => {
  test.each(FIRST_MODULES)('for $kind writes what check, test and doctor accept', async (one) => {
    const { crm, folder, config } = await written(one);
    const { modules } = parse(readFileSync(config, 'utf8')) as { modules: Record<string, object> };
    expect(Object.values(modules)).toEqual([one.module]);
    expect(crm.received).toEqual([]);

    await accepted(one, folder);
  });

  test.each(
    FIRST_MODULES,
  )('for $kind asks for everything on a terminal, and writes what check, test and doctor accept', async (one) => {
    const crm = await one.start();
    onTestFinished(() => crm.close());
    const folder = openFolder();
    const down = '\u001b[B'.repeat(STARTER_KINDS.indexOf(one.kind));
    const shown = await onTerminal(['init'], folder, [
      ['the form of its API', `${down}\r`],
      ['where the CRM is', `${crm.url}\r`],
      ...(TYPED[one.kind] ?? []),
    ]);
    expect(shown).toContain('wrote');
    const { modules } = parse(readFileSync(join(folder, 'countersign.yaml'), 'utf8')) as {
      modules: Record<string, object>;
    };
    expect(Object.values(modules)).toEqual([one.module]);
    await accepted(one, folder);
  });

  test('the places of a GraphQL mutation may be pointers, and the id a number', async () => {
    const [graphql] = FIRST_MODULES;
    if (!graphql) throw new Error('there is no case');
    const { folder, config } = await written(graphql, [
      ...['--mutation', 'updateTaskById', '--id-argument', '/input/id'],
      ...['--fields-argument', '/input/taskPatch', '--query', 'taskById', '--id-type', 'Int'],
    ]);
    expect(parse(readFileSync(config, 'utf8'))).toMatchObject({
      modules: {
        Task: {
          mutations: { updateTaskById: { id: '/input/id', fields: '/input/taskPatch' } },
          record: 'query ($id: Int!) { taskById(id: $id) { id status email } }',
        },
      },
    });
    expect(await said(['check', '-c', config])).toMatchObject({ code: 0 });
    expect(await said(['test', folder])).toMatchObject({ code: 0 });
  });
});
