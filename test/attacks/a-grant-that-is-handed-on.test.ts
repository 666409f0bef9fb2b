import { describe, expect, test } from 'vitest';
import { HIDDEN_MODULE, hiddenRule } from '../harness/hidden.ts';
import { openPayslips, PAYSLIP_MODULE, PAYSLIPS, payslipRule, RULE } from '../harness/payslips.ts';
import { until } from '../harness/until.ts';
import type { World } from '../harness/world.ts';

const P1 = `${PAYSLIPS}/p1`;
const GRANT = { idle: '30m', absolute: '24h' };
const shows = (text: string) => text.includes('5210.40');

/** A gateway behind a proxy that says who asks. */
const open = (rule: Parameters<typeof payslipRule>[0], isHidden: boolean) =>
  openPayslips({
    callers: [{ header: 'X-User', from: 'trustedProxies' }],
    trustedProxies: ['127.0.0.1'],
    modules: { Payslips: isHidden ? HIDDEN_MODULE : PAYSLIP_MODULE },
    rules: [isHidden ? hiddenRule(rule) : payslipRule({ on: ['read'], grant: GRANT, ...rule })],
  });

/** The header with the grant that Ann gets for her customer's code. */
async function grantOf({ rep, gateway }: World, isHidden: boolean) {
  const ann = { 'X-User': 'ann' };
  const asked = isHidden
    ? await rep.call('POST', `${RULE}/identify`, { value: '4721' }, ann)
    : await rep.call('POST', `${RULE}/records/p1/code`, undefined, ann);
  const code = await until(() => gateway.lastCode());
  const record = isHidden ? asked.json.record : 'p1';
  const opened = await rep.call('POST', `${RULE}/records/${record}/grant`, { code }, ann);
  expect(opened.status).toBe(201);
  return { 'OTPRULES-Grant': String(opened.json.token) };
}

describe.each([
  ['a module', false],
  ['a module that hides who is there', true],
])("in %s, a grant of a rule whose codes are their caller's alone", (_, isHidden) => {
  test.each(['bob', ''])('opens nothing to %j, to whom it was handed on', async (user) => {
    const world = await open({ caller: true }, isHidden);
    const headers = { ...(await grantOf(world, isHidden)), ...(user && { 'X-User': user }) };
    const read = await world.rep.call('GET', P1, undefined, headers);
    expect([read.status >= 400, shows(read.text)]).toEqual([true, false]);
    const saved = await world.rep.call('PATCH', P1, { note: 'x' }, headers);
    expect([saved.status >= 400, shows(saved.text)]).toEqual([true, false]);
    expect(world.crm.saves).toEqual([]);
  });

  test('honest: opens the record to its own caller, again and again', async () => {
    const world = await open({ caller: true }, isHidden);
    const headers = { ...(await grantOf(world, isHidden)), 'X-User': 'ann' };
    for (let nth = 0; nth < 3; nth++) {
      const read = await world.rep.call('GET', P1, undefined, headers);
      expect([read.status, shows(read.text)]).toEqual([200, true]);
    }
  });
});

test('honest: without "caller: true", whoever has the token and may see the record reads it', async () => {
  const world = await open({}, false);
  const headers = { ...(await grantOf(world, false)), 'X-User': 'bob' };
  expect(shows((await world.rep.call('GET', P1, undefined, headers)).text)).toBe(true);
});
