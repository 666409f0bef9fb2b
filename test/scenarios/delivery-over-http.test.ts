import { describe, expect, onTestFinished, test } from 'vitest';
import { createOutbox } from '../../src/channels/outbox/outbox.ts';
import type { ConfigInput } from '../../src/config/schema/schema.ts';
import { ACCOUNT, SENDER, STOPPED, startTwilio, TOKEN } from '../channels/twilio-stand-in.ts';
import { startWebhook, SECRET as WEBHOOK_SECRET } from '../channels/webhook-stand-in.ts';
import { TOKEN as META_TOKEN, NUMBER_ID, startWhatsapp } from '../channels/whatsapp-stand-in.ts';
import { type Answer, STORED } from '../harness/crm.ts';
import { deliveryRule, gatewayOptions, NO_LIMITS, PATIENCE } from '../harness/delivery.ts';
import { openCrm, openGateway } from '../harness/world.ts';

const PHONE = '+5511912345678';
const SMS = { channel: 'sms', address: 'phone' };
const EMAIL = { channel: 'email', address: 'email' };
/** A second code to the same address within the hour is refused. */
const ONE_EACH = { ...NO_LIMITS, address: { hour: 1, day: 10 } };

/** Twilio, a mailbox, a gateway with both, and a CRM with two notes, 45 and 46. */
async function openStage(changes: Partial<ConfigInput> = {}, phones: readonly [string, string?] = [PHONE]) {
  const [phone, other = phone] = phones;
  const crm = await openCrm({
    records: {
      '45': { ...STORED, phone },
      '46': { ...STORED, id: '46', email: 'bob@example.com', phone: other },
    },
  });
  const twilio = await startTwilio();
  onTestFinished(twilio.close);
  const outbox = createOutbox({ addressKind: 'email' });
  const options = gatewayOptions(crm.url, {
    channels: { sms: smsOver(twilio.url), email: { kind: 'outbox' } },
    rules: [deliveryRule({ send: { to: [SMS, EMAIL] } })],
    limits: NO_LIMITS,
    ...changes,
  });
  const lines: string[] = [];
  const note = (...said: readonly unknown[]) => lines.push(JSON.stringify(said));
  const log = { debug: note, info: note, warn: note, error: note };
  const { rep } = await openGateway(options, { channels: { email: outbox }, log });
  const deliverOther = () => rep.call('PATCH', '/api/DeliveryNotes/46', { status: 'Delivered' });
  /** The codes of all that Twilio was asked to send, taken or not. */
  const texted = () =>
    twilio.received.map(
      ({ body }) => /\b\d{6}\b/.exec(new URLSearchParams(body.toString()).get('Body') ?? '')?.[0],
    );
  return { crm, twilio, outbox, rep, deliverOther, texted, logged: () => lines.join('\n') };
}

function smsOver(baseUrl: string) {
  const account = { accountSid: ACCOUNT, authToken: TOKEN, from: SENDER };
  const reach = { defaultCountry: 'BR', countries: ['BR', 'US'], timeout: PATIENCE };
  return { kind: 'twilio', baseUrl, ...account, ...reach } as const;
}

const ONLY_SMS = { rules: [deliveryRule({ send: { to: [SMS] } })] };

describe('where an SMS is refused for sure', () => {
  test('the same code goes by e-mail, and is good once', async () => {
    const { crm, twilio, outbox, rep, texted } = await openStage({}, [STOPPED]);
    const asked = await rep.deliver();
    expect(asked.json.rules?.[0]).toMatchObject({ result: 'otp-required', channel: 'email' });
    expect(twilio.messages).toEqual([]);
    const code = outbox.lastCode();
    expect(texted()).toEqual([code]);
    expect((await rep.deliver(code)).code).toBe('used');
    expect((await rep.deliver(code)).result).toBe('otp-used');
    expect(crm.saves).toHaveLength(1);
  });

  test("the log has the provider's number for it, and neither code nor address", async () => {
    const { rep, outbox, logged } = await openStage({}, [STOPPED]);
    await rep.deliver();
    expect(logged()).toContain(
      `"channel":"sms","outcome":"refused","reason":"HTTP 400, provider's number 21610"`,
    );
    for (const hidden of [outbox.lastCode() ?? 'none', STOPPED.slice(-8), 'ann@example.com'])
      expect(logged()).not.toContain(hidden);
  });

  test("the number's place in the hour is given back", async () => {
    const { rep, deliverOther, texted, outbox } = await openStage({ limits: ONE_EACH }, [STOPPED]);
    await rep.deliver();
    expect((await deliverOther()).result).toBe('otp-required');
    expect(texted()).toHaveLength(2);
    expect(outbox.messages().map(({ address }) => address)).toEqual(['ann@example.com', 'bob@example.com']);
  });

  test('and nothing else is left, the send is given back and may be tried again at once', async () => {
    const { twilio, rep } = await openStage({ ...ONLY_SMS, limits: ONE_EACH });
    twilio.answerWith((_, response) => {
      response.writeHead(429).end();
    });
    const asked = await rep.deliver();
    expect([asked.status, asked.result]).toEqual([503, 'otp-delivery-failed']);
    expect((await rep.standing()).json).toMatchObject({ result: 'none', resends_remaining: 3 });
    twilio.answerWith((_seen, _response, proceed) => proceed());
    expect((await rep.deliver()).result).toBe('otp-required');
    expect(twilio.messages).toHaveLength(1);
  });
});

