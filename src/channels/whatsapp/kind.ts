import * as z from 'zod';
import { channelKind } from '../../kinds/kind.ts';
import type { SecretSchema } from '../../kinds/secret.ts';
import { languageTag } from '../../kinds/values.ts';
import { adviseUrl, baseUrl, phones, serverAt, timeout } from '../http-settings.ts';
import { createWhatsappChannel } from './whatsapp.ts';

/** WhatsApp over Meta's Cloud API. */
export const whatsapp = channelKind({
  kind: 'whatsapp',
  schema,
  serverOf: ({ baseUrl }) => serverAt(baseUrl),
  longestCode: 15,
  advise: (settings) => adviseUrl('baseUrl', settings.baseUrl),
  open({ timeout: timeoutMs, token, reports, ...rest }) {
    const verified = reports && { appSecret: reports.appSecret, verifyToken: reports.verifyToken };
    return createWhatsappChannel({ ...rest, token, ...(verified && { reports: verified }), timeoutMs });
  },
});

const templateLanguage = z
  .string()
  .regex(/^[a-z]{2,3}(?:_[A-Za-z]{2,4})?$/, { error: 'must be a language such as en_US' });

function schema(secret: SecretSchema) {
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
        verifyToken: secret.describe('The token that you enter at Meta beside the address, by reference.'),
      })
      .optional()
      .describe(
        'How reports of what became of messages are read, at /_countersign/reports/<name>. They are shown with the code.',
      ),
    ...phones,
    timeout,
  });
}
