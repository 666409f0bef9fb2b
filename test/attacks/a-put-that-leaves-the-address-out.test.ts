import { expect, test } from 'vitest';
import { deliveryRule } from '../harness/delivery.ts';
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

test('a PUT that leaves out what the message shows is shown, and confirmed, as one that empties it', async () => {
  const send = {
    to: [{ channel: 'email', address: 'email' }],
    message: '{{code}}: {{record.status}}, {{record.boxes}} boxes',
  };
  const { crm, gateway, rep, code } = await openWorld(
    { ...replacing, rules: [deliveryRule({ send })] },
    { records: { '45': { id: '45', status: 'Created', boxes: 5, email: 'ann@example.com' } } },
  );
  const without = { status: 'Delivered', email: 'ann@example.com' };
  await rep.askForCode();
  expect(gateway.outbox.messages().at(-1)?.text).toContain('Delivered, 5 boxes');
  const refused = await rep.call('PUT', NOTE, without, { 'OTPRULES-OTP-7': code() });
  expect(refused.result).toBe('otp-binding-mismatch');
  expect(crm.saves).toEqual([]);
  expect((await rep.call('PUT', NOTE, { ...without, boxes: 5 }, { 'OTPRULES-OTP-7': code() })).code).toBe(
    'used',
  );
});
