import { describe, expect, test } from 'vitest';
import { deliveryRule } from '../harness/delivery.ts';
import { openWorld } from '../harness/world.ts';

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
