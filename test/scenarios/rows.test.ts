import { describe, expect, test } from 'vitest';
import type { Problem } from '../../src/core/verdict/problem.ts';
import { dialectOf } from '../../src/dialects/all.ts';
import { STORED } from '../harness/crm.ts';
import { deliveryRule } from '../harness/delivery.ts';
import { NOTE, wrongCode } from '../harness/rep.ts';
import { openWorld } from '../harness/world.ts';

const TO = [{ channel: 'email', address: 'email' }];
const shown = deliveryRule({ send: { to: TO, message: '{{code}}: {{record.boxes}} boxes' } });

describe('a row of a refusal', () => {
  test('names the record, the symbols of the code, and the new values that it confirms', async () => {
    const { rep } = await openWorld({ rules: [shown] }, { records: { '45': { ...STORED, boxes: 1 } } });
    const body =
      '{"status":"Delivered","boxes":2.50,"note":"x","subject":"Two boxes","email":"ann@example.com"}';
    const asked = await rep.call('PATCH', NOTE, body);
    expect(asked.json.rules).toMatchObject([
      { record: '45', code_type: 'numeric', code_length: 6, values: { status: 'Delivered', boxes: 2.5 } },
    ]);
    expect(asked.json.rules?.[0]?.values).not.toHaveProperty('email');
    expect(asked.text).toContain('"boxes":2.50');
    const wrong = await rep.call('PATCH', NOTE, body, { 'OTPRULES-OTP-7': '000000' });
    expect(wrong.json.rules).toMatchObject([{ record: '45', values: { status: 'Delivered' } }]);
  });

  test('has values that ask for the same code again', async () => {
    const { gateway, rep, code } = await openWorld({ rules: [shown] });
    const asked = await rep.deliver(undefined, { boxes: 2, note: 'x' });
    gateway.clock.advance(30_000);
    const [row] = asked.json.rules ?? [];
    const sent = await rep.call('POST', `/_countersign/rules/7/records/${row?.record}/code`, {
      values: row?.values,
    });
    expect(sent.json).toMatchObject({
      result: 'sent',
      record: '45',
      values: { status: 'Delivered', boxes: 2 },
    });
    expect((await rep.deliver(code(), { boxes: 2, note: 'x' })).code).toBe('used');
  });

  test.each(['record', 'body'] as const)('has no values where the code binds the %s', async (binds) => {
    const { rep } = await openWorld({ rules: [deliveryRule({ binds })] });
    expect((await rep.deliver()).json.rules?.[0]).not.toHaveProperty('values');
  });

  test('names no record where there is none yet, and the code of its own policy', async () => {
    const rules = [deliveryRule({ code: { type: 'alphanumeric', length: 8 } })];
    const { rep } = await openWorld({ rules });
    const [row] = (await rep.call('POST', '/api/DeliveryNotes', { status: 'Delivered' })).json.rules ?? [];
    expect(row).toMatchObject({ code_type: 'alphanumeric', code_length: 8 });
    expect(row).not.toHaveProperty('record');
  });

  test('tells when to try again, where waiting helps', async () => {
    const { rep, code } = await openWorld();
    await rep.deliver();
    for (const nth of [1, 2, 3]) await rep.deliver(wrongCode(code(), nth));
    const refused = await rep.deliver(code());
    expect(refused.result).toBe('otp-attempts-exhausted');
    expect(refused.json.retry_after).toBe(Number(refused.headers.get('retry-after')));
  });
});

test.each([
  'rest',
  'vtiger-webservice',
  'vtiger-rest',
  'suitecrm',
  'espocrm',
  'salesforce',
] as const)('the envelope of %s loses nothing of a problem', (dialect) => {
  const problem: Problem = {
    slug: 'otp-values-required',
    status: 422,
    detail: 'x',
    rules: [
      {
        rule: '7',
        name: 'R',
        result: 'otp-values-required',
        header: 'h',
        field: 'f',
        code_type: 'numeric',
        code_length: 6,
      },
    ],
    fields: ['iban'],
    retryAfterSeconds: 7,
  };
  const { body } = dialectOf({ dialect }).refusal(problem);
  expect(body).toContain('"fields":["iban"]');
  expect(body).toContain('"retry_after":7');
  expect(body).toContain('"code_length":6');
});
