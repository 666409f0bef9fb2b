import { expect, test } from 'vitest';
import { openHidden } from '../harness/hidden.ts';
import { PAYSLIPS, RULE } from '../harness/payslips.ts';
import { repOf } from '../harness/rep.ts';
import { until } from '../harness/until.ts';
import type { World } from '../harness/world.ts';

/** A save of p1 that the CRM answers when it is told to, by somebody who has a grant for the record. */
async function beginSave({ rep, crm, gateway }: World) {
  const { json } = await rep.call('POST', `${RULE}/identify`, { value: '4721' });
  const code = await until(() => gateway.lastCode());
  const opened = await rep.call('POST', `${RULE}/records/${json.record}/grant`, { code });
  const grant = { 'OTPRULES-Grant': String(opened.json.token) };
  const held = Promise.withResolvers<void>();
  crm.answerWith(({ method }, _response, proceed) => {
    if (method === 'PATCH') void held.promise.then(proceed);
    else proceed();
  });
  const saving = rep.call('PATCH', `${PAYSLIPS}/p1`, { net: '5300.00' }, grant);
  await until(() => crm.saves.length === 1);
  return { saving, grant, proceed: held.resolve };
}

test.each([
  'PATCH',
  'PUT',
  'DELETE',
])('a %s of a stranger waits for nobody: who is at work on a record does not show', async (method) => {
  const world = await openHidden();
  const { saving, proceed } = await beginSave(world);
  const spy = repOf(world.url, 'Bearer spy');
  // While the save is under way: what waited for it would not come to an end.
  const [there, nowhere] = [
    await spy.call(method, `${PAYSLIPS}/p1`, { net: '1' }),
    await spy.call(method, `${PAYSLIPS}/p9`, { net: '1' }),
  ];
  expect([there.status, there.result]).toEqual([428, 'otp-required']);
  expect([there.status, there.text]).toEqual([nowhere.status, nowhere.text]);
  expect(world.crm.saves).toHaveLength(1);
  proceed();
  expect((await saving).status).toBe(200);
});

test('honest: whoever has a grant for the record still has their turn, one after the other', async () => {
  const { rep, crm, ...world } = await openHidden();
  const { saving, grant, proceed } = await beginSave({ rep, crm, ...world });
  const next = rep.call('PATCH', `${PAYSLIPS}/p1`, { net: '5400.00' }, grant);
  expect((await rep.call('GET', `${PAYSLIPS}/p1`, undefined, grant)).status).toBe(200);
  expect(crm.saves).toHaveLength(1);
  proceed();
  expect([(await saving).status, (await next).status]).toEqual([200, 200]);
  expect(crm.saves.map(({ body }) => String(body))).toEqual(['{"net":"5300.00"}', '{"net":"5400.00"}']);
});
