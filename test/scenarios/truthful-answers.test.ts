import { describe, expect, test } from 'vitest';
import { STORED } from '../harness/crm.ts';
import { deliveryRule } from '../harness/delivery.ts';
import { NOTE, repOf } from '../harness/rep.ts';
import { openWorld } from '../harness/world.ts';

const TO = [{ channel: 'email', address: 'email' }];
const amountRule = deliveryRule({ when: { changed: 'amount' } });
const RECORDS = { '45': { ...STORED, amount: 5 } };

describe('inside the cool-down of a code for other values', () => {
  test('a save is told that none was sent for it, and when to ask again; then it gets one', async () => {
    const { gateway, rep } = await openWorld({ rules: [amountRule] }, { records: RECORDS });
    await rep.call('PATCH', NOTE, { amount: 10 });
    gateway.clock.advance(10_000);
    const other = await rep.call('PATCH', NOTE, { amount: 20 });
    expect([other.status, other.result]).toEqual([428, 'otp-required']);
    expect(other.json.detail).toContain('No code was sent for these values');
    expect([other.headers.get('retry-after'), other.json.retry_after]).toEqual(['20', 20]);
    gateway.clock.advance(20_000);
    const again = await rep.call('PATCH', NOTE, { amount: 20 });
    expect(again.json.detail).toContain('needs the code that was sent');
    expect(gateway.outbox.messages()).toHaveLength(2);
  });

  test('the same values are told to bring the code that is out', async () => {
    const { rep, code } = await openWorld({ rules: [amountRule] }, { records: RECORDS });
    await rep.call('PATCH', NOTE, { amount: 10 });
    const same = await rep.call('PATCH', NOTE, { amount: 10 });
    expect(same.json.detail).toContain('needs the code that was sent');
    expect(same.json.retry_after).toBeUndefined();
    expect((await rep.call('PATCH', NOTE, { amount: 10 }, { 'OTPRULES-OTP-7': code() })).code).toBe('used');
  });
});

test('a rule that sends nothing by itself says so, and not that a code was sent', async () => {
  const { rep } = await openWorld({ rules: [deliveryRule({ send: { auto: false, to: TO } })] });
  expect((await rep.deliver()).json.detail).toContain('sends none by itself');
  await rep.askForCode();
  expect((await rep.deliver()).json.detail).toContain('needs the code that was sent');
});

test('a call without credentials is told so in the form of the control API, with the way in that the CRM named', async () => {
  const { crm, url } = await openWorld();
  crm.answerWith((_, response) =>
    response.writeHead(401, { 'www-authenticate': 'Bearer realm="crm"' }).end('<h1>Log in</h1>'),
  );
  const answer = await repOf(url, null).standing();
  expect([answer.status, answer.result]).toEqual([401, 'not-authenticated']);
  expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="crm"');
  expect(answer.json.type).toBe('urn:countersign:problem:not-authenticated');
});

test('a path that ends without a digit is told what makes it a record, and saves nothing', async () => {
  const { crm, rep } = await openWorld();
  for (const method of ['PUT', 'PATCH', 'DELETE', 'POST']) {
    const refused = await rep.call(method, '/api/DeliveryNotes/abc', { status: 'Delivered' });
    expect([refused.status, refused.result]).toEqual([403, 'unmapped-write']);
    expect(refused.json.detail).toContain('"ids: any"');
  }
  expect(crm.saves).toEqual([]);
  const any = await openWorld(
    { modules: { DeliveryNotes: { dialect: 'rest', path: '/api/DeliveryNotes', ids: 'any' } } },
    { records: { abc: { ...STORED, id: 'abc' } } },
  );
  expect((await any.rep.call('PUT', '/api/DeliveryNotes/abc', { status: 'Delivered' })).status).toBe(428);
});
