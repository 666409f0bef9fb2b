import { expect, test } from 'vitest';
import type { ConfigInput } from '../../src/config/schema/schema.ts';
import { customerAt } from '../harness/customer.ts';
import { deliveryOptions, deliveryRule } from '../harness/delivery.ts';
import { NOTE } from '../harness/rep.ts';
import { openWorld } from '../harness/world.ts';

type RuleChanges = Partial<ConfigInput['rules'][number]>;

const HIS = 'DE89370400440532013000';
const EITHER = { or: [{ changed_to: ['status', 'Delivered'] }, { changed: 'iban' }] };
const ADDRESS = { channel: 'email', address: 'email' } as const;

/** A world under one rule, and what puts another one in its place under the same id. */
async function openReloaded(before: RuleChanges = {}) {
  const optionsOf = (changes: RuleChanges) => ({
    publicUrl: 'https://confirm.example.com',
    rules: [deliveryRule(changes)],
  });
  const world = await openWorld(optionsOf(before));
  return {
    ...world,
    reload(changes: RuleChanges): void {
      expect(world.gateway.reload(deliveryOptions(world.crm.url, optionsOf(changes))).ok).toBe(true);
    },
    /** What reached the CRM as an account. */
    accounts: () => world.crm.saves.filter(({ body }) => body.includes(HIS)),
  };
}

const CHANGES: readonly (readonly [what: string, before: RuleChanges, after: RuleChanges])[] = [
  ['the rule asks about another field too', {}, { when: EITHER }],
  [
    'the message shows another field too',
    {},
    { send: { to: [ADDRESS], message: 'Deliver and pay to {{record.iban}}? {{code}}' } },
  ],
  ['the rule binds its codes to the values', { binds: 'record' }, { when: EITHER }],
  ['the rule binds its codes to all of the save', { binds: 'change' }, { binds: 'body' }],
];

test.each(
  CHANGES,
)('a code of before takes no account along that its customer never saw, once %s', async (_, before, after) => {
  const { rep, code, reload, accounts } = await openReloaded(before);
  await rep.deliver();
  const old = code();
  reload(after);
  const answer = await rep.deliver(old, { iban: HIS });
  expect([answer.status, answer.result]).toEqual([403, 'otp-binding-mismatch']);
  expect(accounts()).toEqual([]);
  expect(answer.json.rules?.[0]?.attempts_remaining).toBe(3);
});

test.each(CHANGES)('nor what the customer agreed to on the page, once %s', async (_, before, after) => {
  const page = { confirm: 'page' } as const;
  const message = { to: [ADDRESS], message: '{{code}} {{link}}' };
  const { rep, gateway, url, reload, accounts } = await openReloaded({ ...before, ...page, send: message });
  await rep.deliver();
  const link = gateway.outbox.messages()[0]?.link ?? '';
  expect((await customerAt(url, link).press('yes')).status).toBe(200);
  const shown = after.send?.message === undefined ? message.message : `${after.send.message} {{link}}`;
  reload({ ...after, ...page, send: { ...message, message: shown } });
  expect((await rep.deliver(undefined, { iban: HIS })).status).toBe(428);
  expect(accounts()).toEqual([]);
});

test('honest: the next code is for all that the rule asks about now', async () => {
  const { rep, gateway, code, reload, accounts } = await openReloaded();
  await rep.deliver();
  reload({ when: EITHER });
  gateway.clock.advance(60_000);
  expect((await rep.deliver(undefined, { iban: HIS })).result).toBe('otp-required');
  expect((await rep.deliver(code(), { iban: HIS })).result).toBe('verified');
  expect(accounts()).toHaveLength(1);
});

test.each<[string, RuleChanges, RuleChanges]>([
  ['has another name and other limits', {}, { name: 'Delivered?', code: { maxAttempts: 5 } }],
  ['asks about less', { when: EITHER }, {}],
  ['binds its codes to less', { binds: 'body' }, { binds: 'record' }],
])('honest: a code of before stays good where the rule %s', async (_, before, after) => {
  const { rep, code, reload, crm } = await openReloaded(before);
  await rep.deliver();
  reload(after);
  expect((await rep.deliver(code())).result).toBe('verified');
  expect(crm.records.get('45')).toMatchObject({ status: 'Delivered' });
});

test("a code of before is nobody's but who asked for it, once the rule's codes are their caller's alone", async () => {
  const trusting = {
    trustedProxies: ['127.0.0.1'],
    callers: [{ header: 'X-User', from: 'trustedProxies' as const }],
  };
  const { rep, code, crm, gateway } = await openWorld({ ...trusting, rules: [deliveryRule()] });
  const save = (user: string, brought?: string) =>
    rep.call(
      'PATCH',
      NOTE,
      { status: 'Delivered' },
      { 'X-User': user, ...(brought === undefined ? {} : { 'OTPRULES-OTP-7': brought }) },
    );
  expect((await save('ann')).status).toBe(428);
  const changed = deliveryOptions(crm.url, { ...trusting, rules: [deliveryRule({ caller: true })] });
  expect(gateway.reload(changed).ok).toBe(true);
  const stolen = await save('ben', code());
  expect([stolen.status, stolen.result]).toEqual([403, 'otp-binding-mismatch']);
  expect(crm.saves).toEqual([]);
  gateway.clock.advance(60_000);
  await save('ben');
  expect((await save('ben', code())).result).toBe('verified');
  expect(crm.saves).toHaveLength(1);
});
