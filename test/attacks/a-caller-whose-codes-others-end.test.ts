import { expect, test } from 'vitest';
import { deliveryRule, NO_LIMITS } from '../harness/delivery.ts';
import { repOf } from '../harness/rep.ts';
import { openWorld } from '../harness/world.ts';

/*
 * With `limits.unverified.caller: refuse`, whose codes nobody uses gets no more of them. Somebody else who sees the records could end the codes of a caller,
 * by taking them back or by asking again, so that they are never used.
 */

const MINUTE = 60_000;
const records = Object.fromEntries(
  Array.from({ length: 20 }, (_, index) => [
    `${index}`,
    { id: `${index}`, subject: 'Box', status: 'Created', email: `c${index}@example.com` },
  ]),
);

async function open(changes: Parameters<typeof deliveryRule>[0] = {}) {
  const unverified = { atLeast: 4, ratio: 0.75, caller: 'refuse' } as const;
  const rules = [deliveryRule(changes)];
  const world = await openWorld({ rules, limits: { ...NO_LIMITS, unverified } }, { records });
  const { url, gateway } = world;
  const save = (who: string, record: number, code?: string, body: object = { status: 'Delivered' }) =>
    repOf(url, `Bearer ${who}`).call(
      'PATCH',
      `/api/DeliveryNotes/${record}`,
      body,
      code === undefined ? {} : { 'OTPRULES-OTP-7': code },
    );
  const byHand = (who: string, method: string, record: number) =>
    repOf(url, `Bearer ${who}`).call(method, `/_countersign/rules/7/records/${record}/code`);
  const codeFor = (record: number) => gateway.lastCode(`c${record}@example.com`);
  return { ...world, save, byHand, codeFor };
}

test('codes that others replaced, and that their customers answered, are held against nobody', async () => {
  const { gateway, save, byHand, codeFor } = await open();
  for (const record of [1, 2, 3, 4]) await save('rep', record);
  gateway.clock.advance(MINUTE);
  for (const record of [1, 2, 3, 4]) {
    expect((await byHand('spy', 'POST', record)).status).toBe(201);
    expect((await save('rep', record, codeFor(record))).status).toBe(200);
  }
  gateway.clock.advance(15 * MINUTE);
  expect((await save('rep', 5)).result).toBe('otp-required');
});

test('codes that others took back are held against nobody', async () => {
  const { gateway, save, byHand } = await open();
  for (const record of [1, 2, 3, 4]) {
    await save('rep', record);
    expect((await byHand('spy', 'DELETE', record)).status).toBe(204);
  }
  gateway.clock.advance(15 * MINUTE);
  expect((await save('rep', 5)).result).toBe('otp-required');
});

test('codes of others that somebody had sent again, and that their customers answered, are held against nobody', async () => {
  const { gateway, save, byHand, codeFor } = await open({ code: { resend: 'same' } });
  for (const record of [1, 2, 3, 4]) {
    await save('dispatcher', record);
    gateway.clock.advance(MINUTE);
    const first = codeFor(record);
    expect((await byHand('driver', 'POST', record)).status).toBe(201);
    expect(codeFor(record)).toBe(first);
    expect((await save('driver', record, first)).status).toBe(200);
  }
  gateway.clock.advance(15 * MINUTE);
  expect((await save('dispatcher', 5)).result).toBe('otp-required');
  expect((await save('driver', 6)).result).toBe('otp-required');
});

test.each([
  'taken back by a third',
  'replaced by a newer one',
] as const)('so are those that were %s', async (end) => {
  const { gateway, save, byHand, codeFor } = await open({ code: { resend: 'same' }, binds: 'body' });
  for (const record of [1, 2, 3, 4]) {
    await save('dispatcher', record);
    gateway.clock.advance(MINUTE);
    expect((await byHand('driver', 'POST', record)).status).toBe(201);
    if (end === 'taken back by a third') {
      expect((await byHand('spy', 'DELETE', record)).status).toBe(204);
      continue;
    }
    gateway.clock.advance(MINUTE);
    const ask = (code?: string) => save('third', record, code, { status: 'Delivered', subject: 'A box' });
    expect((await ask()).result).toBe('otp-required');
    const living = codeFor(record);
    expect((await ask(living)).status).toBe(200);
  }
  gateway.clock.advance(15 * MINUTE);
  expect((await save('dispatcher', 5)).result).toBe('otp-required');
  expect((await save('driver', 6)).result).toBe('otp-required');
});

test('honest: codes of others that somebody has sent again, and nobody answers, are held against both, and each counts once as answered', async () => {
  const { gateway, save, byHand, codeFor } = await open({ code: { resend: 'same' } });
  for (const record of [1, 2, 3, 4]) {
    await save('dispatcher', record);
    gateway.clock.advance(MINUTE);
    expect((await byHand('driver', 'POST', record)).status).toBe(201);
  }
  gateway.clock.advance(15 * MINUTE);
  expect((await save('dispatcher', 5)).result).toBe('otp-rate-limited');
  expect((await save('driver', 6)).result).toBe('otp-rate-limited');
  await save('office', 6);
  for (let nth = 0; nth < 3; nth++) {
    gateway.clock.advance(MINUTE);
    expect((await byHand('pump', 'POST', 6)).status).toBe(201);
  }
  expect((await save('office', 6, codeFor(6))).status).toBe(200);
  expect((await save('pump', 7)).result).toBe('otp-required');
  expect((await save('pump', 8)).result).toBe('otp-required');
  gateway.clock.advance(15 * MINUTE);
  expect((await save('pump', 9)).result).toBe('otp-rate-limited');
});

test('honest: codes that nobody answers are, whoever replaces them', async () => {
  const { gateway, save, byHand } = await open();
  for (const record of [1, 2, 3, 4]) await save('rep', record);
  gateway.clock.advance(MINUTE);
  for (const record of [1, 2, 3, 4]) expect((await byHand('friend', 'POST', record)).status).toBe(201);
  gateway.clock.advance(15 * MINUTE);
  expect((await save('rep', 5)).result).toBe('otp-rate-limited');
  expect((await save('friend', 6)).result).toBe('otp-rate-limited');
});

test('honest: so are codes that were over before somebody else asked, and those that a caller takes back', async () => {
  const { gateway, save, byHand, codeFor } = await open();
  for (const record of [1, 2, 3, 4]) await save('rep', record);
  gateway.clock.advance(6 * MINUTE);
  for (const record of [1, 2]) {
    await save('other', record);
    expect((await save('other', record, codeFor(record))).status).toBe(200);
  }
  gateway.clock.advance(10 * MINUTE);
  expect((await save('rep', 5)).result).toBe('otp-rate-limited');
  for (const record of [7, 8, 9, 10]) {
    await save('third', record);
    expect((await byHand('third', 'DELETE', record)).status).toBe(204);
  }
  gateway.clock.advance(15 * MINUTE);
  expect((await save('third', 11)).result).toBe('otp-rate-limited');
});

test('honest: a code that its own caller replaced is one that nobody answered, though the next one was answered', async () => {
  const { gateway, save, byHand, codeFor } = await open();
  for (let nth = 0; nth < 4; nth++) {
    if (nth === 0) await save('rep', 1);
    else expect((await byHand('rep', 'POST', 1)).status).toBe(201);
    gateway.clock.advance(MINUTE);
  }
  expect((await save('rep', 1, codeFor(1))).status).toBe(200);
  gateway.clock.advance(15 * MINUTE);
  expect((await save('rep', 5)).result).toBe('otp-rate-limited');
});
