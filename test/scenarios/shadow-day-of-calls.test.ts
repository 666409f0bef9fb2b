import { describe, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { decisionIn } from '../../src/cli/report/report-line.ts';
import { createSummary } from '../../src/cli/report/report-summary.ts';
import { summaryText } from '../../src/cli/report/report-text.ts';
import type { ConfigInput } from '../../src/config/schema/schema.ts';
import { createLog } from '../../src/system/log.ts';
import { deliveryRule, gatewayOptions } from '../harness/delivery.ts';
import { startFrappe } from '../harness/frappe-crm.ts';
import { startGraphql } from '../harness/graphql-crm.ts';
import { startOData } from '../harness/odata-crm.ts';
import { startOdoo } from '../harness/odoo-crm.ts';
import type { StandIn } from '../harness/stand-in.ts';
import { openGateway } from '../harness/world.ts';

type Modules = NonNullable<ConfigInput['modules']>;
type Call = readonly [method: string, path: string, body: object];

type Day = {
  readonly name: string;
  start(): Promise<StandIn & { readonly records: ReadonlyMap<string, object> }>;
  readonly modules: Modules;
  readonly field: string;
  readonly value: string;
  readonly email?: string;
  /** What honest clients write, none of which a rule is about. */
  readonly calls: readonly Call[];
  /** What is proposed for sure, and what only an operator can know. */
  readonly sure: object;
  readonly doubtful: object;
  /** Of what is written, this may never be proposed. */
  readonly never?: readonly Call[];
  /** The change that the rule is about: it still asks when all of it is pasted. */
  readonly guarded: Call;
};

const graphql = (query: string): Call => ['POST', '/graphql', { query }];
const kw = (model: string, method: string, args: readonly unknown[]): Call => [
  'POST',
  `/web/dataset/call_kw/${model}/${method}`,
  { jsonrpc: '2.0', method: 'call', id: 1, params: { model, method, args, kwargs: {} } },
];

const DAYS: readonly Day[] = [
  {
    name: 'GraphQL',
    start: () =>
      startGraphql({
        'Task/45': { id: '45', status: 'Open', email: 'ann@example.com' },
        'Customer/9': { id: '9', name: 'Acme', email: 'ann@example.com' },
      }),
    modules: {
      Task: {
        dialect: 'graphql',
        path: '/graphql',
        mutations: { updateTask: { id: 'id', fields: 'data' } },
        record: 'query ($id: ID!) { task(id: $id) { id status email } }',
      },
    },
    field: 'status',
    value: 'Closed',
    calls: [
      graphql('mutation { createTask(data: {subject: "New", status: "Open"}) { id } }'),
      graphql('mutation { updateCustomer(id: 9, data: {name: "Ann"}) { id } }'),
      graphql('mutation { addRegion(name: "North") }'),
      graphql('mutation { login(user: "a", password: "b") }'),
      // Their names and arguments may be about a task.
      graphql('mutation { updateTaskColor(id: 45, color: "red") { id } }'),
      graphql('mutation { createReminder(taskId: 45, at: "noon") { id } }'),
      graphql('mutation { addRegion(name: "South") updateTask(id: 45, data: {subject: "x"}) { id } }'),
    ],
    sure: {
      Task: { mutations: { createTask: { operation: 'create', fields: 'data' } } },
      Customer: {
        dialect: 'graphql',
        path: '/graphql',
        mutations: { updateCustomer: { id: 'id', fields: 'data' } },
        record: 'query ($id: ID!) { customer(id: $id) { id } }',
      },
      Region: {
        dialect: 'graphql',
        path: '/graphql',
        mutations: { addRegion: { operation: 'create', fields: '' } },
        record: 'query ($id: ID!) { region(id: $id) { id } }',
      },
    },
    doubtful: {
      Task: {
        mutations: {
          login: { harmless: true },
          updateTaskColor: { harmless: true },
          createReminder: { harmless: true },
        },
      },
    },
    guarded: graphql('mutation { updateTask(id: 45, data: {status: "Closed"}) { id } }'),
  },
  {
    name: 'OData',
    start: () =>
      startOData({
        'Orders/45': { ID: '45', Status: 'Open', Email: 'ann@example.com' },
        'Regions/3': { ID: '3', Name: 'North' },
      }),
    modules: { Orders: { dialect: 'odata', path: '/odata' } },
    field: 'Status',
    value: 'Closed',
    email: 'Email',
    calls: [
      ['PATCH', '/odata/Regions(3)', { Name: 'South' }],
      ['POST', '/odata/Products', { Name: 'Box' }],
      ['POST', '/odata/Orders(45)/Sales.print', {}],
      [
        'POST',
        '/odata/$batch',
        { requests: [{ id: '1', method: 'PATCH', url: 'Areas(AreaID=1)', body: { Name: 'a' } }] },
      ],
    ],
    sure: {
      Regions: { dialect: 'odata', path: '/odata' },
      Areas: { dialect: 'odata', path: '/odata', key: 'AreaID' },
    },
    doubtful: {
      Products: { dialect: 'odata', path: '/odata' },
      Orders: { actions: { print: { harmless: true } } },
    },
    guarded: ['PATCH', '/odata/Orders(45)', { Status: 'Closed' }],
  },
  {
    name: 'Odoo',
    start: () =>
      startOdoo({
        'sale.order/7': { id: 7, state: 'sale', email: 'ann@example.com' },
        'res.country/1': { id: 1, name: 'Norway' },
        'res.users/2': { id: 2, login: 'rep' },
      } as never),
    modules: { SaleOrder: { dialect: 'odoo', path: '/', type: 'sale.order' } },
    field: 'state',
    value: 'done',
    calls: [
      kw('res.country', 'write', [[1], { name: 'Norge' }]),
      kw('crm.lead', 'create', [[{ name: 'New' }]]),
      kw('crm.lead', 'message_post', [[1]]),
      kw('sale.order', 'message_post', [[7]]),
    ],
    never: [
      kw('res.users', 'write', [[2], { email: 'rep@example.com' }]),
      ['POST', '/json/2/res.users/write', { ids: [2], vals: { email: 'rep@example.com' } }],
    ],
    sure: {
      'res.country': { dialect: 'odoo', path: '/' },
      'crm.lead': { dialect: 'odoo', path: '/' },
    },
    doubtful: {
      'crm.lead': { actions: { message_post: { harmless: true } } },
      SaleOrder: { actions: { message_post: { harmless: true } } },
    },
    guarded: kw('sale.order', 'write', [[7], { state: 'done' }]),
  },
  {
    name: 'Frappe',
    start: () =>
      startFrappe({
        'Delivery Note/DN-1': { name: 'DN-1', status: 'To Bill', email: 'ann@example.com' },
        'Sales Person/Ann': { name: 'Ann' },
        'Delivery Note Item/1': { name: '1', qty: 3 } as never,
      }),
    modules: { DeliveryNote: { dialect: 'frappe', path: '/api', type: 'Delivery Note' } },
    field: 'status',
    value: 'Closed',
    calls: [
      ['PUT', '/api/resource/Sales%20Person/Ann', { note: 'x' }],
      ['POST', '/api/v2/document/ToDo', { description: 'x' }],
      ['POST', '/api/method/frappe.client.insert', { doc: { doctype: 'Event', subject: 'x' } }],
      ['POST', '/api/resource/Delivery%20Note/DN-1', { run_method: 'make_pdf' }],
      ['PUT', '/api/resource/Delivery%20Note%20Item/1', { qty: 4 }],
    ],
    sure: {
      Sales_Person: { dialect: 'frappe', path: '/api', type: 'Sales Person' },
      ToDo: { dialect: 'frappe', path: '/api' },
      Event: { dialect: 'frappe', path: '/api' },
    },
    doubtful: {
      DeliveryNote: { actions: { make_pdf: { harmless: true } } },
      Delivery_Note_Item: { dialect: 'frappe', path: '/api', type: 'Delivery Note Item' },
    },
    guarded: ['PUT', '/api/resource/Delivery%20Note/DN-1', { status: 'Closed' }],
  },
];

/** What each call was answered, whether it arrived, and what the log and the report make of it. */
async function play(day: Day, modules: Modules, mode: 'shadow' | 'enforce', calls: readonly Call[]) {
  const crm = await day.start();
  onTestFinished(() => crm.close());
  const lines: string[] = [];
  const log = createLog({ level: 'info', destination: { write: (line: string) => void lines.push(line) } });
  const rule = deliveryRule({
    module: Object.keys(day.modules)[0] ?? '',
    when: { changed_to: [day.field, day.value] },
    send: { to: [{ channel: 'email', address: day.email ?? 'email' }] },
  });
  const options = gatewayOptions(crm.url, { modules, rules: [rule], mode, unmappedWrites: 'refuse' });
  const { rep, gateway } = await openGateway(options, { log });
  const results: (string | null)[] = [];
  const texts: string[] = [];
  for (const [method, path, body] of calls) {
    const { result, text } = await rep.call(method, path, body, { authorization: 'Bearer rep' });
    results.push(result);
    texts.push(text);
  }
  await gateway.close();
  const summary = createSummary();
  for (const line of lines.join('').split('\n')) {
    const decision = decisionIn(line);
    if (decision) summary.add(decision);
  }
  const report = summaryText(summary.found());
  const [, block = ''] = /as\n {2}To paste[^\n]*\n\n(.*?)(?=\n\n|$)/s.exec(report) ?? [];
  const stored = JSON.stringify([...crm.records]);
  return { results, texts, report, block, stored, log: lines.join('') };
}

/** The block as an operator pastes it who decided that every comment holds. */
function decided(block: string): string {
  return block.replace(/^ {2}# (\S+: \{.*\}) {3}# only where .*$/gm, '  $1');
}

function pasted(modules: Modules, ...blocks: readonly object[]): Modules {
  const all = structuredClone(modules) as Record<string, Record<string, unknown>>;
  for (const block of blocks)
    for (const [name, keys] of Object.entries(block)) {
      const own = all[name] ?? {};
      all[name] = own;
      for (const [key, value] of Object.entries(keys as object))
        own[key] = typeof value === 'object' ? { ...(own[key] as object), ...value } : value;
    }
  return all as Modules;
}

const modulesIn = (block: string) => (parse(block) as { modules?: object | null } | null)?.modules ?? {};
const onlyComments = (block: string) =>
  `modules:\n${decided(block)
    .split('\n')
    .filter((line) => !block.split('\n').includes(line))
    .join('\n')}`;

describe.each(DAYS)('a day in shadow mode in front of $name', (day) => {
  test('is reported in its words, as a block that lets the same day pass where rules are enforced', async () => {
    const shadow = await play(day, day.modules, 'shadow', day.calls);
    expect(shadow.results).toEqual(day.calls.map(() => null));
    const bare = await play(day, day.modules, 'enforce', day.calls);
    expect(bare.results).toEqual(
      day.calls.map(() => expect.stringMatching(/^(?:unmapped-write|request-unreadable)$/)),
    );

    const sure = modulesIn(shadow.block);
    const doubtful = modulesIn(onlyComments(shadow.block));
    expect(sure).toEqual(day.sure);
    expect(doubtful).toEqual(day.doubtful);

    const all = [...day.calls, day.guarded];
    const enforced = await play(day, pasted(day.modules, sure, doubtful), 'enforce', all);
    expect(enforced.results).toEqual([...day.calls.map(() => null), 'otp-required']);
    expect(enforced.stored).toBe(shadow.stored);
  });

  test('names what to declare in each refusal, too', async () => {
    const { texts } = await play(day, day.modules, 'enforce', day.calls);
    for (const text of texts) expect(text).toMatch(/modules:\\n {2}(?:# )?[\w.]+: \{/);
  });
});

test.each(
  DAYS.filter(({ never }) => never),
)('what stores the fields of other records in front of $name is never proposed', async (day) => {
  const { block } = await play(day, day.modules, 'shadow', day.never ?? []);
  expect(modulesIn(decided(block))).toEqual({});
  expect(block).toContain('is never to be opened');
  expect(block).not.toMatch(/dialect: rest|operations:/);
});
