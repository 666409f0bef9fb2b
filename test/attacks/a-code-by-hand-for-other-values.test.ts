import { describe, expect, test } from 'vitest';
import { STORED } from '../harness/crm.ts';
import { deliveryRule } from '../harness/delivery.ts';
import { NOTE } from '../harness/rep.ts';
import { openWorld } from '../harness/world.ts';

const TO = [{ channel: 'email', address: 'email' }];
const HEADER = 'OTPRULES-OTP-7';
const IBAN = 'DE89370400440532013000';
const OTHER_IBAN = 'DE02120300000000202051';
const RECORDS = { '45': { ...STORED, amount: '5', iban: IBAN } };
const account = deliveryRule({
  when: { or: [{ changed: 'iban' }, { changed: 'bic' }] },
  send: { to: TO, message: '{{code}} changes the account to {{record.iban}}.', verbatim: ['iban'] },
});

describe('a code by hand for criteria that leave the new value open', () => {
  test.each([
    ['changed', { changed: 'amount' }, ['amount']],
    ['changed_from', { changed_from: ['amount', '5'] }, ['amount']],
    ['a comparison', { '>': [{ var: 'record.amount' }, 100] }, ['amount']],
    [
      'two states of which either may be meant',
      { or: [{ changed_to: ['amount', '1'] }, { changed_to: ['amount', '2'] }] },
      ['amount'],
    ],
    [
      'a state and an open value at once',
      { and: [{ changed_to: ['status', 'Delivered'] }, { changed: 'amount' }] },
      ['amount'],
    ],
  ])('%s is not sent without values, and the answer names them', async (_, when, fields) => {
    const { gateway, rep } = await openWorld({ rules: [deliveryRule({ when })] }, { records: RECORDS });
    const audited = gateway.outbox.messages().length;
    for (const values of [undefined, {}]) {
      const refused = await rep.askForCode(values);
      expect([refused.status, refused.result]).toEqual([422, 'otp-values-required']);
      expect(refused.json).toMatchObject({ fields, rules: [{ rule: '7', record: '45' }] });
      expect(refused.json.detail).toContain('values');
    }
    expect(gateway.outbox.messages()).toHaveLength(audited);
    expect((await rep.standing()).json.result).toBe('none');
  });

  test('is sent with them, shows them, and is good for them alone', async () => {
    const { crm, gateway, rep, code } = await openWorld({ rules: [account] }, { records: RECORDS });
    expect((await rep.askForCode({ iban: OTHER_IBAN })).status).toBe(201);
    expect(gateway.outbox.messages().at(-1)?.text).toContain(OTHER_IBAN);
    const mine = await rep.call('PATCH', NOTE, { iban: 'DE00000000000000000000' }, { [HEADER]: code() });
    expect([mine.status, mine.result]).toEqual([403, 'otp-binding-mismatch']);
    expect(crm.saves).toHaveLength(0);
    const saved = await rep.call('PATCH', NOTE, { iban: OTHER_IBAN }, { [HEADER]: code() });
    expect(saved.code).toBe('used');
  });

  test('is refused for each of several records, and nobody gets a message', async () => {
    const { gateway, rep } = await openWorld({ rules: [account] }, { records: RECORDS });
    const { status, json } = await rep.call('POST', '/_countersign/rules/7/code', { records: ['45'] });
    expect(status).toBe(200);
    expect(json['results']).toMatchObject([
      { record: '45', result: 'otp-values-required', status: 422, fields: ['iban'] },
    ]);
    expect(gateway.outbox.messages()).toEqual([]);
  });

  test('with "binds: body" wants the whole save, and then confirms nothing beside it', async () => {
    const { crm, rep, code } = await openWorld({ rules: [deliveryRule({ binds: 'body' })] });
    expect((await rep.askForCode()).result).toBe('otp-values-required');
    await rep.askForCode({ status: 'Delivered', note: 'x' });
    expect((await rep.deliver(code())).result).toBe('otp-binding-mismatch');
    expect(crm.saves).toHaveLength(0);
    expect((await rep.deliver(code(), { note: 'x' })).code).toBe('used');
  });
});

