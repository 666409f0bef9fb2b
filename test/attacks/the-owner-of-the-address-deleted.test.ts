import { describe, expect, test } from 'vitest';
import { addContacts, NOTES_AND_CONTACTS } from '../harness/contacts.ts';
import { STORED } from '../harness/crm.ts';
import { deliveryRule } from '../harness/delivery.ts';
import { vtigerClientOf } from '../harness/vtiger-client.ts';
import { SESSION } from '../harness/vtiger-seed.ts';
import { openTicket } from '../harness/vtiger-ticket.ts';
import { openWorld } from '../harness/world.ts';

const ANN = '/api/Contacts/9';
const rule = (changes = {}) =>
  deliveryRule({
    send: {
      to: [{ channel: 'email', address: { via: 'contact_id', module: 'Contacts', field: 'email' } }],
    },
    ...changes,
  });

async function open(changes: Parameters<typeof deliveryRule>[0] = {}) {
  const world = await openWorld(
    { rules: [rule(changes)], modules: NOTES_AND_CONTACTS },
    { records: { '45': { ...STORED, contact_id: '9' } } },
  );
  const contacts = addContacts(world.crm, {
    '7': { id: '7', email: '' },
    '9': { id: '9', email: 'ann@example.com' },
  });
  return { ...world, contacts };
}

describe('the contact whose address is asked', () => {
  test('is deleted with its own code, which says that the address goes', async () => {
    const { contacts, gateway, rep, code } = await open();
    const refused = await rep.call('DELETE', ANN);
    expect([refused.status, refused.result]).toEqual([428, 'otp-required']);
    expect(refused.json.rules).toMatchObject([{ rule: '7', record: '9', module: 'Contacts' }]);
    const [message] = gateway.outbox.messages();
    expect(message?.address).toBe('ann@example.com');
    expect(message?.text).toContain('go to another address');
    expect(contacts.has('9')).toBe(true);
    expect((await rep.call('DELETE', ANN, undefined, { 'OTPRULES-OTP-7': code() })).code).toBe('used');
    expect(contacts.has('9')).toBe(false);
  });

  test('is not deleted with a code for a change of it, nor changed with one for its deletion', async () => {
    const { contacts, gateway, rep, code } = await open();
    await rep.call('PATCH', ANN, { email: 'rep@example.net' });
    const deleted = await rep.call('DELETE', ANN, undefined, { 'OTPRULES-OTP-7': code() });
    expect(deleted.result).toBe('otp-binding-mismatch');
    gateway.clock.advance(60_000);
    await rep.call('DELETE', ANN);
    const changed = await rep.call('PATCH', ANN, { email: 'rep@example.net' }, { 'OTPRULES-OTP-7': code() });
    expect(changed.result).toBe('otp-binding-mismatch');
    expect(contacts.get('9')).toMatchObject({ email: 'ann@example.com' });
  });

  test('is deleted freely where it has no address, and where the rule allows changes', async () => {
    const none = await open();
    expect((await none.rep.call('DELETE', '/api/Contacts/7')).status).toBeLessThan(300);
    const allowed = await open({ recipientChange: 'allow' });
    expect((await allowed.rep.call('DELETE', ANN)).status).toBeLessThan(300);
    expect(allowed.contacts.has('9')).toBe(false);
  });

  test('does not keep the record itself from being deleted', async () => {
    const { rep } = await open();
    expect((await rep.call('DELETE', '/api/DeliveryNotes/45')).status).toBeLessThan(300);
  });
});

test('a contact of Vtiger is deleted with its own code', async () => {
  const { gateway, url } = await openTicket();
  const client = vtigerClientOf(url, SESSION);
  const ticket = JSON.parse((await client.get('retrieve', { id: '17x5' })).text) as {
    readonly result: { readonly contact_id: string };
  };
  const id = ticket.result.contact_id;
  const refused = await client.post('delete', { id });
  expect(refused.text).toContain('OTP_REQUIRED');
  expect(gateway.outbox.messages()).toHaveLength(1);
  expect((await client.get('retrieve', { id })).text).toContain('"success":true');
  const deleted = await client.post(
    'delete',
    { id },
    {
      'OTPRULES-OTP-11': gateway.lastCode() ?? '',
    },
  );
  expect(deleted.text).toContain('"success":true');
  expect((await client.get('retrieve', { id })).text).toContain('"success":false');
});
