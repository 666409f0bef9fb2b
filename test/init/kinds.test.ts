import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { startFrappe } from '../harness/frappe-crm.ts';
import { startGraphql } from '../harness/graphql-crm.ts';
import { startOData } from '../harness/odata-crm.ts';
import { startOdoo } from '../harness/odoo-crm.ts';
import type { StandIn } from '../harness/stand-in.ts';
import { openFolder } from '../harness/world.ts';
import { said } from './in-terminal.ts';

type Case = {
  readonly kind: string;
  start(): Promise<StandIn>;
  /** All that a script says beside the address of the CRM. */
  readonly words: readonly string[];
  readonly record: string;
  /** What is written of the module. */
  readonly module: object;
};

const CASES: readonly Case[] = [
  {
    kind: 'graphql',
    start: () => startGraphql({ 'Task/45': { id: '45', status: 'Open', email: 'ann@example.com' } }),
    words: ['--module', 'Task', '--field', 'status', '--to', 'Closed', '--address', 'email'],
    record: 'Task/45',
    module: {
      dialect: 'graphql',
      path: '/graphql',
      mutations: { updateTask: { id: 'id', fields: 'data' } },
      record: 'query ($id: ID!) { task(id: $id) { id status email } }',
    },
  },
  {
    kind: 'odata',
    start: () => startOData({ 'Orders/45': { ID: '45', Status: 'Open', Email: 'ann@example.com' } }),
    words: [
      ...['--module', 'orders', '--type', 'Orders', '--path', '/odata'],
      ...['--field', 'Status', '--to', 'Closed', '--address', 'Email'],
    ],
    record: 'orders/45',
    module: { dialect: 'odata', path: '/odata', type: 'Orders', key: 'ID' },
  },
  {
    kind: 'odoo',
    start: () =>
      startOdoo({ 'sale.order/7': { id: 7, state: 'sale', email: 'ann@example.com' } as unknown as never }),
    words: [
      ...['--module', 'SaleOrder', '--type', 'sale.order'],
      ...['--field', 'state', '--to', 'done', '--address', 'email'],
    ],
    record: 'SaleOrder/7',
    module: { dialect: 'odoo', path: '/', type: 'sale.order' },
  },
  {
    kind: 'frappe',
    start: () =>
      startFrappe({ 'Delivery Note/DN-1': { name: 'DN-1', status: 'To Bill', email: 'ann@example.com' } }),
    words: [
      ...['--module', 'DeliveryNote', '--type', 'Delivery Note'],
      ...['--field', 'status', '--to', 'Closed', '--address', 'email'],
    ],
    record: 'DeliveryNote/DN-1',
    module: { dialect: 'frappe', path: '/api', type: 'Delivery Note' },
  },
];

async function written({ kind, start, words }: Case, more: readonly string[] = []) {
  const crm = await start();
  onTestFinished(() => crm.close());
  const folder = openFolder();
  const all = ['init', '--kind', kind, '--upstream', crm.url, ...words, ...more, '--dir', folder];
  const ran = await said(all);
  expect([ran.code, ran.text]).toEqual([0, expect.stringMatching(/^wrote /)]);
  return { crm, folder, config: join(folder, 'countersign.yaml') };
}

describe('init in front of a CRM of each kind', () => {
  test.each(CASES)('for $kind writes what check, test and doctor accept', async (one) => {
    const { crm, folder, config } = await written(one);
    const { modules } = parse(readFileSync(config, 'utf8')) as { modules: Record<string, object> };
    expect(Object.values(modules)).toEqual([one.module]);
    expect(crm.received).toEqual([]);

    const checked = await said(['check', '-c', config]);
    expect([checked.code, checked.text]).toEqual([
      0,
      expect.stringMatching(/^[^\n]* is good: 1 rule, 1 module, 1 channel[^\n]*\n$/),
    ]);
    expect(await said(['test', folder])).toMatchObject({
      code: 0,
      text: expect.stringContaining('2 cases'),
    });
    const header = ['--header', 'Authorization: Bearer rep'];
    const sending = ['--send-to', 'outbox:me@example.com'];
    const examined = await said(['doctor', '-c', config, '--record', one.record, ...header, ...sending]);
    expect([examined.code, examined.text]).toEqual([
      0,
      expect.stringMatching(/ok {4}rule 1: email is an address/i),
    ]);
  });

  test('the places of a GraphQL mutation may be pointers, and the id a number', async () => {
    const [graphql] = CASES;
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
