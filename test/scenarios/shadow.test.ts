import { describe, expect, it } from 'vitest';
import { createOutbox } from '../../src/channels/outbox/outbox.ts';
import type { ConfigInput } from '../../src/config/schema/schema.ts';
import type { Log } from '../../src/ports.ts';
import { deliveryRule, gatewayOptions } from '../harness/delivery.ts';
import { NOTE } from '../harness/rep.ts';
import { openCrm, openGateway } from '../harness/world.ts';

/** A gateway whose log and outbox can be read. */
async function openShadow(changes: Partial<ConfigInput>) {
  const lines: { readonly details: Record<string, unknown>; readonly message: string }[] = [];
  const note = (details: object, message: string) => {
    lines.push({ details: { ...details }, message });
  };
  const log: Log = { debug: () => {}, info: note, warn: note, error: note };
  const outbox = createOutbox({ addressKind: 'email' });
  const crm = await openCrm();
  const options = gatewayOptions(crm.url, changes);
  const { rep, gateway } = await openGateway(options, { log, channels: { email: outbox } });
  const would = () =>
    lines.flatMap(({ details }) => ('would' in details && details.would !== undefined ? [details] : []));
  return { crm, rep, gateway, outbox, would };
}

const inShadow = { rules: [deliveryRule({ mode: 'shadow' })] };

describe('a rule in shadow mode', () => {
  it('says what it would have asked for, and nothing else happens', async () => {
    const { crm, rep, outbox, would } = await openShadow(inShadow);
    const passed = await rep.deliver();
    expect([passed.status, passed.result]).toEqual([200, null]);
    expect(crm.records.get('45')).toMatchObject({ status: 'Delivered' });
    expect(outbox.messages()).toEqual([]);
    expect(would()).toMatchObject([
      {
        would: 'otp-required',
        rules: ['7'],
        why: [{ record: '45', about: 'criteria', why: ['changed_to status Delivered'] }],
      },
    ]);
    expect((await rep.askForCode()).status).toBe(404);
  });

  it('is silent about saves that it would let pass', async () => {
    const { rep, would } = await openShadow(inShadow);
    expect((await rep.call('PATCH', NOTE, { subject: 'Three boxes' })).status).toBe(200);
    expect(would()).toEqual([]);
  });

  it('neither guards the address', async () => {
    const { rep, crm, would } = await openShadow(inShadow);
    expect((await rep.call('PATCH', NOTE, { email: 'rep@example.com' })).status).toBe(200);
    expect(crm.records.get('45')).toMatchObject({ email: 'rep@example.com' });
    expect(would()).toMatchObject([{ would: 'otp-required', why: [{ about: 'address' }] }]);
  });

  it('nor stops a create, and says that it would have been refused', async () => {
    const { rep, crm, would } = await openShadow(inShadow);
    expect((await rep.call('POST', '/api/DeliveryNotes', { status: 'Delivered' })).status).toBe(201);
    expect(crm.saves).toHaveLength(1);
    expect(would()).toMatchObject([{ would: 'otp-create-refused' }]);
  });

  it('says that nobody could have been asked, where the record has no address', async () => {
    const { rep, crm, outbox, would } = await openShadow(inShadow);
    const note = crm.records.get('45') ?? {};
    for (const email of ['', 'no address']) {
      crm.records.set('45', { ...note, email });
      expect((await rep.deliver()).status).toBe(200);
    }
    crm.records.set('45', { ...note, email: 'ann@example.com' });
    expect((await rep.deliver()).status).toBe(200);
    expect(would().map(({ would }) => would)).toEqual([
      'otp-recipient-missing',
      'otp-recipient-missing',
      'otp-required',
    ]);
    expect(outbox.messages()).toEqual([]);
  });

  it('says that the customer could not have read what the message shows', async () => {
    const message = 'Deliver goods for {{record.amount}} euros? {{code}}';
    const send = { to: [{ channel: 'email', address: 'email' }], message };
    const { crm, rep, would } = await openShadow({ rules: [deliveryRule({ mode: 'shadow', send })] });
    crm.answerWith(({ path }, response) => {
      const amount = path.includes('view=minimal') ? {} : { amount: '90000' };
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ id: '45', status: 'Created', email: 'ann@example.com', ...amount }));
    });
    const answer = await rep.call('PATCH', `${NOTE}?view=minimal`, { status: 'Delivered' });
    expect(answer.status).toBe(200);
    expect(would()).toMatchObject([{ would: 'request-unreadable', steered: [{ module: 'DeliveryNotes' }] }]);
  });

  it('says that nobody knows whose address is stored in the version that the save may choose', async () => {
    const module = { dialect: 'rest', path: '/api/DeliveryNotes', fields: '/data' } as const;
    const { crm, rep, would } = await openShadow({ ...inShadow, modules: { DeliveryNotes: module } });
    const body = { data: { status: 'Delivered', email: 'ann@example.com' }, commit: 'Save' };
    expect((await rep.call('PATCH', NOTE, body)).status).toBe(200);
    expect(crm.saves).toHaveLength(1);
    expect(would()).toMatchObject([{ would: 'otp-recipient-missing' }]);
  });

  it('nor waits for a record that cannot be read', async () => {
    const { rep, crm, would } = await openShadow(inShadow);
    crm.answerWith(({ method }, response, proceed) => {
      if (method === 'GET') response.writeHead(500).end();
      else proceed();
    });
    expect((await rep.deliver()).status).toBe(200);
    expect(would()).toMatchObject([
      { verdict: 'pass', would: 'record-unavailable', rules: ['7'], why: [{ about: 'unread' }] },
    ]);
  });

  it('leaves the rules beside it as they are: one code is asked for, and the shadow asks for none', async () => {
    const other = deliveryRule({ id: 8, name: 'Another', mode: 'shadow' });
    const { rep, outbox, would } = await openShadow({ rules: [deliveryRule(), other] });
    const refused = await rep.deliver();
    expect(refused.json.rules?.map(({ header }) => header)).toEqual(['OTPRULES-OTP-7']);
    expect(outbox.messages()).toHaveLength(1);
    expect(would()).toMatchObject([
      { verdict: 'otp-required', would: 'otp-required', why: [{ rule: '7' }, { rule: '8', mode: 'shadow' }] },
    ]);
    expect((await rep.deliver(outbox.lastCode())).result).toBe('verified');
  });
});

