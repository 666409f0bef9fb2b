import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { decisionIn } from '../../src/cli/report/report-line.ts';
import { modulesText } from '../../src/cli/report/report-modules.ts';
import { createSummary } from '../../src/cli/report/report-summary.ts';
import type { ConfigInput } from '../../src/config/schema/schema.ts';
import { createLog } from '../../src/system/log.ts';
import { deliveryRule, gatewayOptions } from '../harness/delivery.ts';
import { openRelationalCrm } from '../harness/relational-crm.ts';
import { openGateway } from '../harness/world.ts';

type Modules = ConfigInput['modules'];

const MODULES: Modules = {
  Customers: { dialect: 'rest', path: '/items/customers', record: '/data' },
  Deliveries: { dialect: 'rest', path: '/items/deliveries', record: '/data' },
};

const RULE = deliveryRule({
  module: 'Deliveries',
  when: { changed_to: ['status', 'delivered'] },
  send: {
    to: [
      {
        channel: 'email',
        address: { via: 'customer', module: 'Customers', field: 'email', reverse: ['deliveries'] },
      },
    ],
  },
});

/** What honest clients send on a day. */
const DAY: readonly (readonly [method: string, path: string, body: object | string])[] = [
  [
    'PATCH',
    '/items/customers/9',
    { name: 'Ann', address: { city: 'Oslo', status: 'verified' }, tags: ['a'] },
  ],
  ['PATCH', '/items/customers/9', { deliveries: ['45', '46'] }],
  [
    'PATCH',
    '/items/customers/9',
    { deliveries: { update: [{ id: '45', note: 'x', lines: [{ sku: 'a' }] }] } },
  ],
  ['POST', '/items/customers', { name: 'Bo', deliveries: [{ status: 'created', note: '' }] }],
  ['PATCH', '/items/deliveries/45', { note: 'x', customer: { id: '9', vip: true }, lines: [] }],
  ['PATCH', '/items/deliveries/46', { cf: { weight: 3, history: [{ status: 'open' }] } }],
  ['POST', '/items/deliveries', { status: 'created', customer: '9' }],
];

async function play(modules: Modules, mode: 'shadow' | 'enforce') {
  const crm = await openRelationalCrm();
  const lines: string[] = [];
  const log = createLog({ level: 'info', destination: { write: (line: string) => void lines.push(line) } });
  const options = gatewayOptions(crm.url, { modules, rules: [RULE], mode });
  const { rep, gateway } = await openGateway(options, { log });
  const answers = [];
  for (const [method, path, body] of DAY) answers.push(await rep.call(method, path, body));
  await gateway.close();
  return { answers, writes: crm.writes, log: lines };
}

const refusals = (answers: readonly { readonly result: string | null }[]) =>
  answers.map(({ result }) => result).filter((result) => result !== null);

/** What `report` prints to paste. */
function proposal(log: readonly string[]): string {
  const summary = createSummary();
  for (const line of log) {
    const decision = decisionIn(line);
    if (decision) summary.add(decision);
  }
  return modulesText(summary.found().modules);
}

test('what the report of a day in shadow mode proposes lets the same day pass where rules are enforced', async () => {
  const shadow = await play(MODULES, 'shadow');
  expect(refusals(shadow.answers)).toEqual([]);
  expect(shadow.writes).toHaveLength(DAY.length);
  const bare = await play(MODULES, 'enforce');
  expect(refusals(bare.answers)).toContain('undeclared-nesting');

  const text = proposal(shadow.log);
  const { modules: proposed } = parse(text) as { readonly modules: Readonly<Record<string, object>> };
  expect(proposed).toMatchObject({
    Customers: { values: ['address', 'tags'] },
    Deliveries: { values: ['cf', 'lines'], relations: { customer: 'Customers' } },
  });
  expect(text).not.toMatch(/Oslo|verified|Bo\b/);
  const modules = Object.fromEntries(
    Object.entries(MODULES).map(([name, module]) => [name, { ...module, ...proposed[name] }]),
  ) as Modules;
  const enforced = await play(modules, 'enforce');
  expect(enforced.answers.map(({ status, text: body }) => [status, status === 200 ? '' : body])).toEqual(
    DAY.map(() => [200, '']),
  );
});

test('the log tells what would be refused, where, and by which slug', async () => {
  const modules = { ...MODULES, Customers: { ...MODULES['Customers'], knownFields: ['name'] } } as Modules;
  const { log } = await play(modules, 'shadow');
  const told = log.map((line) => JSON.parse(line)).filter((line) => 'decision' in line);
  expect(told[0]).toMatchObject({ verdict: 'pass', would: 'unknown-field', path: '/items/customers/*' });
  expect(told[4]).toMatchObject({
    verdict: 'pass',
    would: 'undeclared-nesting',
    path: '/items/deliveries/*',
  });
  expect(told[6]).toMatchObject({ verdict: 'pass', named: { Deliveries: ['status', 'customer'] } });
  expect(told[6]).not.toHaveProperty('would');
});

test('what may hold records of another module is never proposed as a column', async () => {
  const crm = await openRelationalCrm();
  const lines: string[] = [];
  const log = createLog({ level: 'info', destination: { write: (line: string) => void lines.push(line) } });
  const options = gatewayOptions(crm.url, { modules: MODULES, rules: [RULE], mode: 'shadow' });
  const { rep, gateway } = await openGateway(options, { log });
  await rep.call('PATCH', '/items/customers/9', {
    parcels: [{ id: '45', status: 'delivered' }],
    tags: ['a'],
  });
  await rep.call('PATCH', '/items/customers/9', { parcels: [] });
  await gateway.close();
  const text = proposal(lines);
  expect(parse(text)).toMatchObject({ modules: { Customers: { values: ['tags'] } } });
  expect(text).toContain('# "parcels" may hold records');
});

test('what may hold guarded fields of the record itself is never proposed as a column', async () => {
  const crm = await openRelationalCrm();
  const lines: string[] = [];
  const log = createLog({ level: 'info', destination: { write: (line: string) => void lines.push(line) } });
  const options = gatewayOptions(crm.url, { modules: MODULES, rules: [RULE], mode: 'shadow' });
  const { rep, gateway } = await openGateway(options, { log });
  await rep.call('PATCH', '/items/deliveries/45', {
    fields: { Status: 'delivered' },
    data: { attributes: { status: 'delivered' } },
    size: { width: 4, weight: 2 },
  });
  await rep.call('PATCH', '/items/deliveries/45', { fields: { note: 'again' } });
  await gateway.close();
  const text = proposal(lines);
  expect(parse(text)).toMatchObject({ modules: { Deliveries: { values: ['size'] } } });
  expect(text).toContain('# "fields" may hold records of another module, or fields of this one');
  expect(text).toContain('# "data" may hold records of another module, or fields of this one');
});
