import { describe, expect, it, onTestFinished } from 'vitest';
import { createWebhookChannel, type WebhookOptions } from '../../src/channels/webhook/webhook.ts';
import { createHandClock } from '../../src/system/hand-clock.ts';
import { keyOf, signatureOf } from '../../src/webhooks/signature.ts';
import { describeChannel, messageOf } from './contract.ts';
import { describeHttpFailures } from './http-failures.ts';
import { OF_PHONES, PHONE } from './phones.ts';
import { SECRET, startWebhook } from './webhook-stand-in.ts';

const NOW = Date.UTC(2026, 10, 21, 14, 30);
const now = () => NOW;
const OTHER = `whsec_${Buffer.alloc(24, 'other').toString('base64')}`;

function channelTo(url: string, changes: Partial<WebhookOptions> = {}) {
  const options = { name: 'hook', url: `${url}/codes/in/`, secrets: [SECRET], ...changes };
  return createWebhookChannel(options, createHandClock(NOW));
}

async function open(changes: Partial<WebhookOptions> = {}, secret = SECRET) {
  const receiver = await startWebhook({ secret, now });
  const channel = channelTo(receiver.url, changes);
  onTestFinished(async () => {
    await channel.close();
    await receiver.close();
  });
  return { receiver, channel };
}

for (const address of ['phone', 'email', 'opaque'] as const)
  describeChannel(
    `webhook for addresses of kind ${address}`,
    async () => {
      const receiver = await startWebhook({ now });
      return {
        channel: channelTo(receiver.url, { address }),
        arrived: async () => receiver.events.map(({ to, message }) => ({ to: [to], text: message })),
        breakDown: receiver.close,
        close: () => receiver.close().catch(() => undefined),
      };
    },
    address === 'phone' ? OF_PHONES : undefined,
  );

describeHttpFailures('webhook', {
  start: () => startWebhook({ now }),
  open: (url, timeoutMs) => channelTo(url, { timeoutMs }),
});

describe('the request of a webhook', () => {
  it('is, to the letter, a signed event that says until when it is of use', async () => {
    const { receiver, channel } = await open();
    await channel.deliver(messageOf({ address: PHONE, text: 'Código 482913', expiresAt: NOW + 300_000 }));
    const [received] = receiver.received;
    const header = (wanted: string) => received?.headers.find(([name]) => name === wanted)?.[1] ?? '';
    const body = Buffer.from(
      '{"type":"otp.code","timestamp":"2026-11-21T14:30:00.000Z","data":{"to":"+12015550123","channel":"hook",' +
        '"code":"482913","subject":"Your code","message":"Código 482913","rule":"7","record":"45",' +
        '"expires_at":"2026-11-21T14:35:00.000Z"}}',
    );
    expect(received).toEqual({
      method: 'POST',
      path: '/codes/in/',
      headers: [
        ['host', new URL(receiver.url).host],
        ['connection', 'keep-alive'],
        ['content-type', 'application/json'],
        ['webhook-id', expect.stringMatching(/^msg_[0-9a-f-]{36}$/)],
        ['webhook-timestamp', String(NOW / 1000)],
        [
          'webhook-signature',
          signatureOf(keyOf(SECRET), header('webhook-id'), String(NOW / 1000), body.toString()),
        ],
        ['content-length', String(body.length)],
      ],
      body,
    });
    expect(receiver.events).toHaveLength(1);
  });

  it('has the id under which the receiver is to report', async () => {
    const { receiver, channel } = await open({ reports: true });
    await channel.deliver(messageOf({ address: PHONE, reference: 'k1.abc_D-9' }));
    expect(receiver.received[0]?.body.toString()).toContain('"data":{"id":"k1.abc_D-9","to":"+12015550123"');
  });

  it('says in which language the message is, where that is known', async () => {
    const { receiver, channel } = await open();
    await channel.deliver(messageOf({ address: PHONE, language: 'es-MX' }));
    await channel.deliver(messageOf({ address: PHONE }));
    expect(receiver.events.map((event) => Reflect.get(event, 'language'))).toEqual(['es-MX', undefined]);
  });

  it('has an id of its own each time', async () => {
    const { receiver, channel } = await open();
    for (const _ of [1, 2])
      expect(await channel.deliver(messageOf({ address: PHONE }))).toEqual({ kind: 'accepted' });
    expect(receiver.events).toHaveLength(2);
  });

  it.each([SECRET, OTHER])('is signed by each secret while they change over: good for %s', async (known) => {
    const { channel } = await open({ secrets: [OTHER, SECRET] }, known);
    expect(await channel.deliver(messageOf({ address: PHONE }))).toEqual({ kind: 'accepted' });
  });

  it('is refused by a receiver that knows another secret', async () => {
    const { receiver, channel } = await open({ secrets: [OTHER] });
    const delivery = await channel.deliver(messageOf({ address: PHONE }));
    expect(delivery).toEqual({ kind: 'refused', reason: 'HTTP 401' });
    expect(receiver.events).toEqual([]);
  });
});

it('a signature is that of the specification', () => {
  const signature = signatureOf(
    keyOf('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'),
    'msg_p5jXN8AQM9LWM0D4loKWxJek',
    '1614265330',
    '{"test": 2432232314}',
  );
  expect(signature).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
});

it.each([
  '',
  'whsec_',
  'whsec_c2hvcnQ=',
  SECRET.slice(6),
  `whsec_${'A'.repeat(88)}`,
  `${SECRET}\n`,
])('%j is no secret of a webhook', (secret) => {
  expect(() => keyOf(secret)).toThrow(expect.objectContaining({ code: 'config-invalid' }));
});
