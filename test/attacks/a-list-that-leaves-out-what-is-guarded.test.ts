import { expect, onTestFinished, test } from 'vitest';
import { createTestGateway, type TestOptions } from '../../src/testing.ts';
import { deliveryOptions, deliveryRule } from '../harness/delivery.ts';
import { openRelationalCrm } from '../harness/relational-crm.ts';
import { repOf } from '../harness/rep.ts';

/*
 * Whom a whole list leaves out loses its record, and in some CRMs is deleted. Both count as saves of the record that is left out.
 */

type Rule = TestOptions['rules'][number];

const only46: Rule['when'] = { '==': [{ var: 'save.id' }, '46'] };

/** Customer 9 has these deliveries; the rule is about any of them. */
async function open(ids: readonly string[], rule: Partial<Rule>) {
  const crm = await openRelationalCrm();
  crm.deliveries.clear();
  for (const id of ids)
    crm.deliveries.set(id, { id, status: 'created', customer: '9', contact: `ann${id}@example.com` });
  const gateway = createTestGateway(
    deliveryOptions(crm.url, {
      modules: {
        Customers: {
          dialect: 'rest',
          path: '/items/customers',
          record: '/data',
          relations: { deliveries: 'Deliveries' },
        },
        Deliveries: { dialect: 'rest', path: '/items/deliveries', record: '/data' },
      },
      rules: [
        deliveryRule({
          module: 'Deliveries',
          on: ['update', 'delete'],
          when: true,
          send: { to: [{ channel: 'email', address: 'contact' }] },
          ...rule,
        }),
      ],
    }),
  );
  const { url } = await gateway.listen();
  onTestFinished(gateway.close);
  const keep = (kept: readonly string[], id = '9') =>
    repOf(url).call('PATCH', `/items/customers/${id}`, { deliveries: kept });
  return { crm, keep };
}

const asked = ({ json }: Awaited<ReturnType<Awaited<ReturnType<typeof open>>['keep']>>) =>
  json.rules?.map(({ record }) => record);

test.each([
  'update',
  'delete',
] as const)('a rule about an %s applies to whom a list leaves out', async (on) => {
  const { crm, keep } = await open(['45', '46'], { on: [on], when: only46 });
  const refused = await keep(['45']);
  expect([refused.status, asked(refused)]).toEqual([428, ['46']]);
  expect(crm.writes).toEqual([]);
  // Honest: leaving out another one needs no code.
  const other = await open(['45', '47'], { on: [on], when: only46 });
  expect((await other.keep(['45'])).status).toBe(200);
  expect(other.crm.writes).toHaveLength(1);
});

test('a list of a record that the CRM does not show goes nowhere', async () => {
  const { crm, keep } = await open(['45'], {});
  expect((await keep([], '77')).status).toBe(404);
  expect(crm.writes).toEqual([]);
});

test('more than can be judged at once are not left out', async () => {
  const ids = Array.from({ length: 201 }, (_, index) => String(1000 + index));
  const { crm, keep } = await open(ids, {});
  const refused = await keep([]);
  expect([refused.status, refused.json['detail']]).toEqual([400, expect.stringContaining('more than 200')]);
  expect(crm.writes).toEqual([]);
});

test('honest: as many are, where no rule is about them', async () => {
  const ids = Array.from({ length: 201 }, (_, index) => String(1000 + index));
  const { crm, keep } = await open(ids, { when: only46 });
  expect((await keep([])).status).toBe(200);
  expect(crm.writes).toHaveLength(1);
});

test('honest: a record of another module that has the id of the customer is another record', async () => {
  const { crm, keep } = await open(['9', '46'], { when: only46 });
  const refused = await keep([]);
  expect([refused.status, asked(refused)]).toEqual([428, ['46']]);
  expect(crm.writes).toEqual([]);
});
