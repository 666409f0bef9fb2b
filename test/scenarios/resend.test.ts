import { describe, expect, test } from 'vitest';
import type { Channel, Delivery } from '../../src/ports.ts';
import { deliveryRule, gatewayOptions } from '../harness/delivery.ts';
import { NOTE, wrongCode } from '../harness/rep.ts';
import { until } from '../harness/until.ts';
import { openCrm, openGateway, openWorld } from '../harness/world.ts';

const COOLDOWN_MS = 30_000;

describe('a code is not sent again', () => {
  test('by the same save, neither inside the cool-down nor while the code lives', async () => {
    const { gateway, rep } = await openWorld();
    await rep.deliver();
    for (const passMs of [0, COOLDOWN_MS, 60_000]) {
      gateway.clock.advance(passMs);
      expect((await rep.deliver()).result).toBe('otp-required');
    }
    expect(gateway.outbox.messages()).toHaveLength(1);
    gateway.clock.advance(5 * 60_000);
    expect((await rep.deliver()).result).toBe('otp-required');
    expect(gateway.outbox.messages()).toHaveLength(2);
  });

  test('by hand inside the cool-down, and the answer says when it may be', async () => {
    const { gateway, rep } = await openWorld();
    expect((await rep.askForCode()).status).toBe(201);
    gateway.clock.advance(10_000);
    const early = await rep.askForCode();
    expect([early.status, early.result]).toEqual([429, 'otp-resend-limited']);
    expect(early.headers.get('retry-after')).toBe('20');
    gateway.clock.advance(20_000);
    expect((await rep.askForCode()).status).toBe(201);
    expect(gateway.outbox.messages()).toHaveLength(2);
  });

  test('more often than the rule allows within its window', async () => {
    const { gateway, rep } = await openWorld();
    for (const left of [3, 2, 1, 0]) {
      const sent = await rep.askForCode();
      expect([sent.status, sent.json.resends_remaining]).toEqual([201, left]);
      gateway.clock.advance(COOLDOWN_MS);
    }
    const refused = await rep.askForCode();
    expect([refused.status, refused.result]).toEqual([429, 'otp-resend-limited']);
    const waitSeconds = Number(refused.headers.get('retry-after'));
    expect(waitSeconds).toBe(3600 - 4 * 30);
    expect(gateway.outbox.messages()).toHaveLength(4);
    gateway.clock.advance(waitSeconds * 1000);
    expect((await rep.askForCode()).status).toBe(201);
  });

  test('where no save asks for it, because the rule does not send by itself', async () => {
    const byHand = deliveryRule({ send: { auto: false, to: [{ channel: 'email', address: 'email' }] } });
    const { crm, gateway, rep, code } = await openWorld({ rules: [byHand] });
    const asked = await rep.deliver();
    expect([asked.status, asked.result]).toEqual([428, 'otp-required']);
    expect(gateway.outbox.messages()).toEqual([]);
    expect((await rep.askForCode()).status).toBe(201);
    expect((await rep.deliver(code())).code).toBe('used');
    expect(crm.saves).toHaveLength(1);
  });
});

test('a save that needs another code than the living one says so inside the cool-down, and gets it after', async () => {
  const { gateway, rep, code } = await openWorld({ rules: [deliveryRule({ binds: 'body' })] });
  await rep.deliver(undefined, { note: 'a' });
  expect((await rep.deliver(undefined, { note: 'b' })).result).toBe('otp-required');
  expect(gateway.outbox.messages()).toHaveLength(1);
  gateway.clock.advance(COOLDOWN_MS);
  await rep.deliver(undefined, { note: 'b' });
  expect(gateway.outbox.messages()).toHaveLength(2);
  expect((await rep.deliver(code(), { note: 'b' })).code).toBe('used');
});

