import { describe, expect, test } from 'vitest';
import { cutBeforeHeaders, onSaves } from '../harness/answers.ts';
import { repOf, wrongCode } from '../harness/rep.ts';
import { openWorld } from '../harness/world.ts';

const RECORD = '/_countersign/rules/7/records/45';

test('the standing follows the code: none, living, used, living, expired, living, exhausted', async () => {
  const { crm, gateway, rep, code } = await openWorld();
  const seen: unknown[] = [];
  const look = async () => seen.push((await rep.standing()).json.result);
  await look();
  await rep.deliver();
  await look();
  await rep.deliver(code());
  await look();
  crm.records.set('45', { ...crm.records.get('45'), status: 'Created' });
  await rep.deliver();
  await look();
  gateway.clock.advance(5 * 60_000);
  await look();
  await rep.deliver();
  await look();
  for (const nth of [1, 2, 3]) await rep.deliver(wrongCode(code(), nth));
  await look();
  expect(seen).toEqual(['none', 'living', 'used', 'living', 'expired', 'living', 'exhausted']);
});

test('a standing tells what a row of a refusal tells, and changes nothing', async () => {
  const { crm, gateway, rep } = await openWorld();
  const [asked] = (await rep.deliver()).json.rules ?? [];
  const standing = await rep.standing();
  expect(standing.status).toBe(200);
  // Whoever may look is not told the values of somebody else's save.
  const { values, ...told } = asked ?? {};
  expect(values).toEqual({ status: 'Delivered' });
  expect(standing.json).toEqual({ ...told, result: 'living' });
  expect(standing.headers.get('cache-control')).toBe('no-store');
  expect((await rep.standing()).json).toEqual(standing.json);
  expect(gateway.outbox.messages()).toHaveLength(1);
  expect(crm.saves).toHaveLength(0);
});

test('a code that is sent by hand is told as a row, and nothing of it is the code', async () => {
  const { gateway, rep, code } = await openWorld();
  const sent = await rep.askForCode();
  expect(sent.status).toBe(201);
  expect(sent.json).toMatchObject({
    rule: '7',
    name: 'Delivery Confirmation OTP',
    record: '45',
    result: 'sent',
    header: 'OTPRULES-OTP-7',
    field: 'OTPRULES_OTP_7',
    channel: 'email',
    sent_to: 'a***@***.com',
    attempts_remaining: 3,
    resends_remaining: 3,
    expires_at: new Date(gateway.clock.now() + 5 * 60_000).toISOString(),
    resend_after: new Date(gateway.clock.now() + 30_000).toISOString(),
  });
  expect(sent.text).not.toContain(code());
});

test.each([
  '7',
  'DeliveryConfirmationOTP',
  'deliveryconfirmationotp',
])('the rule may be named %s', async (name) => {
  const { rep } = await openWorld();
  expect((await rep.call('GET', `/_countersign/rules/${name}/records/45`)).json.rule).toBe('7');
});

describe('a call that makes no sense', () => {
  const calls: readonly (readonly [method: string, path: string, body: unknown, status: number])[] = [
    ['GET', '/_countersign/rules/8/records/45', undefined, 404],
    ['POST', '/_countersign/rules/8/records/45/code', undefined, 404],
    ['GET', '/_countersign/rules/7/records/46', undefined, 404],
    ['GET', '/_countersign/rules/7', undefined, 404],
    ['GET', '/_countersign', undefined, 404],
    ['DELETE', RECORD, undefined, 405],
    ['GET', `${RECORD}/code`, undefined, 405],
    ['POST', `${RECORD}/code`, '{"values":', 400],
    ['POST', `${RECORD}/code`, { values: 1 }, 400],
    ['POST', `${RECORD}/code`, { value: {} }, 400],
    ['POST', `${RECORD}/code`, [], 400],
  ];

  test.each(
    calls,
  )('%s %s with %j is refused, and nothing of it reaches the customer or is saved', async (...call) => {
    const [method, path, body, status] = call;
    const { crm, gateway, rep } = await openWorld();
    expect((await rep.call(method, path, body)).status).toBe(status);
    expect(gateway.outbox.messages()).toEqual([]);
    expect(crm.received.every((request) => request.method === 'GET')).toBe(true);
    expect(crm.received.every((request) => !request.path.includes('_countersign'))).toBe(true);
  });
});

test('the CRM decides who may ask: what it answers to the read is the answer', async () => {
  const { gateway, url } = await openWorld({}, { auth: true });
  const stranger = repOf(url, null);
  expect((await stranger.askForCode()).status).toBe(401);
  expect((await stranger.standing()).status).toBe(401);
  expect(gateway.outbox.messages()).toEqual([]);
  expect((await repOf(url).askForCode()).status).toBe(201);
});

test('while a save is under way no code can be sent, and its standing says so', async () => {
  const { crm, gateway, rep, code } = await openWorld();
  const { promise: over, resolve: cut } = Promise.withResolvers<void>();
  await rep.deliver();
  crm.answerWith(
    onSaves((received, response, proceed) => over.then(() => cutBeforeHeaders(received, response, proceed))),
  );
  const lost = rep.deliver(code());
  while ((await rep.standing()).json.result === 'living');
  gateway.clock.advance(1000);
  const early = await rep.askForCode();
  expect([early.status, early.result]).toEqual([409, 'otp-in-progress']);
  cut();
  expect((await lost).code).toBe('held');
  expect((await rep.standing()).json.result).toBe('held');
});
