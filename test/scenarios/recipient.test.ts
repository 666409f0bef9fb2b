import { describe, expect, test } from 'vitest';
import { STORED } from '../harness/crm.ts';
import { deliveryRule } from '../harness/delivery.ts';
import { NOTE } from '../harness/rep.ts';
import { openWorld, type WorldOptions } from '../harness/world.ts';

const OLD = 'ann@example.com';
const PHONE = {
  channels: { sms: { kind: 'outbox', address: 'phone' } },
  rules: [deliveryRule({ send: { to: [{ channel: 'sms', address: 'phone' }] } })],
} satisfies WorldOptions;

/** A note with this in the field that holds the address. */
function noteWith(fields: Record<string, unknown>) {
  return { records: { '45': { ...STORED, ...fields } } };
}

describe('the code goes to the address of the stored record', () => {
  test('also where the save brings another one along', async () => {
    const { crm, gateway, rep, code } = await openWorld();
    const asked = await rep.deliver(undefined, { email: 'rep@example.com' });
    expect(asked.status).toBe(428);
    expect(gateway.outbox.messages().map(({ address }) => address)).toEqual([OLD]);
    expect(asked.json.rules?.[0]?.sent_to).toBe('a***@***.com');
    expect(crm.saves).toHaveLength(0);
    expect((await rep.deliver(code(), { email: 'rep@example.com' })).code).toBe('used');
  });

  test.each([
    'Email',
    'EMAIL',
    'e\u200bmail',
    'email ',
  ])('also where the save spells the field as %j', async (name) => {
    const { crm, gateway, rep } = await openWorld();
    expect((await rep.call('PATCH', NOTE, { [name]: 'rep@example.com' })).status).toBe(428);
    expect(gateway.outbox.messages().map(({ address }) => address)).toEqual([OLD]);
    expect(crm.saves).toHaveLength(0);
  });
});

describe('a save that changes the address', () => {
  test('needs a code from the old one', async () => {
    const { crm, gateway, rep, code } = await openWorld();
    const moved = { email: 'rep@example.com' };
    expect((await rep.call('PATCH', NOTE, moved)).result).toBe('otp-required');
    expect(gateway.outbox.messages().map(({ address }) => address)).toEqual([OLD]);
    const emptied = await rep.call('PATCH', NOTE, { email: '' });
    expect(emptied.status).toBe(428);
    expect(crm.saves).toHaveLength(0);
    expect((await rep.call('PATCH', NOTE, moved, { 'OTPRULES-OTP-7': code() })).code).toBe('used');
  });

  test('cannot be confirmed with a code that was sent for another change', async () => {
    const { crm, rep, code } = await openWorld();
    await rep.deliver();
    const refused = await rep.call('PATCH', NOTE, { email: 'rep@example.com' }, { 'OTPRULES-OTP-7': code() });
    expect([refused.status, refused.result]).toEqual([403, 'otp-binding-mismatch']);
    expect(crm.saves).toHaveLength(0);
  });

  test('is free where there was none, where it says the same, and where the rule allows it', async () => {
    const none = await openWorld({}, noteWith({ email: '' }));
    expect((await none.rep.call('PATCH', NOTE, { email: OLD })).status).toBe(200);
    expect((await none.rep.call('PATCH', NOTE, { email: OLD })).status).toBe(200);
    const allowed = await openWorld({ rules: [deliveryRule({ recipientChange: 'allow' })] });
    expect((await allowed.rep.call('PATCH', NOTE, { email: 'rep@example.com' })).status).toBe(200);
  });

  test('behind our back freezes the living code: it is not sent on to the new address', async () => {
    const { crm, gateway, rep } = await openWorld();
    await rep.deliver();
    crm.records.set('45', { ...STORED, email: 'rep@example.com' });
    gateway.clock.advance(31_000);
    const refused = await rep.askForCode();
    expect([refused.status, refused.result]).toEqual([422, 'otp-recipient-missing']);
    expect(gateway.outbox.messages().map(({ address }) => address)).toEqual([OLD]);
  });
});

const UNCLEAN: readonly (readonly [name: string, email: unknown])[] = [
  ['nothing', ''],
  ['null', null],
  ['two addresses', 'ann@example.com, rep@example.com'],
  ['a display name', 'Ann <ann@example.com>'],
  ['a line break', 'ann@example.com\r\nBcc: rep@example.com'],
  ['a list', ['ann@example.com']],
  ['an object', { value: 'ann@example.com' }],
  ['no address', 'ann'],
];

test.each(
  UNCLEAN,
)('where the stored address is %s, no code is sent and nothing is saved', async (_name, email) => {
  const { crm, gateway, rep } = await openWorld({}, noteWith({ email }));
  const refused = await rep.deliver();
  expect([refused.status, refused.result]).toEqual([422, 'otp-recipient-missing']);
  expect(gateway.outbox.messages()).toEqual([]);
  expect(crm.saves).toHaveLength(0);
});

test.each([
  '+55 11 98765-4321',
  '0055 11 98765 4321',
  '+55 (11) 98765.4321',
])('a phone number written as %s is one number, shown by its last two digits', async (phone) => {
  const { gateway, rep } = await openWorld(PHONE, noteWith({ phone }));
  const asked = await rep.deliver();
  expect(gateway.outbox.messages().map(({ address }) => address)).toEqual(['+5511987654321']);
  expect(asked.json.rules?.[0]?.sent_to).toBe('***21');
  expect(asked.text).not.toContain('4321');
});

test('a resend goes to the same number though it is written another way meanwhile', async () => {
  const { crm, gateway, rep } = await openWorld(PHONE, noteWith({ phone: '+55 11 98765-4321' }));
  await rep.deliver();
  crm.records.set('45', { ...crm.records.get('45'), phone: '0055 (11) 987654321' });
  gateway.clock.advance(31_000);
  expect((await rep.askForCode()).status).toBe(201);
  expect(new Set(gateway.outbox.messages().map(({ address }) => address))).toEqual(
    new Set(['+5511987654321']),
  );
});

test('the first address that the record has is used', async () => {
  const { gateway, rep } = await openWorld(
    {
      channels: { sms: { kind: 'outbox', address: 'phone' }, email: { kind: 'outbox' } },
      rules: [
        deliveryRule({
          send: {
            to: [
              { channel: 'sms', address: 'phone' },
              { channel: 'email', address: 'email' },
            ],
          },
        }),
      ],
    },
    noteWith({ phone: 'unknown' }),
  );
  const asked = await rep.deliver();
  expect(gateway.outbox.messages().map(({ address }) => address)).toEqual([OLD]);
  expect(asked.json.rules?.[0]).toMatchObject({ channel: 'email', sent_to: 'a***@***.com' });
});