describe('a code that is sent again by hand without values', () => {
  const rules = [
    deliveryRule({
      when: { changed: 'amount' },
      send: { to: [{ channel: 'email', address: 'email' }], message: '{{code}} for {{record.amount}} EUR' },
    }),
  ];
  const ask = { amount: '9000', note: 'x' };

  test('is about what the living one is about, and shows it', async () => {
    const { gateway, rep, code } = await openWorld({ rules });
    await rep.call('PATCH', NOTE, ask);
    gateway.clock.advance(COOLDOWN_MS);
    expect((await rep.askForCode()).status).toBe(201);
    const [first, second] = gateway.outbox.messages();
    expect(second?.text).toMatch(/ for 9000 EUR$/);
    expect(first?.text).toMatch(/ for 9000 EUR$/);
    const header = { 'OTPRULES-OTP-7': code() };
    expect((await rep.call('PATCH', NOTE, { amount: '1' }, header)).result).toBe('otp-binding-mismatch');
    expect((await rep.call('PATCH', NOTE, ask, header)).code).toBe('used');
  });

  test('says again that the address changes, where that was it', async () => {
    const { gateway, rep, code } = await openWorld();
    const moved = { email: 'new@example.com' };
    await rep.call('PATCH', NOTE, moved);
    gateway.clock.advance(COOLDOWN_MS);
    expect((await rep.askForCode()).status).toBe(201);
    expect(gateway.outbox.messages().every(({ text }) => text.includes('another address'))).toBe(true);
    expect((await rep.call('PATCH', NOTE, moved, { 'OTPRULES-OTP-7': code() })).code).toBe('used');
  });

  test('does not tell its caller the values of somebody else', async () => {
    const { gateway, rep } = await openWorld({ rules });
    await rep.call('PATCH', NOTE, ask);
    gateway.clock.advance(COOLDOWN_MS);
    expect((await rep.askForCode()).text).not.toContain('9000');
  });

  test('is about the new values where the caller brings some', async () => {
    const { gateway, rep, code } = await openWorld({ rules });
    await rep.call('PATCH', NOTE, ask);
    gateway.clock.advance(COOLDOWN_MS);
    await rep.askForCode({ amount: '10' });
    const header = { 'OTPRULES-OTP-7': code() };
    expect((await rep.call('PATCH', NOTE, ask, header)).result).toBe('otp-binding-mismatch');
    expect((await rep.call('PATCH', NOTE, { amount: '10' }, header)).code).toBe('used');
  });

  test('is not sent once the living one is over: then nobody knows the values', async () => {
    const { gateway, rep } = await openWorld({ rules });
    await rep.call('PATCH', NOTE, ask);
    gateway.clock.advance(5 * 60_000);
    expect((await rep.askForCode()).result).toBe('otp-values-required');
    expect(gateway.outbox.messages()).toHaveLength(1);
  });

  test('repeats the same code where the rule does so', async () => {
    const [rule] = rules;
    const same = [deliveryRule({ ...rule, code: { resend: 'same' } })];
    const { gateway, rep, code } = await openWorld({ rules: same });
    await rep.call('PATCH', NOTE, ask);
    gateway.clock.advance(COOLDOWN_MS);
    await rep.askForCode();
    const [first, second] = gateway.outbox.messages();
    expect(second?.code).toBe(first?.code);
    expect((await rep.call('PATCH', NOTE, ask, { 'OTPRULES-OTP-7': code() })).code).toBe('used');
  });
});

describe('a rule that repeats its code', () => {
  const rules = [deliveryRule({ code: { resend: 'same' } })];

  test('sends the same one, which dies when it would have died', async () => {
    const { gateway, rep, code } = await openWorld({ rules });
    await rep.deliver();
    const first = await rep.standing();
    gateway.clock.advance(4 * 60_000);
    const repeated = await rep.askForCode({ status: 'Delivered' });
    expect(repeated.json.expires_at).toBe(first.json.expires_at);
    const [one, two] = gateway.outbox.messages();
    expect(two?.code).toBe(one?.code);
    gateway.clock.advance(60_000);
    expect((await rep.deliver(code())).result).toBe('otp-expired');
  });

  test('makes a new one once the old one is used, expired or about something else', async () => {
    const { crm, gateway, rep, code } = await openWorld({ rules });
    await rep.deliver();
    expect((await rep.deliver(code())).code).toBe('used');
    crm.records.set('45', { ...crm.records.get('45'), status: 'Created' });
    await rep.deliver();
    gateway.clock.advance(5 * 60_000);
    await rep.deliver();
    gateway.clock.advance(COOLDOWN_MS);
    await rep.askForCode();
    expect(new Set(gateway.outbox.messages().map((message) => message.code)).size).toBeGreaterThan(1);
    expect((await rep.deliver(code(), { anything: 1 })).code).toBe('used');
    expect(crm.saves).toHaveLength(2);
  });
});

