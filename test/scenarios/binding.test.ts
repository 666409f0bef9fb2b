import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createOutbox } from '../../src/channels/outbox/outbox.ts';
import { raw, when } from '../harness/answers.ts';
import { deliveryRule, gatewayOptions } from '../harness/delivery.ts';
import { NOTE, wrongCode } from '../harness/rep.ts';
import { openCrm, openFolder, openGateway, openWorld } from '../harness/world.ts';

const SHOWN = {
  to: [{ channel: 'email', address: 'email' }],
  message: '{{code}} for {{record.boxes}} boxes',
};
const HEADER = 'OTPRULES-OTP-7';

describe('a code that binds the change', () => {
  const rules = [deliveryRule({ send: SHOWN })];

  test('confirms the values that the criteria read and the message showed, in whatever order and spacing', async () => {
    const { crm, rep, code } = await openWorld({ rules });
    await rep.call('PATCH', NOTE, { status: 'Delivered', boxes: 2 });
    const other = await rep.call('PATCH', NOTE, { status: 'Delivered', boxes: 3 }, { [HEADER]: code() });
    expect([other.status, other.result]).toEqual([403, 'otp-binding-mismatch']);
    expect(crm.saves).toHaveLength(0);
    expect((await rep.standing()).json.attempts_remaining).toBe(3);

    const same = await rep.call('PATCH', NOTE, '{ "boxes" : 2,\n "note":"x", "status": "Delivered" }', {
      [HEADER]: code(),
    });
    expect([same.status, same.code]).toEqual([200, 'used']);
    expect(crm.saves.map(({ body }) => body.toString())).toEqual([
      '{"boxes":2,"note":"x","status":"Delivered"}',
    ]);
  });

  test('is good for its own record only', async () => {
    const stored = { subject: 'Box', status: 'Created', email: 'ann@example.com' };
    const { crm, rep, code } = await openWorld(
      { rules },
      { records: { '45': { id: '45', ...stored }, '46': { id: '46', ...stored } } },
    );
    await rep.deliver();
    const first = code();
    const elsewhere = '/api/DeliveryNotes/46';
    const never = await rep.call('PATCH', elsewhere, { status: 'Delivered' }, { [HEADER]: first });
    expect([never.status, never.result]).toEqual([428, 'otp-required']);
    await rep.call('PATCH', elsewhere, { status: 'Delivered' });
    const wrong = await rep.call(
      'PATCH',
      elsewhere,
      { status: 'Delivered' },
      {
        [HEADER]: first === code() ? wrongCode(first) : first,
      },
    );
    expect([wrong.status, wrong.result]).toEqual([403, 'otp-invalid']);
    expect(crm.saves).toHaveLength(0);
  });

  test('is good for its own rule only, and a wrong code for one rule costs the other nothing', async () => {
    const both = [deliveryRule(), deliveryRule({ id: 8, name: 'Second' })];
    const { crm, gateway, rep } = await openWorld({ rules: both });
    await rep.deliver();
    // The two messages leave at once, in either order.
    const codeFor = (name: string) =>
      gateway.outbox.messages().find(({ text }) => text.includes(name))?.code ?? '';
    const [first, second] = [codeFor('Delivery Confirmation'), codeFor('Second')];
    const attempt = (seven: string, eight: string) =>
      rep.call('PATCH', NOTE, { status: 'Delivered', OTPRULES_OTP_7: seven, OTPRULES_OTP_Second: eight });
    const bad = second === first ? wrongCode(first) : first;
    const refused = await attempt(first, bad);
    expect(refused.status).toBe(403);
    expect(refused.json.rules?.map((row) => row.attempts_remaining)).toEqual([3, 2]);
    expect(crm.saves).toHaveLength(0);
    const saved = await attempt(first, second);
    expect([saved.status, saved.code]).toEqual([200, 'used']);
    expect(crm.saves.map(({ body }) => body.toString())).toEqual(['{"status":"Delivered"}']);
  });
});

test('a code that binds the body confirms the whole save and nothing beside it', async () => {
  const { crm, rep, code } = await openWorld({ rules: [deliveryRule({ binds: 'body' })] });
  await rep.deliver(undefined, { note: 'at the door' });
  const other = await rep.deliver(code(), { note: 'at the gate' });
  expect([other.status, other.result]).toEqual([403, 'otp-binding-mismatch']);
  expect((await rep.deliver(code())).result).toBe('otp-binding-mismatch');
  expect(crm.saves).toHaveLength(0);
  expect((await rep.deliver(code(), { note: 'at the door' })).code).toBe('used');
});

describe('a code that binds the record', () => {
  test('confirms any save of it to which the rule applies', async () => {
    const { crm, rep, code } = await openWorld({ rules: [deliveryRule({ binds: 'record', send: SHOWN })] });
    await rep.deliver(undefined, { boxes: 2 });
    expect((await rep.deliver(code(), { boxes: 3, note: 'x' })).code).toBe('used');
    expect(crm.saves).toHaveLength(1);
  });
});

