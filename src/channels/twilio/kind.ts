import * as z from 'zod';
import { channelKind } from '../../kinds/kind.ts';
import type { SecretSchema } from '../../kinds/secret.ts';
import { endpointUrl, languageTag } from '../../kinds/values.ts';
import { adviseUrl, baseUrl, phones, serverAt, timeout } from '../http-settings.ts';
import { createTwilioChannel } from './twilio.ts';

/** SMS, or WhatsApp by a content template, over Twilio. */
export const twilio = channelKind({
  kind: 'twilio',
  schema,
  serverOf: ({ baseUrl }) => serverAt(baseUrl),
  advise(settings, name) {
    const advice = adviseUrl('baseUrl', settings.baseUrl);
    const taken = `/_countersign/reports/${name}`;
    const { reports } = settings;
    // Behind a proxy an address may be another one; mostly it is a typing error, and then no report would ever come.
    if (!reports || new URL(reports.url).pathname.endsWith(taken)) return advice;
    const message = `does not end with ${taken}, where reports are taken in`;
    return [...advice, { path: ['reports', 'url'], message }];
  },
  open({ timeout: timeoutMs, authToken, reports, ...rest }, { clock }) {
    const signing = reports && { url: reports.url, authToken: reports.authToken ?? authToken };
    return createTwilioChannel(
      { ...rest, authToken, ...(signing && { reports: signing }), timeoutMs },
      clock,
    );
  },
});

const SENDER = /^(?:(?:whatsapp:)?\+[1-9]\d{6,14}|\d{3,8}|(?=.*[A-Za-z])[A-Za-z0-9 _&+-]{1,11})$/;

const voiceLanguage = z
  .string()
  .regex(/^[a-z]{2,3}(?:-[A-Za-z0-9]{2,4}){0,2}$/, { error: 'must be a language such as en-US' });

const contentSid = z.string().regex(/^HX[0-9a-fA-F]{32}$/, { error: 'must be HX and 32 hexadecimal digits' });

function schema(secret: SecretSchema) {
  return z
    .strictObject({
      kind: z.literal('twilio'),
      baseUrl: baseUrl('https://api.twilio.com'),
      accountSid: z
        .string()
        .regex(/^AC[0-9a-fA-F]{32}$/, { error: 'must be AC and 32 hexadecimal digits' })
        .describe('The account.'),
      apiKeySid: z
        .string()
        .regex(/^SK[0-9a-fA-F]{32}$/, { error: 'must be SK and 32 hexadecimal digits' })
        .optional()
        .describe("An API key instead of the account's own token."),
      authToken: secret.describe("The account's token, or the API key's secret, by reference."),
      from: z
        .string()
        .regex(SENDER, {
          error: 'must be a number such as +15017122661, a short code, a name, or whatsapp:+…',
        })
        .optional()
        .describe('Who sends: a number, a short code, a name of up to 11 symbols, or whatsapp:+….'),
      messagingServiceSid: z
        .string()
        .regex(/^MG[0-9a-fA-F]{32}$/, { error: 'must be MG and 32 hexadecimal digits' })
        .optional()
        .describe('A messaging service, instead of from.'),
      contentSid: contentSid
        .optional()
        .describe('The content template of a WhatsApp message; its one variable is the code.'),
      contentSids: z
        .record(languageTag, contentSid)
        .optional()
        .describe("The same in other languages, by that of the rule's message: { es: HX… }."),
      voice: z
        .strictObject({
          language: voiceLanguage
            .prefault('en-US')
            .describe('The language of the call, as Twilio writes it.'),
          languages: z
            .record(languageTag, voiceLanguage)
            .prefault({})
            .describe("Others, by that of the rule's message: { es: es-MX }."),
        })
        .optional()
        .describe('The message is read out in a call, twice, its code symbol by symbol.'),
      reports: z
        .strictObject({
          url: endpointUrl
            .refine((url) => !new URL(url).hostname.includes('_'), {
              error: 'has a host with "_", which Twilio does not call',
            })
            .describe('Where Twilio reports, as the public knows it: …/_countersign/reports/<name>.'),
          authToken: secret
            .optional()
            .describe("The account's own token, with which Twilio signs; needed with an API key."),
        })
        .optional()
        .describe('How reports of what became of messages are read. They are shown with the code.'),
      ...phones,
      timeout,
    })
    .refine(
      ({ apiKeySid, reports }) => !reports || (apiKeySid === undefined) === (reports.authToken === undefined),
      { error: 'goes with apiKeySid, and that with it', path: ['reports', 'authToken'] },
    )
    .refine(({ from, messagingServiceSid }) => (from === undefined) !== (messagingServiceSid === undefined), {
      error: 'wants exactly one of from and messagingServiceSid',
      path: ['from'],
    })
    .refine(({ from, contentSid }) => (from ?? '').startsWith('whatsapp:') === (contentSid !== undefined), {
      error: 'goes with a from of whatsapp:+…, and that with it',
      path: ['contentSid'],
    })
    .refine(({ voice, from = '', contentSid: sid }) => !voice || (/^\+/.test(from) && sid === undefined), {
      error: 'goes with a from that is a number, and without contentSid',
      path: ['voice'],
    })
    .refine(({ voice, reports }) => !voice || !reports, {
      error: 'are of messages, not of calls',
      path: ['reports'],
    })
    .refine(({ contentSid: sid, contentSids }) => sid !== undefined || contentSids === undefined, {
      error: 'goes with contentSid, which is for all other languages',
      path: ['contentSids'],
    });
}