describe('each limit of sending stands by itself', () => {
  const world = (code: NonNullable<Parameters<typeof deliveryRule>[0]>['code']) =>
    openWorld({ rules: [deliveryRule({ code: { validFor: '5m', ...code } })] });
  /** Sends at these moments, in seconds, and says of each what was answered: 201, or the wait. */
  const sendAt = async (
    { gateway, rep }: Awaited<ReturnType<typeof world>>,
    ...seconds: readonly number[]
  ) => {
    const answers: unknown[] = [];
    let now = 0;
    for (const at of seconds) {
      gateway.clock.advance((at - now) * 1000);
      now = at;
      const { status, headers } = await rep.askForCode();
      answers.push(status === 201 ? status : Number(headers.get('retry-after')));
    }
    return answers;
  };

  test('maxResends: the first send does not count', async () => {
    const few = await world({ maxResends: 1, cooldown: '0s', resetResendsAfter: '1h' });
    expect(await sendAt(few, 0, 0, 0, 1)).toEqual([201, 201, 3600, 3599]);
    const none = await world({ maxResends: 0, cooldown: '0s', resetResendsAfter: '1h' });
    expect(await sendAt(none, 0, 0)).toEqual([201, 3600]);
  });

  test('cooldown: between two sends, whatever else is left', async () => {
    const cool = await world({ maxResends: 100, cooldown: '10s', resetResendsAfter: '1h' });
    expect(await sendAt(cool, 0, 9, 10, 19, 20)).toEqual([201, 1, 201, 1, 201]);
    const none = await world({ maxResends: 100, cooldown: '0s', resetResendsAfter: '1h' });
    expect(await sendAt(none, 0, 0, 0, 0)).toEqual([201, 201, 201, 201]);
  });

  test('resetResendsAfter: the window begins with its first send, and then all is given back', async () => {
    const often = await world({ maxResends: 1, cooldown: '0s', resetResendsAfter: '10m' });
    expect(await sendAt(often, 0, 300, 599, 600, 600, 600)).toEqual([201, 201, 1, 201, 201, 600]);
  });

  test('resetAttemptsAfter: the window begins with its first wrong code, and no send ends it', async () => {
    const { gateway, rep, code } = await world({ maxAttempts: 2, resetAttemptsAfter: '6m', cooldown: '0s' });
    const left = async () => (await rep.standing()).json.attempts_remaining;
    await rep.deliver();
    gateway.clock.advance(60_000);
    await rep.deliver(wrongCode(code()));
    gateway.clock.advance(359_000);
    expect((await rep.askForCode()).json.attempts_remaining).toBe(1);
    gateway.clock.advance(1000);
    expect(await left()).toBe(2);
  });
});

test.each([
  'new',
  'same',
] as const)('a resend of %s gives neither attempts nor sends back', async (resend) => {
  const { gateway, rep, code } = await openWorld({ rules: [deliveryRule({ code: { resend } })] });
  await rep.deliver();
  await rep.deliver(wrongCode(code()));
  gateway.clock.advance(COOLDOWN_MS);
  const again = await rep.askForCode({ status: 'Delivered' });
  expect(again.json).toMatchObject({ result: 'sent', attempts_remaining: 2, resends_remaining: 2 });
  expect((await rep.deliver(code())).code).toBe('used');
});

/** A gateway whose mails go through one at a time, each as the test says. */
async function openSlow() {
  const crm = await openCrm();
  const sent: { readonly code: string; settle(delivery: Delivery): void }[] = [];
  const channel: Channel = {
    addressKind: 'email',
    deliver({ code }) {
      const { promise, resolve } = Promise.withResolvers<Delivery>();
      sent.push({ code, settle: resolve });
      return promise;
    },
    close: async () => undefined,
  };
  const rules = [deliveryRule({ code: { cooldown: '0s' } })];
  const { rep } = await openGateway(gatewayOptions(crm.url, { rules }), { channels: { email: channel } });
  return { crm, rep, sent };
}

describe('a new code', () => {
  test('ends the older one in the moment in which it is stored, before anybody has received it', async () => {
    const { crm, rep, sent } = await openSlow();
    const first = rep.deliver();
    (await until(() => sent[0])).settle({ kind: 'accepted' });
    await first;
    const second = rep.askForCode({ status: 'Delivered' });
    const { code, settle } = await until(() => sent[1]);
    expect((await rep.deliver(sent[0]?.code)).result).toBe('otp-superseded');
    settle({ kind: 'accepted' });
    expect((await second).status).toBe(201);
    expect((await rep.deliver(code)).code).toBe('used');
    expect(crm.saves).toHaveLength(1);
  });

  test('that no channel took does not bring the older one back', async () => {
    const { crm, rep, sent } = await openSlow();
    const first = rep.deliver();
    (await until(() => sent[0])).settle({ kind: 'accepted' });
    await first;
    const second = rep.askForCode({ status: 'Delivered' });
    (await until(() => sent[1])).settle({ kind: 'refused', reason: 'no' });
    expect((await second).result).toBe('otp-delivery-failed');
    expect((await rep.deliver(sent[0]?.code)).status).toBe(428);
    expect((await rep.call('PATCH', NOTE, { weight: 3 })).status).toBe(200);
    expect(crm.saves.map(({ body }) => body.toString())).toEqual(['{"weight":3}']);
  });
});