describe('a create that matches', () => {
  const born = { status: 'Delivered', email: 'rep@example.com' };

  test('is refused by default, and its code parameters do not help', async () => {
    const { crm, rep, gateway } = await openWorld();
    const refused = await rep.call('POST', '/api/DeliveryNotes', born, { [HEADER]: '123456' });
    expect([refused.status, refused.result]).toEqual([422, 'otp-create-refused']);
    expect(crm.saves).toHaveLength(0);
    expect(gateway.outbox.messages()).toEqual([]);
  });

  test('never sends its code to an address that the save itself brings', async () => {
    const { crm, rep, gateway } = await openWorld({ rules: [deliveryRule({ onCreate: 'challenge' })] });
    const refused = await rep.call('POST', '/api/DeliveryNotes', born);
    expect([refused.status, refused.result]).toEqual([422, 'otp-recipient-missing']);
    expect(crm.saves).toHaveLength(0);
    expect(gateway.outbox.messages()).toEqual([]);
  });

  test('is confirmed as a whole by the customer whom it refers to, before the record exists', async () => {
    const to = [{ channel: 'email', address: { via: 'contact_id', module: 'Contacts', field: 'email' } }];
    const { crm, rep, gateway, code } = await openWorld({
      modules: {
        DeliveryNotes: { dialect: 'rest', path: '/api/DeliveryNotes' },
        Contacts: { dialect: 'rest', path: '/api/Contacts' },
      },
      rules: [deliveryRule({ onCreate: 'challenge', send: { to } })],
    });
    const contact = raw(200, { 'content-type': 'application/json' }, '{"id":"9","email":"ann@example.com"}');
    crm.answerWith(when(({ method, path }) => method === 'GET' && path === '/api/Contacts/9', contact));
    const note = { ...born, contact_id: '9', boxes: 2 };
    expect((await rep.call('POST', '/api/DeliveryNotes', note)).result).toBe('otp-required');
    expect(gateway.outbox.messages().map(({ address }) => address)).toEqual(['ann@example.com']);
    const other = await rep.call('POST', '/api/DeliveryNotes', { ...note, boxes: 3 }, { [HEADER]: code() });
    expect([other.status, other.result]).toEqual([428, 'otp-required']);
    expect(crm.saves).toHaveLength(0);
    const { boxes, ...rest } = note;
    const made = await rep.call('POST', '/api/DeliveryNotes', { boxes, ...rest }, { [HEADER]: code() });
    expect([made.status, made.code]).toEqual([201, 'used']);
    expect(crm.saves).toHaveLength(1);
    expect((await rep.call('POST', '/api/DeliveryNotes', note, { [HEADER]: code() })).result).toBe(
      'otp-used',
    );
    expect(crm.saves).toHaveLength(1);
  });

  test('passes where the rule allows it', async () => {
    const { crm, rep } = await openWorld({ rules: [deliveryRule({ onCreate: 'allow' })] });
    expect((await rep.call('POST', '/api/DeliveryNotes', born)).status).toBe(201);
    expect(crm.saves).toHaveLength(1);
  });
});

describe('a rule that changes while its code is out', () => {
  async function openReload(later: Parameters<typeof deliveryRule>[0]) {
    const crm = await openCrm();
    const outbox = createOutbox({ addressKind: 'email' });
    const store = { kind: 'sqlite', path: join(openFolder(), 'ledger.db') } as const;
    const gatewayWith = (rule: Parameters<typeof deliveryRule>[0]) =>
      openGateway(gatewayOptions(crm.url, { store, rules: [deliveryRule(rule)] }), {
        channels: { email: outbox },
      });
    const before = await gatewayWith({});
    const after = await gatewayWith(later);
    await before.rep.deliver();
    return { crm, rep: after.rep, code: outbox.lastCode() ?? '' };
  }

  test('neither loosens the code: it keeps its attempts', async () => {
    const { crm, rep, code } = await openReload({ code: { maxAttempts: 50 } });
    for (const nth of [1, 2, 3]) await rep.deliver(wrongCode(code, nth));
    expect((await rep.deliver(code)).result).toBe('otp-attempts-exhausted');
    expect(crm.saves).toHaveLength(0);
  });

  test('nor strands it: it is still good, in its own format', async () => {
    const { rep, code } = await openReload({ code: { maxAttempts: 1, length: 8, type: 'alphabetic' } });
    await rep.deliver(wrongCode(code));
    expect((await rep.deliver(code)).code).toBe('used');
  });

  test('nor makes it good for a rule of another id', async () => {
    const { crm, rep, code } = await openReload({ id: 9, name: 'Another' });
    const refused = await rep.call('PATCH', NOTE, { status: 'Delivered', OTPRULES_OTP_9: code });
    expect([refused.status, refused.result]).toEqual([428, 'otp-required']);
    expect(crm.saves).toHaveLength(0);
  });
});
