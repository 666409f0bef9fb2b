import { expect, test } from 'vitest';
import { cutBeforeHeaders, onSaves, redirect } from '../harness/answers.ts';
import type { Answer } from '../harness/crm.ts';
import { deliveryRule } from '../harness/delivery.ts';
import { openWorld } from '../harness/world.ts';

/*
 * A code in doubt is good for the identical request, so that a save whose answer was lost can be sent again. To set a value twice changes
 * nothing; to refund twice pays twice. A caller may bring the doubt about: by a header that the answer fails at, or by a CRM that redirects.
 */

const REFUND = '/api/DeliveryNotes/45/refund';

async function openShop() {
  return openWorld({
    modules: {
      DeliveryNotes: {
        dialect: 'rest',
        path: '/api/DeliveryNotes',
        operations: [{ request: `POST ${REFUND.replace('45', '{id}')}`, save: { id: '{id}', fields: '' } }],
      },
    },
    rules: [deliveryRule({ when: { changed: 'refunded' } })],
  });
}

const AMOUNT = { refunded: 50 };

const DOUBTS: readonly (readonly [string, Answer])[] = [
  ['a refund that is answered with a redirect', redirect('/done', 303)],
  ['a refund that is not answered', cutBeforeHeaders],
  ['a refund whose answer fails', (_received, response) => void response.writeHead(406).end()],
];

test.each(DOUBTS)('%s goes with one code four times at most', async (_, answer) => {
  const { crm, rep, code } = await openShop();
  await rep.call('POST', REFUND, AMOUNT);
  crm.answerWith(onSaves(answer));
  const fates: (string | null)[] = [];
  for (let turn = 0; turn < 6; turn++)
    fates.push((await rep.call('POST', REFUND, AMOUNT, { 'OTPRULES-OTP-7': code() })).code);
  expect(fates).toEqual(['held', 'held', 'held', 'used', null, null]);
  expect(crm.saves).toHaveLength(4);
});

test('honest: a refund whose answer was lost is sent again, and the code is used when it is answered', async () => {
  const { crm, rep, code } = await openShop();
  await rep.call('POST', REFUND, AMOUNT);
  crm.answerWith(onSaves(cutBeforeHeaders));
  const refund = () => rep.call('POST', REFUND, AMOUNT, { 'OTPRULES-OTP-7': code() });
  expect((await refund()).code).toBe('held');
  crm.answerWith(onSaves((_received, response) => void response.end('{}')));
  const done = await refund();
  expect([done.status, done.code]).toEqual([200, 'used']);
});

test('honest: values that are set once more change nothing, so a PATCH is sent until the CRM is back', async () => {
  const { crm, rep, code } = await openWorld();
  await rep.deliver();
  crm.answerWith(onSaves(redirect('/busy', 302)));
  for (let turn = 0; turn < 6; turn++) expect((await rep.deliver(code())).code).toBe('held');
  crm.answerWith();
  expect((await rep.deliver(code())).code).toBe('used');
});