describe('a code by hand for a value that the criteria imply', () => {
  const shown = deliveryRule({
    send: { to: TO, message: '{{code}}: {{record.status}}, {{record.amount}} boxes' },
  });

  test('shows that value and the stored ones beside it', async () => {
    const { gateway, rep } = await openWorld({ rules: [shown] }, { records: RECORDS });
    expect((await rep.askForCode()).status).toBe(201);
    expect(gateway.outbox.messages().at(-1)?.text).toMatch(/: Delivered, 5 boxes$/);
  });

  test('is not good where a stored value that it showed is changed along', async () => {
    const { crm, rep, code } = await openWorld({ rules: [shown] }, { records: RECORDS });
    await rep.askForCode();
    expect((await rep.deliver(code(), { amount: '9000' })).result).toBe('otp-binding-mismatch');
    expect(crm.saves).toHaveLength(0);
    expect((await rep.deliver(code(), { note: 'at the door', amount: '5' })).code).toBe('used');
  });

  test('is not good for what another clause of the rule asks about', async () => {
    const rules = [
      deliveryRule({ when: { or: [{ changed_to: ['status', 'Delivered'] }, { changed: 'iban' }] } }),
    ];
    const { crm, rep, code } = await openWorld({ rules }, { records: RECORDS });
    expect((await rep.askForCode()).status).toBe(201);
    const moved = await rep.call('PATCH', NOTE, { iban: OTHER_IBAN }, { [HEADER]: code() });
    expect([moved.status, moved.result]).toEqual([403, 'otp-binding-mismatch']);
    expect((await rep.deliver(code(), { iban: OTHER_IBAN })).result).toBe('otp-binding-mismatch');
    expect(crm.saves).toHaveLength(0);
    expect((await rep.deliver(code())).code).toBe('used');
  });

  test('is good where the criteria are plain JsonLogic, too', async () => {
    const when = { '==': ['Delivered', { var: 'record.status' }] };
    const { rep, code } = await openWorld({ rules: [deliveryRule({ when })] });
    expect((await rep.askForCode()).status).toBe(201);
    expect((await rep.deliver(code())).code).toBe('used');
  });

  test('with "binds: record" is good for any save, as it says', async () => {
    const { rep, code } = await openWorld(
      { rules: [deliveryRule({ binds: 'record' })] },
      { records: RECORDS },
    );
    expect((await rep.askForCode()).status).toBe(201);
    expect((await rep.deliver(code(), { amount: '9000' })).code).toBe('used');
  });
});

test('a code that an earlier save sends confirms what it showed, and nothing else', async () => {
  const rules = [
    deliveryRule({
      when: { or: [{ changed_to: ['status', 'Delivered'] }, { changed: 'amount' }] },
      send: {
        to: TO,
        when: { changed_to: ['status', 'Out for delivery'] },
        message: '{{code}}: {{record.status}}, {{record.amount}} boxes',
      },
    }),
  ];
  const records = { '45': { ...RECORDS['45'], status: 'Created' } };
  const { crm, gateway, rep, code } = await openWorld({ rules }, { records });
  expect((await rep.call('PATCH', NOTE, { status: 'Out for delivery' })).status).toBe(200);
  await expect
    .poll(() => gateway.outbox.messages().at(-1)?.text, { timeout: 60_000 })
    .toMatch(/: Delivered, 5 boxes$/);
  const more = await rep.deliver(code(), { amount: '9000' });
  expect([more.status, more.result]).toEqual([403, 'otp-binding-mismatch']);
  expect(crm.saves).toHaveLength(1);
  expect((await rep.deliver(code())).code).toBe('used');
});
