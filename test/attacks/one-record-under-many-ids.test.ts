import { expect, test } from 'vitest';
import { onReads, raw } from '../harness/answers.ts';
import { openWorld } from '../harness/world.ts';

test('a CRM that shows records without an id gives no spelling of one a budget of its own', async () => {
  const { crm, rep, gateway } = await openWorld();
  const shown = JSON.stringify({ status: 'Created', email: 'ann@example.com' });
  crm.answerWith(onReads(raw(200, { 'content-type': 'application/json' }, shown)));
  for (const id of ['045', '45x', '45%20', '45.0', '%2B45', 'A45', '4e1']) {
    expect((await rep.call('PATCH', `/api/DeliveryNotes/${id}`, { status: 'Delivered' })).result).toBe(
      'record-unavailable',
    );
  }
  expect(gateway.outbox.messages()).toEqual([]);
  expect((await rep.call('PATCH', '/api/DeliveryNotes/45', { status: 'Delivered' })).result).toBe(
    'otp-required',
  );
});