const IN_DOUBT: readonly (readonly [string, Answer])[] = [
  ['answers 503', (_, response) => response.writeHead(503).end()],
  ['hangs', () => undefined],
  ['hangs up', (_, response) => response.destroy()],
];

describe.each(IN_DOUBT)('where the provider of an SMS %s', (_, answer) => {
  test('the same code goes by e-mail too, and of the two one is good once', async () => {
    const { crm, twilio, outbox, rep, texted } = await openStage();
    twilio.answerWith(answer);
    const asked = await rep.deliver();
    expect(asked.json.rules?.[0]).toMatchObject({ result: 'otp-required', channel: 'email' });
    const [code] = texted();
    expect(outbox.messages().map((message) => message.code)).toEqual([code]);
    expect((await rep.deliver(code)).code).toBe('used');
    expect((await rep.deliver(outbox.lastCode())).result).toBe('otp-used');
    expect(crm.saves).toHaveLength(1);
  });

  test("the number's place in the hour is kept, since the SMS may have arrived", async () => {
    const { twilio, rep, deliverOther, outbox } = await openStage({ limits: ONE_EACH });
    twilio.answerWith(answer);
    await rep.deliver();
    expect((await deliverOther()).result).toBe('otp-required');
    expect(twilio.received).toHaveLength(1);
    expect(outbox.messages()).toHaveLength(2);
  });

  test('and nothing else is left, the code lives, and the send counts', async () => {
    const { twilio, rep, texted } = await openStage(ONLY_SMS);
    twilio.answerWith(answer);
    expect((await rep.deliver()).result).toBe('otp-delivery-failed');
    expect((await rep.askForCode()).result).toBe('otp-resend-limited');
    expect((await rep.deliver(texted()[0])).code).toBe('used');
  });
});

describe('a phone number', () => {
  test.each([
    '0055 11 91234-5678',
    '(11) 91234-5678',
    '55 11 91234 5678',
  ])('written as %s is the same address in limits and fingerprints', async (spelling) => {
    const rule = deliveryRule({ send: { to: [SMS] }, code: { cooldown: '0s' } });
    const { crm, twilio, rep, deliverOther } = await openStage(
      { rules: [rule], limits: { ...NO_LIMITS, address: { hour: 2, day: 10 } } },
      ['+55 11 91234-5678', spelling],
    );
    await rep.deliver();
    crm.records.set('45', { ...STORED, phone: spelling });
    expect((await rep.askForCode()).status).toBe(201);
    expect((await deliverOther()).result).toBe('otp-rate-limited');
    expect(twilio.messages.map(({ To }) => To)).toEqual([PHONE, PHONE]);
  });

  test.each([
    ['of premium rate', '+55 900 123 4567'],
    ['that is short', '40404'],
    ['of a country that is not listed', '+44 20 7946 0958'],
  ])('%s gets no SMS: the next address is taken, and without one the save is refused', async (_, phone) => {
    const { crm, twilio, outbox, rep } = await openStage({}, [phone]);
    expect((await rep.deliver()).json.rules?.[0]).toMatchObject({ channel: 'email' });
    crm.records.set('46', { ...STORED, id: '46', email: '', phone });
    const other = await rep.call('PATCH', '/api/DeliveryNotes/46', { status: 'Delivered' });
    expect(other.result).toBe('otp-recipient-missing');
    expect([twilio.received.length, outbox.messages().length]).toEqual([0, 1]);
  });
});

test('WhatsApp, then SMS, then the endpoint of one’s own: each is tried in turn with one code', async () => {
  const whatsapp = await startWhatsapp();
  const hook = await startWebhook();
  onTestFinished(whatsapp.close);
  onTestFinished(hook.close);
  whatsapp.answerWith((_, response) => response.destroy());
  const twilio = await startTwilio();
  onTestFinished(twilio.close);
  const { rep } = await openStage({
    channels: {
      whatsapp: {
        kind: 'whatsapp',
        baseUrl: `${whatsapp.url}/v25.0`,
        phoneNumberId: NUMBER_ID,
        token: META_TOKEN,
        template: 'verification_code',
        language: 'en_US',
      },
      sms: { ...smsOver(twilio.url), authToken: 'another' },
      hook: { kind: 'webhook', url: `${hook.url}/codes/in/`, secret: WEBHOOK_SECRET, address: 'email' },
    },
    rules: [
      deliveryRule({
        send: { to: [{ channel: 'whatsapp', address: 'phone' }, SMS, { channel: 'hook', address: 'email' }] },
      }),
    ],
  });
  expect((await rep.deliver()).json.rules?.[0]).toMatchObject({ channel: 'hook', sent_to: 'a***@***.com' });
  expect([whatsapp, twilio, hook].map(({ received }) => received.length)).toEqual([1, 1, 1]);
  const [event] = hook.events;
  expect(event).toMatchObject({ to: 'ann@example.com', channel: 'hook', rule: '7', record: '45' });
  expect(whatsapp.received[0]?.body.toString()).toContain(`"text":"${event?.code}"`);
  expect((await rep.deliver(event?.code)).code).toBe('used');
});
