import { expect, test } from 'vitest';
import { deliveryRule, gatewayOptions } from '../harness/delivery.ts';
import { NOTE } from '../harness/rep.ts';
import { openCrm, openGateway } from '../harness/world.ts';

/*
 * A manager vouches for a save. Before it is sent, the operator takes away the right to vouch under its rule, as where that was abused.
 */

type RuleChanges = Parameters<typeof deliveryRule>[0];

const MANAGERS = { in: [{ var: 'caller.user' }, ['mia', 'max']] };
const VOUCHABLE = { override: { by: MANAGERS } };
const CODE = '/_countersign/rules/7/records/45/code';
const OVERRIDE = '/_countersign/rules/7/records/45/override';
const VALUES = { status: 'Delivered' };

/** An office in which mia has vouched for the save that ron asked for. */
async function openVouched() {
  const crm = await openCrm();
  const optionsWith = (rule: RuleChanges) =>
    gatewayOptions(crm.url, {
      trustedProxies: ['127.0.0.1'],
      callers: [{ header: 'X-User', from: 'trustedProxies' }],
      rules: [deliveryRule(rule)],
    });
  const { rep, gateway } = await openGateway(optionsWith(VOUCHABLE));
  const as = (user: string, method: string, path: string, body?: object) =>
    rep.call(method, path, body, { 'X-User': user });
  expect((await as('ron', 'PATCH', NOTE, VALUES)).status).toBe(428);
  const reason = 'The phone of the customer is dead, she signed on paper';
  expect((await as('mia', 'POST', OVERRIDE, { reason, values: VALUES })).status).toBe(201);
  return {
    crm,
    as,
    reload(rule: RuleChanges): void {
      expect(gateway.reload(optionsWith(rule)).ok).toBe(true);
    },
  };
}

test('what was vouched for passes no more once nobody may vouch under the rule', async () => {
  const { crm, as, reload } = await openVouched();
  reload({});
  expect((await as('ron', 'PATCH', NOTE, VALUES)).status).toBe(428);
  expect(crm.saves).toEqual([]);
  // Who wants the save takes back what was vouched for, and asks the customer.
  expect((await as('ron', 'DELETE', CODE)).status).toBe(204);
});

test('honest: it passes over a reload under which people may vouch still', async () => {
  const { crm, as, reload } = await openVouched();
  reload({ override: { by: MANAGERS, perDay: 1 }, name: 'Delivered?' });
  expect((await as('ron', 'PATCH', NOTE, VALUES)).result).toBe('verified');
  expect(crm.saves).toHaveLength(1);
});
