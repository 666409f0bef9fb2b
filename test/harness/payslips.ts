import type { ConfigInput } from '../../src/config/schema/schema.ts';
import type { Answer, Crm } from './crm.ts';
import type { Fields } from './crm-collection.ts';
import { openWorld, type World, type WorldOptions } from './world.ts';

export const PAYSLIPS = '/api/payslips';
export const RULE = '/_countersign/rules/9';

/** Two people, one of whom has no address. */
export const PEOPLE: Readonly<Record<string, Fields>> = {
  p1: { id: 'p1', employee_number: '4721', phone: '+5511987654378', net: '5210.40', secret: false },
  p2: { id: 'p2', employee_number: '4722', phone: '', net: '4100.00', secret: false },
};

type RuleInput = ConfigInput['rules'][number];

/** The configuration of the pay-stub story. */
export function payslipRule(changes: Partial<RuleInput> = {}): RuleInput {
  return {
    id: 9,
    name: 'Payslip',
    module: 'Payslips',
    when: true,
    send: { to: [{ channel: 'whatsapp', address: 'phone' }] },
    ...changes,
  };
}

export const PAYSLIP_MODULE = {
  dialect: 'rest',
  path: PAYSLIPS,
  lookup: { path: PAYSLIPS, query: 'employee_number', record: '/0' },
} as const;

/** A world whose CRM keeps payslips, and finds them by `employee_number`. */
export async function openPayslips(options: WorldOptions = {}): Promise<World> {
  const world = await openWorld(
    {
      modules: { Payslips: PAYSLIP_MODULE },
      channels: { whatsapp: { kind: 'outbox', address: 'phone' } },
      rules: [payslipRule()],
      ...options,
    },
    { collection: PAYSLIPS, records: PEOPLE, auth: true },
  );
  world.crm.answerWith(findingIn(world.crm));
  return world;
}

/** The list, filtered by the query as the CRM would. */
export function findingIn(crm: Crm): Answer {
  return ({ method, path, headers }, response, proceed) => {
    const wanted = new URL(path, crm.url).searchParams.get('employee_number');
    const isKnown = headers.some(([name]) => name.toLowerCase() === 'authorization');
    if (method !== 'GET' || wanted === null || !isKnown) return proceed();
    const found = [...crm.records.values()].filter(({ employee_number }) => employee_number === wanted);
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(found));
  };
}