const REFUSED: readonly (readonly [
  what: string,
  method: string,
  path: string,
  body: string,
  slug: string,
])[] = [
  ['an unmapped write', 'POST', '/api/Invoices', '{"a":1}', 'unmapped-write'],
  ['a write below a record', 'POST', `${NOTE}/items`, '{"a":1}', 'unmapped-write'],
  ['an odd spelling of the path', 'PATCH', '/api//DeliveryNotes/45', '{"a":1}', 'request-unreadable'],
  ['a field in the address', 'PATCH', `${NOTE}?status=Delivered`, '{"a":1}', 'request-unreadable'],
  ['JSON that two readers read differently', 'PATCH', NOTE, '{"a":1,"a":2}', 'request-unreadable'],
];

describe('a gateway in shadow mode', () => {
  it('lets its rules pass as if each were in shadow mode', async () => {
    const { rep, outbox, would } = await openShadow({ mode: 'shadow' });
    expect((await rep.deliver()).status).toBe(200);
    expect(outbox.messages()).toEqual([]);
    expect(would()).toMatchObject([{ would: 'otp-required', rules: ['7'] }]);
  });

  it.each(
    REFUSED,
  )('lets %s pass as it came, and says that it would have been refused', async (_, method, path, body, slug) => {
    const { crm, rep, would } = await openShadow({ mode: 'shadow' });
    const answer = await rep.call(method, path, body);
    expect(answer.result).toBeNull();
    expect(crm.saves.map((save) => [save.method, save.path, save.body.toString()])).toEqual([
      [method, path, body],
    ]);
    expect(would()).toMatchObject([{ would: slug }]);
  });

  it('lets a write without a body pass that cannot be judged', async () => {
    const { crm, rep, would } = await openShadow({
      mode: 'shadow',
      modules: { Task: { dialect: 'espocrm', path: '/api/v1', type: 'Task' } },
      rules: [deliveryRule({ module: 'Task', on: ['delete'], when: true })],
    });
    expect((await rep.call('DELETE', '/api/v1/task/1')).status).toBe(200);
    expect(crm.saves.map(({ method, path }) => [method, path])).toEqual([['DELETE', '/api/v1/task/1']]);
    expect(would()).toMatchObject([{ would: 'request-unreadable', path: '/api/v1/task/*' }]);
  });

  it('lets a body pass that is too large to be judged', async () => {
    const { crm, rep, would } = await openShadow({ mode: 'shadow', body: { limit: 10 } });
    const body = JSON.stringify({ status: 'Delivered' });
    expect((await rep.call('PATCH', NOTE, body)).status).toBe(200);
    expect(crm.saves[0]?.body.toString()).toBe(body);
    expect(would()).toMatchObject([{ would: 'request-unreadable' }]);
  });
});

describe('what is off', () => {
  it('as a rule is not even judged', async () => {
    const { rep, would } = await openShadow({ rules: [deliveryRule({ mode: 'off' })] });
    expect((await rep.deliver()).status).toBe(200);
    expect(would()).toEqual([]);
  });

  it('as a whole lets everything pass unread', async () => {
    const { crm, rep, would } = await openShadow({ mode: 'off' });
    expect((await rep.call('PATCH', NOTE, '{"status":"Created","status":"Delivered"}')).status).toBe(200);
    expect((await rep.call('POST', '/api/Invoices', '{}')).status).toBe(200);
    expect(crm.received.map(({ method }) => method)).toEqual(['PATCH', 'POST']);
    expect(would()).toEqual([]);
  });
});
