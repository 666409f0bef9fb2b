import { describe, expect, onTestFinished, test } from 'vitest';
import { createOutbox } from '../../src/channels/outbox/outbox.ts';
import type { ConfigInput } from '../../src/config/schema/schema.ts';
import { openRawServer, politeAnswer } from '../channels/smtp-inbox.ts';
import { ACCOUNT, SENDER, startTwilio, TOKEN } from '../channels/twilio-stand-in.ts';
import { startWebhook, SECRET as WEBHOOK_SECRET } from '../channels/webhook-stand-in.ts';
import { TOKEN as META_TOKEN, NUMBER_ID, startWhatsapp } from '../channels/whatsapp-stand-in.ts';
import { STORED } from '../harness/crm.ts';
import { deliveryRule, gatewayOptions, NO_LIMITS, PATIENCE } from '../harness/delivery.ts';
import type { StandIn } from '../harness/stand-in.ts';
import { openCrm, openGateway } from '../harness/world.ts';

type ChannelInput = ConfigInput['channels'][string];
type Fault = 'refuses' | 'breaks' | 'hangs';

/** A provider that does not do its part. */
type Provider = {
  readonly channel: ChannelInput;
  /** How often it was handed a message, and what it said. */
  asked(): readonly string[];
  close(): Promise<void>;
};

const timeout = PATIENCE;

async function httpProvider(
  start: () => Promise<StandIn>,
  channelAt: (url: string) => ChannelInput,
  fault: Fault,
): Promise<Provider> {
  const provider = await start();
  provider.answerWith((_, response) => {
    if (fault !== 'hangs') response.writeHead(fault === 'refuses' ? 422 : 503).end();
  });
  const asked = () => provider.received.map(({ body }) => decodeURIComponent(body.toString()));
  return { channel: channelAt(provider.url), asked, close: provider.close };
}

const PROVIDERS: Readonly<Record<string, (fault: Fault) => Promise<Provider>>> = {
  async smtp(fault) {
    const messages: string[] = [];
    const server = await openRawServer((line, socket) => {
      if (line.includes('confirms')) messages.push(line);
      if (fault === 'refuses' && line.startsWith('RCPT')) {
        messages.push('');
        return '550 no such mailbox';
      }
      if (line === '.' && fault === 'breaks') socket.destroy();
      return politeAnswer(line);
    });
    const channel = {
      kind: 'smtp',
      host: '127.0.0.1',
      port: server.port,
      from: 'a@acme.test',
      timeout,
    } as const;
    return { channel, asked: () => messages.filter((line) => !line.includes('<')), close: server.close };
  },
  twilio: (fault) =>
    httpProvider(
      startTwilio,
      (baseUrl) => ({
        kind: 'twilio',
        baseUrl,
        accountSid: ACCOUNT,
        authToken: TOKEN,
        from: SENDER,
        timeout,
      }),
      fault,
    ),
  whatsapp: (fault) =>
    httpProvider(
      startWhatsapp,
      (url) => ({
        kind: 'whatsapp',
        baseUrl: `${url}/v25.0`,
        phoneNumberId: NUMBER_ID,
        token: META_TOKEN,
        template: 'verification_code',
        language: 'en_US',
        timeout,
      }),
      fault,
    ),
  webhook: (fault) =>
    httpProvider(
      startWebhook,
      (url) => ({ kind: 'webhook', url: `${url}/codes/in/`, secret: WEBHOOK_SECRET, timeout }),
      fault,
    ),
};

/** A gateway whose first channel fails; the second is a mailbox, each note with one of its own. */
async function openStage(name: string, fault: Fault) {
  const provider = await PROVIDERS[name]?.(fault);
  if (!provider) throw new Error(name);
  const first = name === 'smtp' ? 'shared@example.com' : '+12015550123';
  const noteOf = (id: string) => ({ ...STORED, id, first, email: `c${id}@example.com` });
  const crm = await openCrm({ records: { '45': noteOf('45'), '46': noteOf('46') } });
  const outbox = createOutbox({ addressKind: 'email' });
  const send = {
    to: [
      { channel: 'first', address: 'first' },
      { channel: 'second', address: 'email' },
    ],
    message: '{{code}} confirms it.',
  };
  const options = gatewayOptions(crm.url, {
    channels: { first: provider.channel, second: { kind: 'outbox' } },
    rules: [deliveryRule({ send })],
    limits: { ...NO_LIMITS, address: { hour: 1, day: 10 } },
  });
  const { rep } = await openGateway(options, { channels: { second: outbox } });
  onTestFinished(provider.close);
  return { crm, outbox, provider, rep };
}

describe.each(Object.keys(PROVIDERS))('a provider of kind %s', (name) => {
  test.each([
    'refuses',
    'breaks',
    'hangs',
  ] as const)('that %s: the next channel gets the same code, which is good once', async (fault) => {
    const { crm, outbox, provider, rep } = await openStage(name, fault);
    const asked = await rep.deliver();
    expect(asked.json.rules?.[0]).toMatchObject({
      result: 'otp-required',
      channel: 'second',
      resends_remaining: 3,
    });
    const code = outbox.lastCode() ?? '';
    expect(provider.asked()).toHaveLength(1);
    if (name !== 'smtp' || fault !== 'refuses') expect(provider.asked()[0]).toContain(code);
    expect((await rep.deliver(code)).code).toBe('used');
    expect((await rep.deliver(code)).result).toBe('otp-used');
    expect(crm.saves).toHaveLength(1);
  });

  test.each([
    ['refuses', 2],
    ['breaks', 1],
    ['hangs', 1],
  ] as const)('that %s: of two codes to one address in an hour it is handed %i', async (fault, most) => {
    const { outbox, provider, rep } = await openStage(name, fault);
    await rep.deliver();
    await rep.call('PATCH', '/api/DeliveryNotes/46', { status: 'Delivered' });
    expect(provider.asked()).toHaveLength(most);
    expect(outbox.messages().map(({ address }) => address)).toEqual(['c45@example.com', 'c46@example.com']);
  });
});
