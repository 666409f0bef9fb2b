import { describe, expect, it, onTestFinished } from 'vitest';
import { createTwilioChannel } from '../../src/channels/twilio/twilio.ts';
import { createHandClock } from '../../src/system/hand-clock.ts';
import { told } from '../config/example.ts';
import { startStandIn } from '../harness/stand-in.ts';
import { messageOf } from './contract.ts';
import { PHONE } from './phones.ts';
import { ACCOUNT, SENDER, TOKEN } from './twilio-stand-in.ts';

async function callWith(changes: Parameters<typeof messageOf>[0]) {
  const standIn = await startStandIn(() => ({ status: 201, body: { sid: `CA${'0'.repeat(32)}` } }));
  const voice = { language: 'en-US', languages: { es: 'es-MX' } };
  const channel = createTwilioChannel(
    { baseUrl: standIn.url, accountSid: ACCOUNT, authToken: TOKEN, from: SENDER, voice },
    createHandClock(0),
  );
  onTestFinished(async () => {
    await channel.close();
    await standIn.close();
  });
  expect(await channel.deliver(messageOf({ address: PHONE, ...changes }))).toEqual({ kind: 'accepted' });
  const [request] = standIn.received;
  return { path: request?.path, fields: Object.fromEntries(new URLSearchParams(request?.body.toString())) };
}

describe('a call', () => {
  it('says the message twice, its code digit by digit, and asks nobody for what to say', async () => {
    const { path, fields } = await callWith({});
    expect(path).toBe(`/2010-04-01/Accounts/${ACCOUNT}/Calls.json`);
    const say = '<Say language="en-US">4, 8, 2, 9, 1, 3. confirms that the delivery was made.</Say>';
    expect(fields).toEqual({
      To: PHONE,
      From: SENDER,
      Twiml: `<?xml version="1.0" encoding="UTF-8"?><Response>${say}<Pause length="1"/>${say}</Response>`,
    });
  });

  it('uses the language of the message', async () => {
    const { fields } = await callWith({ language: 'es-AR', text: '482913 confirma la entrega.' });
    expect(fields['Twiml']).toContain('<Say language="es-MX">4, 8, 2, 9, 1, 3. confirma');
  });

  it('stays XML whatever the message says', async () => {
    const { fields } = await callWith({ text: '482913 for "A&B" </Say><Dial>+1900</Dial>\u0000\u0008' });
    expect(fields['Twiml']).toContain(
      'for &quot;A&amp;B&quot; &lt;/Say&gt;&lt;Dial&gt;+1900&lt;/Dial&gt;</Say>',
    );
  });
});

describe('a configuration of calls', () => {
  const base = { kind: 'twilio', accountSid: ACCOUNT, authToken: { env: 'T' }, from: SENDER, voice: {} };
  const check = (changes: object) => told({ channels: { email: { ...base, ...changes } } }, { T: TOKEN });

  it('needs no more than to say so', () => {
    expect(check({})).not.toContain('error');
  });

  it.each([
    ['a service in the place of a number', { from: undefined, messagingServiceSid: `MG${'0'.repeat(32)}` }],
    ['a name', { from: 'Acme' }],
    ['WhatsApp', { from: 'whatsapp:+14155238886', contentSid: `HX${'0'.repeat(32)}` }],
  ])('is refused with %s', (_, changes) => {
    expect(check(changes)).toContain('voice: goes with a from that is a number');
  });
});
