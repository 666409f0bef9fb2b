import { isSupportedCountry } from 'libphonenumber-js/max';
import * as z from 'zod';
import type { SecretSource } from './schema-secret.ts';
import { languageTag } from './texts.ts';
import { duration, endpointUrl, httpUrl } from './values.ts';

type Secret = z.ZodType<SecretSource, SecretSource>;

const country = z.string().refine((text) => isSupportedCountry(text), {
  error: 'must be a country of ISO 3166, two capital letters such as BR',
});
const phones = {
  defaultCountry: country
    .optional()
    .describe('Where numbers that are written without a country are at home.'),
  countries: z
    .array(country)
    .min(1)
    .optional()
    .describe(
      'Countries to which messages may go. By default that of defaultCountry, and all where there is none.',
    ),
};
const timeout = duration('100ms', '60s')
  .prefault('5s')
  .describe('How long the provider may take for one message.');
const baseUrl = (preset: string) =>
  httpUrl.prefault(preset).describe('Where the API is; another one for tests.');

const SENDER = /^(?:(?:whatsapp:)?\+[1-9]\d{6,14}|\d{3,8}|(?=.*[A-Za-z])[A-Za-z0-9 _&+-]{1,11})$/;

const contentSid = z.string().regex(/^HX[0-9a-fA-F]{32}$/, { error: 'must be HX and 32 hexadecimal digits' });

/** SMS, or WhatsApp by a content template, over Twilio. */
export function twilioSchema(secret: Secret) {
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
        .describe("An API key in the place of the account's own token."),
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
        .describe('A messaging service in the place of from.'),
      contentSid: contentSid
        .optional()
        .describe('The content template of a WhatsApp message; its one variable is the code.'),
      contentSids: z
        .record(languageTag, contentSid)
        .optional()
        .describe("The same in other languages, by that of the rule's message: { es: HX… }."),
      reports: z
        .strictObject({
          url: endpointUrl
            .refine((url) => !new URL(url).hostname.includes('_'), {
              error: 'has a host with "_", which Twilio does not call',
            })
            .describe('Where Twilio reports, as the public knows it: …/_countersign/reports/<name>.'),
          authToken: secret
            .optional()
            .describe("The account's own token, with which Twilio signs; where there is an API key."),
        })
        .optional()
        .describe('What became of messages is taken in, and shown with the code.'),
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
    .refine(({ contentSid: sid, contentSids }) => sid !== undefined || contentSids === undefined, {
      error: 'goes with contentSid, which is for all other languages',
      path: ['contentSids'],
    });
}

const templateLanguage = z
  .string()
  .regex(/^[a-z]{2,3}(?:_[A-Za-z]{2,4})?$/, { error: 'must be a language such as en_US' });

/** WhatsApp over Meta's Cloud API. */
export function whatsappSchema(secret: Secret) {
  return z.strictObject({
    kind: z.literal('whatsapp'),
    baseUrl: baseUrl('https://graph.facebook.com/v25.0'),
    phoneNumberId: z
      .string()
      .regex(/^\d{1,30}$/, { error: 'must be digits, in quotes' })
      .describe("Meta's id of the number that sends."),
    token: secret.describe('The access token, by reference.'),
    template: z
      .string()
      .regex(/^[a-z0-9_]{1,512}$/, { error: 'must be the name of a template: small letters, digits and "_"' })
      .describe('The approved authentication template, with a button that copies the code.'),
    language: templateLanguage.describe("The template's language."),
    languages: z
      .record(languageTag, templateLanguage)
      .optional()
      .describe("Its other languages, by that of the rule's message: { es: es_MX }."),
    reports: z
      .strictObject({
        appSecret: secret.describe("The app's secret, with which Meta signs, by reference."),
        verifyToken: secret.describe('What is entered at Meta beside the address, by reference.'),
      })
      .optional()
      .describe(
        'What became of messages is taken in at /_countersign/reports/<name>, and shown with the code.',
      ),
    ...phones,
    timeout,
  });
}

/** An endpoint of one's own, with the signature of Standard Webhooks. */
export function webhookSchema(secret: Secret) {
  return z.strictObject({
    kind: z.literal('webhook'),
    url: endpointUrl.describe('Where messages are posted.'),
    secret: z
      .union([secret, z.array(secret).min(1).max(4)], {
        error: 'must be { env: NAME }, { file: path } or a list of those',
      })
      .describe(
        'whsec_ and Base64 of 24 to 64 bytes, by reference. With a list, each signs, so that the receiver can change over.',
      ),
    address: z
      .enum(['email', 'phone', 'opaque'])
      .prefault('phone')
      .describe('What kind of address it takes.'),
    reports: z
      .boolean()
      .prefault(false)
      .describe(
        'Whether what became of messages is taken in at /_countersign/reports/<name>, and shown with the code.',
      ),
    ...phones,
    timeout,
  });
}
