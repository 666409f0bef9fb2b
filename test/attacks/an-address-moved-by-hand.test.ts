import { expect, test } from 'vitest';
import { addContacts, NOTES_AND_CONTACTS } from '../harness/contacts.ts';
import { STORED } from '../harness/crm.ts';
import { deliveryRule } from '../harness/delivery.ts';
import { NOTE } from '../harness/rep.ts';
import { openWorld } from '../harness/world.ts';

const HEADER = 'OTPRULES-OTP-7';
const MOVED = { email: 'rep@example.net' };

test('values by hand that change the address are told to the old one as such', async () => {
  const { crm, gateway, rep, code } = await openWorld();
  expect((await rep.askForCode(MOVED)).status).toBe(201);
  const [message] = gateway.outbox.messages();
  expect(message?.address).toBe('ann@example.com');
  expect(message?.text).toContain('go to another address');
  expect((await rep.deliver(code())).result).toBe('otp-binding-mismatch');
  expect(crm.saves).toHaveLength(0);
  expect((await rep.call('PATCH', NOTE, MOVED, { [HEADER]: code() })).code).toBe('used');
});

test('values by hand that change the address beside the guarded field are told as both', async () => {
  const { gateway, rep } = await openWorld();
  await rep.askForCode({ status: 'Delivered', ...MOVED });
  const text = gateway.outbox.messages()[0]?.text ?? '';
  expect(text).toContain('go to another address');
  expect(text).toContain('is your code for: Delivery Confirmation OTP.');
});

test('so are values that name another record of which the address is taken', async () => {
  const to = [{ channel: 'email', address: { via: 'contact_id', module: 'Contacts', field: 'email' } }];
  const { crm, gateway, rep, code } = await openWorld(
    { rules: [deliveryRule({ send: { to } })], modules: NOTES_AND_CONTACTS },
    { records: { '45': { ...STORED, contact_id: '9' } } },
  );
  addContacts(crm, {
    '8': { id: '8', email: 'rep@example.net' },
    '9': { id: '9', email: 'ann@example.com' },
  });
  expect((await rep.askForCode({ contact_id: '8' })).status).toBe(201);
  const [message] = gateway.outbox.messages();
  expect(message?.address).toBe('ann@example.com');
  expect(message?.text).toContain('go to another address');
  expect((await rep.call('PATCH', NOTE, { contact_id: '8' }, { [HEADER]: code() })).code).toBe('used');
});

test('a code by hand without values opens no change of the address, whatever it binds', async () => {
  for (const binds of ['change', 'record'] as const) {
    const { crm, rep, code } = await openWorld({ rules: [deliveryRule({ binds })] });
    await rep.askForCode();
    const refused = await rep.call('PATCH', NOTE, MOVED, { [HEADER]: code() });
    expect([refused.status, refused.result]).toEqual([403, 'otp-binding-mismatch']);
    expect((await rep.deliver(code(), MOVED)).result).toBe('otp-binding-mismatch');
    expect(crm.saves).toHaveLength(0);
  }
});
