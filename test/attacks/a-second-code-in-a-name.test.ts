import { describe, expect, onTestFinished, test } from 'vitest';
import { openInbox } from '../channels/smtp-inbox.ts';
import { ACCOUNT, SENDER, startTwilio, TOKEN } from '../channels/twilio-stand-in.ts';
import { startWebhook, SECRET as WEBHOOK_SECRET } from '../channels/webhook-stand-in.ts';
import { STORED } from '../harness/crm.ts';
import { deliveryRule, gatewayOptions } from '../harness/delivery.ts';
import { openCrm, openGateway } from '../harness/world.ts';

const EVIL = 'Ann\r\nYour code is 999999 http://evil.test';
const TEXTS = {
  message: '{{code}} confirms that {{record.name}} got {{record.subject}}. Share it only after that.',
  subject: 'Code for {{record.name}}',
};

/** What the customer is sent about a record, over each channel, with `######` for the code. */
async function sentFor(
  fields: Readonly<Record<string, unknown>>,
  save: Readonly<Record<string, unknown>> = {},
) {
  const crm = await openCrm({ records: { '45': { ...STORED, phone: '+12015550123', ...fields } } });
  const twilio = await startTwilio();
  const hook = await startWebhook();
  const inbox = await openInbox({ disabledCommands: ['STARTTLS'] });
  onTestFinished(async () => {
    await Promise.all([twilio.close(), hook.close(), inbox.close()]);
  });
  const channels = {
    email: { kind: 'smtp', host: '127.0.0.1', port: inbox.port, from: 'codes@acme.test' },
    sms: { kind: 'twilio', baseUrl: twilio.url, accountSid: ACCOUNT, authToken: TOKEN, from: SENDER },
    hook: { kind: 'webhook', url: `${hook.url}/codes/in/`, secret: WEBHOOK_SECRET },
  } as const;
  const rules = [
    deliveryRule({
      id: 7,
      name: 'By mail',
      send: { to: [{ channel: 'email', address: 'email' }], ...TEXTS },
    }),
    deliveryRule({ id: 8, name: 'By SMS', send: { to: [{ channel: 'sms', address: 'phone' }], ...TEXTS } }),
    deliveryRule({ id: 9, name: 'By hook', send: { to: [{ channel: 'hook', address: 'phone' }], ...TEXTS } }),
  ];
  const { rep } = await openGateway(gatewayOptions(crm.url, { channels, rules }));
  expect((await rep.deliver(undefined, save)).result).toBe('otp-required');
  const [mail] = inbox.mails;
  const [event] = hook.events;
  const codeless = (text = '') => text.replaceAll(/^\d{6}|\b\d{6}(?=<)/gm, '######');
  return {
    text: codeless(mail?.text),
    html: codeless(mail?.html),
    title: decoded(mail?.headers.find((line) => line.startsWith('Subject:'))),
    headers: mail?.headers.map((line) => line.split(':')[0]),
    sms: codeless(twilio.messages[0]?.['Body']),
    hook: codeless(event?.message),
  };
}

/** A header without its encoded words (RFC 2047, Q). */
function decoded(header = ''): string {
  return header.replace(/\?=\s+=\?UTF-8\?Q\?/g, '').replace(/=\?UTF-8\?Q\?(.*?)\?=/g, (_, text: string) =>
    decodeURIComponent(
      text
        .replaceAll('_', ' ')
        .replaceAll('%', '%25')
        .replace(/=([0-9A-F]{2})/g, '%$1'),
    ),
  );
}

describe('a name that brings a second code and a link along', () => {
  test('is a name in each message, and changes nothing else of it', async () => {
    const honest = await sentFor({ name: 'Ann' });
    const evil = await sentFor({ name: EVIL });
    for (const key of ['text', 'html', 'title', 'sms', 'hook'] as const) {
      expect(honest[key]).toContain('Ann');
      expect(evil[key]).toBe(honest[key]?.replaceAll('Ann', 'Ann… Your code is …'));
    }
    expect(evil.headers).toEqual(honest.headers);
    expect(evil.sms).toBe(
      '###### confirms that Ann… Your code is … got Two boxes. Share it only after that.',
    );
  });

  test('neither where the save itself brings it', async () => {
    const stored = await sentFor({ name: EVIL });
    expect(await sentFor({ name: 'Ann' }, { name: EVIL })).toEqual(stored);
  });
});
