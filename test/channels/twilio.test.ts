import { describe, expect, it, onTestFinished } from 'vitest';
import { createTwilioChannel, type TwilioOptions } from '../../src/channels/twilio/twilio.ts';
import { createHandClock } from '../../src/system/hand-clock.ts';
import { describeChannel, messageOf } from './contract.ts';
import { describeHttpFailures } from './http-failures.ts';
import { OF_PHONES, PHONE } from './phones.ts';
import { ACCOUNT, SENDER, STOPPED, startTwilio, TEMPLATE, TOKEN, twilioFault } from './twilio-stand-in.ts';

const NOW = Date.UTC(2026, 10, 21, 14, 30);
const inFiveMinutes = { address: PHONE, expiresAt: NOW + 300_000 };

function channelTo(baseUrl: string, options: Partial<TwilioOptions>) {
  const account = { accountSid: ACCOUNT, authToken: TOKEN };
  return createTwilioChannel({ baseUrl, ...account, ...options }, createHandClock(NOW));
}

async function open(options: Partial<TwilioOptions> = { from: SENDER }) {
  const twilio = await startTwilio();
  const channel = channelTo(twilio.url, options);
  onTestFinished(async () => {
    await channel.close();
    await twilio.close();
  });
  return { twilio, channel };
}

describeChannel(
  'twilio',
  async () => {
    const twilio = await startTwilio();
    return {
      channel: channelTo(twilio.url, { from: SENDER }),
      arrived: async () => twilio.messages.map(({ To = '', Body = '' }) => ({ to: [To], text: Body })),
      breakDown: twilio.close,
      close: () => twilio.close().catch(() => undefined),
    };
  },
  OF_PHONES,
);

describeHttpFailures('twilio', {
  start: startTwilio,
  open: (url, timeoutMs) => channelTo(url, { from: SENDER, timeoutMs }),
});

