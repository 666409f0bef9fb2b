import { describe, expect, test } from 'vitest';
import { onSaves, refuse } from '../harness/answers.ts';
import { deliveryRule } from '../harness/delivery.ts';
import { type Answered, NOTE, wrongCode } from '../harness/rep.ts';
import { openWorld } from '../harness/world.ts';

const MINUTE_MS = 60_000;

function withField(value: unknown) {
  return { status: 'Delivered', OTPRULES_OTP_7: value };
}

describe('attempts', () => {
  test('are counted down, and the last wrong code ends the right one, until the window is over', async () => {
    const { crm, gateway, rep, code } = await openWorld();
    await rep.deliver();
    const first = code();
    for (const left of [2, 1, 0]) {
      const wrong = await rep.deliver(wrongCode(first, left + 1));
      expect([wrong.status, wrong.result]).toEqual([403, 'otp-invalid']);
      expect(wrong.json.rules?.[0]?.attempts_remaining).toBe(left);
    }
    const right = await rep.deliver(first);
    expect([right.status, right.result]).toEqual([429, 'otp-attempts-exhausted']);
    expect(Number(right.headers.get('retry-after'))).toBe(15 * 60);
    expect((await rep.deliver()).result).toBe('otp-attempts-exhausted');
    expect((await rep.askForCode()).result).toBe('otp-attempts-exhausted');
    expect(gateway.outbox.messages()).toHaveLength(1);

    gateway.clock.advance(15 * MINUTE_MS);
    expect((await rep.deliver(first)).status).toBe(428);
    expect((await rep.deliver()).json.rules?.[0]).toMatchObject({
      result: 'otp-required',
      attempts_remaining: 3,
    });
    expect((await rep.deliver(code())).code).toBe('used');
    expect(crm.saves).toHaveLength(1);
  });

  test('are given back for the right code, and only the price of that one', async () => {
    const { crm, rep, code } = await openWorld();
    await rep.deliver();
    await rep.deliver(wrongCode(code()));
    crm.answerWith(onSaves(refuse(422)));
    for (let save = 1; save <= 3; save++) expect((await rep.deliver(code())).code).toBe('kept');
    expect((await rep.standing()).json).toMatchObject({ result: 'living', attempts_remaining: 2 });
  });

  test('do not come back with a resend, an expiry or a new code', async () => {
    const { gateway, rep, code } = await openWorld();
    await rep.deliver();
    await rep.deliver(wrongCode(code()));
    gateway.clock.advance(31_000);
    expect((await rep.askForCode()).json.attempts_remaining).toBe(2);
    await rep.deliver(wrongCode(code()));
    gateway.clock.advance(6 * MINUTE_MS);
    expect((await rep.deliver()).json.rules?.[0]?.attempts_remaining).toBe(1);
    await rep.deliver(wrongCode(code()));
    expect((await rep.deliver(code())).result).toBe('otp-attempts-exhausted');
  });

  test('that are used up answer the same to the right code, a wrong one and a code of long ago', async () => {
    const { rep, code } = await openWorld();
    await rep.deliver();
    for (const nth of [1, 2, 3]) await rep.deliver(wrongCode(code(), nth));
    const said = ({ status, text, headers }: Answered) => [
      status,
      text,
      [...headers].filter(([name]) => !['date', 'x-request-id'].includes(name)),
    ];
    const right = said(await rep.deliver(code()));
    expect(said(await rep.deliver(wrongCode(code(), 4)))).toEqual(right);
  });

  test.each([
    '',
    ' ',
    '12345',
    '1234567',
    'abcdef',
    '12345x',
    '1.2e4',
    -12345,
    1234.5,
    true,
    null,
    [],
    {},
  ])('are not spent on %j, which is no code', async (value) => {
    const { crm, rep } = await openWorld();
    await rep.deliver();
    const refused = await rep.call('PATCH', NOTE, withField(value));
    expect(refused.status).toBeGreaterThanOrEqual(400);
    expect(refused.status).toBeLessThan(500);
    expect((await rep.standing()).json).toMatchObject({ result: 'living', attempts_remaining: 3 });
    expect(crm.saves).toHaveLength(0);
  });

  test('are spent once where header and field agree, and not at all where they differ', async () => {
    const { crm, rep, code } = await openWorld();
    await rep.deliver();
    const [one, other] = [wrongCode(code(), 1), wrongCode(code(), 2)];
    const send = (field: string, header: string) =>
      rep.call('PATCH', NOTE, withField(field), { otprules_otp_DeliveryConfirmationOTP: header });
    const same = await send(one, one);
    expect(same.json.rules?.[0]?.attempts_remaining).toBe(2);
    const different = await send(code(), other);
    expect([different.status, different.result]).toEqual([422, 'otp-ambiguous']);
    expect((await rep.standing()).json.attempts_remaining).toBe(2);
    expect(crm.saves).toHaveLength(0);
    expect((await send(code(), ` ${code().slice(0, 3)}-${code().slice(3)} `)).code).toBe('used');
  });

  test('are not spent by a code that comes with a save to which no rule applies, and it is removed', async () => {
    const { crm, rep, code } = await openWorld();
    await rep.deliver();
    const body = { weight: 3, OTPRULES_OTP_7: wrongCode(code()) };
    expect((await rep.call('PATCH', NOTE, body, { 'OTPRULES-OTP-7': wrongCode(code()) })).status).toBe(200);
    expect(crm.saves.map((save) => save.body.toString())).toEqual(['{"weight":3}']);
    expect(JSON.stringify(crm.saves[0]?.headers)).not.toMatch(/otprules/i);
    expect((await rep.standing()).json.attempts_remaining).toBe(3);
  });
});

describe('a code that is refused', () => {
  test('is told apart: never sent, wrong, superseded, expired, used', async () => {
    const { crm, gateway, rep, code } = await openWorld({
      rules: [deliveryRule({ code: { maxAttempts: 5 } })],
    });
    expect((await rep.deliver('123456')).result).toBe('otp-required');
    expect(gateway.outbox.messages()).toEqual([]);

    await rep.deliver();
    const first = code();
    expect((await rep.deliver(wrongCode(first))).result).toBe('otp-invalid');
    gateway.clock.advance(31_000);
    await rep.askForCode();
    const superseded = await rep.deliver(first);
    expect([superseded.status, superseded.result]).toEqual([403, 'otp-superseded']);

    gateway.clock.advance(5 * MINUTE_MS);
    const expired = await rep.deliver(code());
    expect([expired.status, expired.result]).toEqual([428, 'otp-expired']);
    expect(gateway.outbox.messages()).toHaveLength(2);

    await rep.deliver();
    const spent = code();
    await rep.deliver(spent);
    crm.records.set('45', { ...crm.records.get('45'), status: 'Created' });
    const used = await rep.deliver(spent);
    expect([used.status, used.result]).toEqual([409, 'otp-used']);
    await rep.deliver();
    expect((await rep.deliver(spent)).result).toBe('otp-used');
    expect(crm.saves).toHaveLength(1);
  });

  test('lives until the very end of its time, and not a moment longer', async () => {
    const early = await openWorld();
    await early.rep.deliver();
    early.gateway.clock.advance(5 * MINUTE_MS - 1);
    expect((await early.rep.deliver(early.code())).code).toBe('used');
    const late = await openWorld();
    await late.rep.deliver();
    late.gateway.clock.advance(5 * MINUTE_MS);
    expect((await late.rep.deliver(late.code())).result).toBe('otp-expired');
    expect(late.crm.saves).toHaveLength(0);
  });
});
