import { expect, test } from 'vitest';
import { NOTE } from '../harness/rep.ts';
import { openWorld } from '../harness/world.ts';

const replacing = {
  modules: { DeliveryNotes: { dialect: 'rest', path: '/api/DeliveryNotes', put: 'replace' } },
} as const;

test('where a PUT replaces the record, leaving the address out is a change of it', async () => {
  const { crm, gateway, rep, code } = await openWorld(replacing);
  const emptying = { subject: 'Two boxes', status: 'Out for delivery' };
  expect((await rep.call('PUT', NOTE, emptying)).result).toBe('otp-required');
  expect(crm.saves).toEqual([]);
  expect(gateway.outbox.messages().at(-1)?.address).toBe('ann@example.com');
  expect((await rep.call('PUT', NOTE, emptying, { 'OTPRULES-OTP-7': code() })).status).toBe(200);
});

test('a PUT that names every guarded field as it is passes, and so does a PATCH that names none', async () => {
  const { rep } = await openWorld(replacing);
  const whole = { subject: 'Three boxes', status: 'Out for delivery', email: 'ann@example.com' };
  expect((await rep.call('PUT', NOTE, whole)).status).toBe(200);
  expect((await rep.call('PATCH', NOTE, { subject: 'Four boxes' })).status).toBe(200);
});
