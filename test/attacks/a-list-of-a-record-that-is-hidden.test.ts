import { expect, test } from 'vitest';
import { HIDDEN_MODULE, hiddenRule, openHidden, seenOf } from '../harness/hidden.ts';
import { PAYSLIPS, RULE } from '../harness/payslips.ts';
import { until } from '../harness/until.ts';

/*
 * Whom a whole list leaves out is found in the stored record that has it. Where nobody may learn which records there are, that look would tell
 * it: one that is not there has no list.
 */

const LINE_RULE = {
  id: 11,
  name: 'Line',
  module: 'Lines',
  on: ['update', 'delete'],
  when: true,
  send: { to: [{ channel: 'whatsapp', address: 'phone' }] },
} as const;

const open = () =>
  openHidden({
    modules: {
      Payslips: { ...HIDDEN_MODULE, relations: { lines: 'Lines' } },
      Lines: { dialect: 'rest', path: '/api/lines', relations: { payslip: 'Payslips' } },
    },
    rules: [hiddenRule(), { ...LINE_RULE, on: [...LINE_RULE.on], send: { to: [...LINE_RULE.send.to] } }],
  });

test.each([
  ['PATCH', { lines: [] }],
  ['PATCH', { lines: null }],
  ['PATCH', { lines: ['l1'] }],
  ['PUT', { lines: { set: [] } }],
])('a %s with %j says the same of a record as of one that is not there, and the CRM is not asked', async (method, body) => {
  const { crm, rep, gateway } = await open();
  const [there, nowhere] = [
    await rep.call(method, `${PAYSLIPS}/p1`, body),
    await rep.call(method, `${PAYSLIPS}/p7`, body),
  ].map((answer) => seenOf(answer, gateway.clock.now()));
  expect(there?.status).toBe(428);
  expect(there).toEqual(nowhere);
  expect(crm.received).toEqual([]);
});

test('honest: whoever has a grant for the record empties its list', async () => {
  const { crm, rep, gateway } = await open();
  crm.records.set('p1', { ...crm.records.get('p1'), lines: [] });
  const { json } = await rep.call('POST', `${RULE}/identify`, { value: '4721' });
  const code = await until(() => gateway.lastCode());
  const opened = await rep.call('POST', `${RULE}/records/${json.record}/grant`, { code });
  const grant = { 'OTPRULES-Grant': String(opened.json.token) };
  expect((await rep.call('PATCH', `${PAYSLIPS}/p1`, { lines: [] }, grant)).status).toBe(200);
  expect(crm.saves.map(({ body }) => String(body))).toEqual(['{"lines":[]}']);
});