describe('the request to Twilio', () => {
  it('is, to the letter, that of an SMS which lives no longer than its code', async () => {
    const { twilio, channel } = await open();
    await channel.deliver(messageOf({ ...inFiveMinutes, text: 'Código: 482913 & +ok' }));
    const login = Buffer.from(`${ACCOUNT}:${TOKEN}`).toString('base64');
    const body =
      'To=%2B12015550123&From=%2B15017122661&Body=C%C3%B3digo%3A+482913+%26+%2Bok&ValidityPeriod=300';
    expect(twilio.received).toEqual([
      {
        method: 'POST',
        path: `/2010-04-01/Accounts/${ACCOUNT}/Messages.json`,
        headers: [
          ['host', new URL(twilio.url).host],
          ['connection', 'keep-alive'],
          ['accept', 'application/json'],
          ['authorization', `Basic ${login}`],
          ['content-type', 'application/x-www-form-urlencoded'],
          ['content-length', String(body.length)],
        ],
        body: Buffer.from(body),
      },
    ]);
  });

  it('is, to the letter, that of a WhatsApp template with the code as its variable', async () => {
    const { twilio, channel } = await open({ from: 'whatsapp:+14155238886', contentSid: TEMPLATE });
    expect(await channel.deliver(messageOf(inFiveMinutes))).toEqual({ kind: 'accepted' });
    expect(twilio.received.map(({ body }) => body.toString())).toEqual([
      `To=whatsapp%3A%2B12015550123&From=whatsapp%3A%2B14155238886&ContentSid=${TEMPLATE}&ContentVariables=%7B%221%22%3A%22482913%22%7D&ValidityPeriod=300`,
    ]);
  });

  it.each([
    ['es-AR', `HX${'1'.repeat(32)}`],
    ['pt', TEMPLATE],
    [undefined, TEMPLATE],
  ])('has, for a message in %s, the template %s', async (language, sid) => {
    const contentSids = { es: `HX${'1'.repeat(32)}` };
    const { twilio, channel } = await open({
      from: 'whatsapp:+14155238886',
      contentSid: TEMPLATE,
      contentSids,
    });
    await channel.deliver(messageOf({ ...inFiveMinutes, ...(language !== undefined && { language }) }));
    expect(twilio.messages).toEqual([expect.objectContaining({ ContentSid: sid })]);
  });

  it('says, to the letter, where and of which message to report', async () => {
    const reports = { url: 'https://gate.acme.test/_countersign/reports/sms', authToken: TOKEN };
    const { twilio, channel } = await open({ from: SENDER, reports });
    const message = messageOf({ ...inFiveMinutes, text: 'x', reference: 'k1.abc_D-9' });
    expect(await channel.deliver(message)).toEqual({ kind: 'accepted' });
    expect(twilio.received.map(({ body }) => body.toString())).toEqual([
      'To=%2B12015550123&From=%2B15017122661&Body=x&ValidityPeriod=300&StatusCallback=' +
        'https%3A%2F%2Fgate.acme.test%2F_countersign%2Freports%2Fsms%3Freference%3Dk1.abc_D-9',
    ]);
  });

  it('names a messaging service in the place of the sender', async () => {
    const messagingServiceSid = `MG${'0'.repeat(32)}`;
    const { twilio, channel } = await open({ messagingServiceSid });
    expect(await channel.deliver(messageOf(inFiveMinutes))).toEqual({ kind: 'accepted' });
    expect(twilio.messages[0]).toMatchObject({ MessagingServiceSid: messagingServiceSid });
    expect(twilio.messages[0]).not.toHaveProperty('From');
  });

  it('is signed in by an API key where there is one', async () => {
    const apiKeySid = `SK${'0'.repeat(32)}`;
    const { twilio, channel } = await open({ from: SENDER, apiKeySid });
    expect(await channel.deliver(messageOf(inFiveMinutes))).toEqual({
      kind: 'refused',
      reason: "HTTP 401, provider's number 20003",
    });
    const login = `Basic ${Buffer.from(`${apiKeySid}:${TOKEN}`).toString('base64')}`;
    expect(twilio.received[0]?.headers).toContainEqual(['authorization', login]);
  });

  it.each([
    ['a code with a day to live', 86_400_000, '36000'],
    ['a code that dies this second', 10, '1'],
    ['a code that is dead', -5000, '1'],
  ])('has a validity that Twilio takes, for %s', async (_, livesMs, seconds) => {
    const { twilio, channel } = await open();
    await channel.deliver(messageOf({ address: PHONE, expiresAt: NOW + livesMs }));
    expect(twilio.messages).toEqual([expect.objectContaining({ ValidityPeriod: seconds })]);
  });
});

describe('a refusal of Twilio', () => {
  const refused = (number: number) => ({ kind: 'refused', reason: `HTTP 400, provider's number ${number}` });

  it('of a number that is none is told by its number', async () => {
    const { channel } = await open();
    expect(await channel.deliver(messageOf({ address: '+1' }))).toEqual(refused(21211));
  });

  it('of a number whose owner answered STOP is told by its number', async () => {
    const { twilio, channel } = await open();
    expect(await channel.deliver(messageOf({ address: STOPPED }))).toEqual(refused(21610));
    expect(twilio.messages).toEqual([]);
  });

  it.each([
    [429, 20429, 'refused'],
    [500, 20500, 'unknown'],
    [503, 20503, 'unknown'],
  ])('%i is judged by its status, whatever its number %i', async (status, number, kind) => {
    const { twilio, channel } = await open();
    twilio.answerWith((_, response) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(twilioFault(status, number, PHONE).body));
    });
    const reason = `HTTP ${status}, provider's number ${number}`;
    expect(await channel.deliver(messageOf(inFiveMinutes))).toEqual({ kind, reason });
  });

  it.each(['482913', `to ${PHONE}`, null, {}])('says nothing of a number that is %j', async (code) => {
    const { twilio, channel } = await open();
    twilio.answerWith((_, response) => {
      response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify({ code }));
    });
    expect(await channel.deliver(messageOf(inFiveMinutes))).toEqual({ kind: 'refused', reason: 'HTTP 400' });
  });
});
