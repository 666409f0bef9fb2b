import { describe, expect, it, onTestFinished } from 'vitest';
import { createWhatsappChannel, type WhatsappOptions } from '../../src/channels/whatsapp/whatsapp.ts';
import { describeChannel, messageOf } from './contract.ts';
import { describeHttpFailures } from './http-failures.ts';
import { OF_PHONES, PHONE } from './phones.ts';
import { ABSENT, NUMBER_ID, startWhatsapp, TOKEN, whatsappFault } from './whatsapp-stand-in.ts';

function channelTo(url: string, changes: Partial<WhatsappOptions> = {}) {
  return createWhatsappChannel({
    baseUrl: `${url}/v25.0`,
    phoneNumberId: NUMBER_ID,
    token: TOKEN,
    template: 'verification_code',
    language: 'en_US',
    ...changes,
  });
}

async function open(changes: Partial<WhatsappOptions> = {}) {
  const whatsapp = await startWhatsapp();
  const channel = channelTo(whatsapp.url, changes);
  onTestFinished(async () => {
    await channel.close();
    await whatsapp.close();
  });
  return { whatsapp, channel };
}

describeChannel(
  'whatsapp',
  async () => {
    const whatsapp = await startWhatsapp();
    return {
      channel: channelTo(whatsapp.url),
      arrived: async () => whatsapp.messages.map(({ to, code }) => ({ to: [`+${to}`], text: code })),
      breakDown: whatsapp.close,
      close: () => whatsapp.close().catch(() => undefined),
    };
  },
  { ...OF_PHONES, carries: 'code' },
);

describeHttpFailures('whatsapp', {
  start: startWhatsapp,
  open: (url, timeoutMs) => channelTo(url, { timeoutMs }),
});

describe('the request to WhatsApp', () => {
  it('is, to the letter, that of an authentication template with the code twice', async () => {
    const { whatsapp, channel } = await open();
    await channel.deliver(messageOf({ address: PHONE }));
    const body =
      '{"messaging_product":"whatsapp","recipient_type":"individual","to":"12015550123","type":"template",' +
      '"template":{"name":"verification_code","language":{"code":"en_US"},"components":[' +
      '{"type":"body","parameters":[{"type":"text","text":"482913"}]},' +
      '{"type":"button","sub_type":"url","index":"0","parameters":[{"type":"text","text":"482913"}]}]}}';
    expect(whatsapp.received).toEqual([
      {
        method: 'POST',
        path: `/v25.0/${NUMBER_ID}/messages`,
        headers: [
          ['host', new URL(whatsapp.url).host],
          ['connection', 'keep-alive'],
          ['authorization', `Bearer ${TOKEN}`],
          ['content-type', 'application/json'],
          ['content-length', String(body.length)],
        ],
        body: Buffer.from(body),
      },
    ]);
  });

  it.each([
    ['es', 'es_MX'],
    ['es-AR', 'es_MX'],
    ['pt', 'en_US'],
    [undefined, 'en_US'],
  ])('names, for a message in %s, the template in %s', async (language, written) => {
    const { whatsapp, channel } = await open({ languages: { es: 'es_MX', en: 'en_GB' } });
    await channel.deliver(messageOf({ address: PHONE, ...(language !== undefined && { language }) }));
    expect(whatsapp.received[0]?.body.toString()).toContain(`"language":{"code":"${written}"}`);
  });

  it('says, to the letter, what is to come back with reports', async () => {
    const { whatsapp, channel } = await open({ reports: { appSecret: 'a', verifyToken: 'b' } });
    expect(await channel.deliver(messageOf({ address: PHONE, reference: 'k1.abc_D-9' }))).toEqual({
      kind: 'accepted',
    });
    expect(whatsapp.received[0]?.body.toString()).toMatch(/\]}]},"biz_opaque_callback_data":"k1\.abc_D-9"}$/);
  });

  it('has a code of 15 symbols, and is not made for one of 16', async () => {
    const { whatsapp, channel } = await open();
    const of = (code: string) => messageOf({ address: PHONE, code });
    expect(await channel.deliver(of('A23456789012345'))).toEqual({ kind: 'accepted' });
    expect(await channel.deliver(of('A234567890123456'))).toEqual({
      kind: 'refused',
      reason: 'the code has more than 15 symbols',
    });
    expect(whatsapp.received).toHaveLength(1);
  });
});

describe('a refusal of WhatsApp', () => {
  it('is told by its number', async () => {
    const { whatsapp, channel } = await open();
    const delivery = await channel.deliver(messageOf({ address: `+${ABSENT}` }));
    expect(delivery).toEqual({ kind: 'refused', reason: "HTTP 400, provider's number 131026" });
    expect(whatsapp.messages).toEqual([]);
  });

  it('of the token is told by its number', async () => {
    const { channel } = await open({ token: 'another' });
    const delivery = await channel.deliver(messageOf({ address: PHONE }));
    expect(delivery).toEqual({ kind: 'refused', reason: "HTTP 401, provider's number 190" });
  });

  it.each([
    [429, 130429, 'refused'],
    [500, 131000, 'unknown'],
  ])('%i is judged by its status, whatever its number %i', async (status, number, kind) => {
    const { whatsapp, channel } = await open();
    whatsapp.answerWith((_, response) => {
      response.writeHead(status).end(JSON.stringify(whatsappFault(status, number, PHONE).body));
    });
    const reason = `HTTP ${status}, provider's number ${number}`;
    expect(await channel.deliver(messageOf({ address: PHONE }))).toEqual({ kind, reason });
  });
});
