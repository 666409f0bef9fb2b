import { describe, expect, test } from 'vitest';
import { addContacts, NOTES_AND_CONTACTS } from '../harness/contacts.ts';
import { STORED } from '../harness/crm.ts';
import { deliveryRule } from '../harness/delivery.ts';
import { NOTE } from '../harness/rep.ts';
import { openWorld } from '../harness/world.ts';

const OWN = '+5511900000000';
const rules = [
  deliveryRule({
    send: {
      to: [
        { channel: 'sms', address: 'phone' },
        { channel: 'email', address: 'email' },
      ],
    },
  }),
];
const channels = { sms: { kind: 'outbox', address: 'phone' }, email: { kind: 'outbox' } } as const;
const noteWith = (fields: Record<string, unknown>) => ({ records: { '45': { ...STORED, ...fields } } });

describe('an empty address is filled in', () => {
  test.each([
    ['empty', ''],
    ['null', null],
    ['false, as Odoo shows it', false],
    ['blank', ' \t\u00a0'],
  ])('with a code from the other address of the record, where it is %s', async (_, phone) => {
    const { crm, gateway, rep, code } = await openWorld({ rules, channels }, noteWith({ phone }));
    const refused = await rep.call('PATCH', NOTE, { phone: OWN });
    expect([refused.status, refused.result]).toEqual([428, 'otp-required']);
    expect(gateway.outbox.messages().map(({ address }) => address)).toEqual(['ann@example.com']);
    expect(gateway.outbox.messages()[0]?.text).toContain('go to another address');
    expect(crm.saves).toHaveLength(0);
    const saved = await rep.call('PATCH', NOTE, { phone: OWN }, { 'OTPRULES-OTP-7': code() });
    expect(saved.code).toBe('used');
  });

  test('freely where nobody can be asked', async () => {
    for (const [phone, email] of [
      ['', null],
      [false, false],
      [null, '\t'],
      ['', 'not an address'],
    ] as const) {
      const { crm, gateway, rep } = await openWorld({ rules, channels }, noteWith({ phone, email }));
      expect((await rep.call('PATCH', NOTE, { phone: OWN })).status).toBe(200);
      expect(gateway.outbox.messages()).toEqual([]);
      expect(crm.saves).toHaveLength(1);
    }
  });

  test('freely with what is as empty', async () => {
    const { rep } = await openWorld({ rules, channels }, noteWith({ phone: false }));
    for (const phone of ['', null, false, ' '])
      expect((await rep.call('PATCH', NOTE, { phone })).status).toBe(200);
  });
});

describe('a reference that leads to an address is filled in', () => {
  const related = [
    deliveryRule({
      send: {
        to: [
          { channel: 'email', address: { via: 'contact_id', module: 'Contacts', field: 'email' } },
          { channel: 'email', address: 'email' },
        ],
      },
    }),
  ];
  const open = async (fields: Record<string, unknown>) => {
    const world = await openWorld({ rules: related, modules: NOTES_AND_CONTACTS }, noteWith(fields));
    addContacts(world.crm, { '8': { id: '8', email: 'rep@example.net' } });
    return world;
  };

  test('with a code from the address of the record itself', async () => {
    const { gateway, rep } = await open({ contact_id: null });
    expect((await rep.call('PATCH', NOTE, { contact_id: '8' })).status).toBe(428);
    expect(gateway.outbox.messages().map(({ address }) => address)).toEqual(['ann@example.com']);
  });

  test('freely where nobody can be asked', async () => {
    const { rep } = await open({ contact_id: '', email: '' });
    expect((await rep.call('PATCH', NOTE, { contact_id: '8' })).status).toBe(200);
  });

  test('not at all where a contact is named that nobody can look at', async () => {
    const { crm, gateway, rep } = await open({ contact_id: '77', email: '' });
    const refused = await rep.call('PATCH', NOTE, { email: 'rep@example.net' });
    expect([refused.status, refused.result]).toEqual([422, 'otp-recipient-missing']);
    expect(gateway.outbox.messages()).toEqual([]);
    expect(crm.saves).toHaveLength(0);
  });
});

/** From a contact nobody knows which notes refer to it, and so whether one of them has an address of its own. */
describe('an address on the other record of a rule', () => {
  const contactsEmail = {
    channel: 'email',
    address: { via: 'contact_id', module: 'Contacts', field: 'email' },
  };
  const contactsPhone = {
    channel: 'sms',
    address: { via: 'contact_id', module: 'Contacts', field: 'mobile' },
  };
  const own = { channel: 'email', address: 'email' };
  const open = async (to: readonly object[], contact: Record<string, unknown>) => {
    const world = await openWorld(
      { rules: [deliveryRule({ send: { to: to as [] } })], channels, modules: NOTES_AND_CONTACTS },
      noteWith({ contact_id: '9' }),
    );
    addContacts(world.crm, { '9': { id: '9', ...contact } });
    return world;
  };
  const fillIn = ({ rep }: Awaited<ReturnType<typeof open>>) =>
    rep.call('PATCH', '/api/Contacts/9', { mobile: OWN });

  test('is not filled in where the rule has one on the first record, too', async () => {
    const world = await open([contactsPhone, own], { mobile: '' });
    const refused = await fillIn(world);
    expect([refused.status, refused.result]).toEqual([422, 'otp-recipient-missing']);
    expect(world.crm.saves).toHaveLength(0);
    expect((await world.rep.call('PATCH', '/api/Contacts/9', { city: 'Oslo', mobile: '' })).status).toBe(200);
  });

  test('is filled in with a code from another address of the same record', async () => {
    const world = await open([contactsPhone, contactsEmail, own], { mobile: '', email: 'ann@example.com' });
    expect((await fillIn(world)).status).toBe(428);
    expect(world.gateway.outbox.messages().map(({ address }) => address)).toEqual(['ann@example.com']);
    const { status } = await world.rep.call(
      'PATCH',
      '/api/Contacts/9',
      { mobile: OWN },
      { 'OTPRULES-OTP-7': world.code() },
    );
    expect(status).toBe(200);
  });

  test('is filled in freely where all of the rule are on that record', async () => {
    expect(
      (await fillIn(await open([contactsPhone, contactsEmail], { mobile: '', email: null }))).status,
    ).toBe(200);
  });
});
