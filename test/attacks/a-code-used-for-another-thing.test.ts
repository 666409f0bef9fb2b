import { describe, expect, test } from 'vitest';
import { onSaves, refuse } from '../harness/answers.ts';
import { deliveryRule } from '../harness/delivery.ts';
import { NOTE } from '../harness/rep.ts';
import { openWorld } from '../harness/world.ts';

const HEADER = 'OTPRULES-OTP-7';

describe('a code that was asked for by hand, about a delivery', () => {
  test('does not move the address that codes go to', async () => {
    const { crm, rep, code } = await openWorld();
    await rep.askForCode();
    const moved = await rep.call('PATCH', NOTE, { email: 'rep@evil.test' }, { [HEADER]: code() });
    expect(moved.result).toBe('otp-binding-mismatch');
    const both = await rep.deliver(code(), { email: 'rep@evil.test' });
    expect(both.result).toBe('otp-binding-mismatch');
    expect(crm.saves).toEqual([]);
    expect((await rep.deliver(code())).code).toBe('used');
  });

  test('does not delete the record', async () => {
    const { crm, rep, code } = await openWorld({
      rules: [deliveryRule({ on: ['update', 'delete'], when: true })],
    });
    await rep.askForCode();
    const gone = await rep.call('DELETE', NOTE, undefined, { [HEADER]: code() });
    expect(gone.result).toBe('otp-binding-mismatch');
    expect(crm.saves).toEqual([]);
  });
});

test('an answer that the CRM cannot write is no proof that it saved nothing: the code is good for the same save only', async () => {
  const { crm, rep, code } = await openWorld();
  await rep.deliver();
  crm.answerWith(onSaves(refuse(406)));
  const saved = await rep.call(
    'PATCH',
    NOTE,
    { status: 'Delivered' },
    { [HEADER]: code(), accept: 'text/x-none' },
  );
  expect([saved.status, saved.code]).toEqual([406, 'held']);
  crm.answerWith();
  expect((await rep.deliver(code(), { note: 'another' })).result).toBe('otp-binding-mismatch');
});
