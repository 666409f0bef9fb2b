import * as z from 'zod';
import { channelKind } from '../../kinds/kind.ts';
import type { SecretSchema } from '../../kinds/secret.ts';
import { pointer } from '../../kinds/values.ts';
import { adviseUrl, phones, serverAt, timeout } from '../http-settings.ts';
import { bodySchema, textsOf } from './body.ts';
import { conditions } from './condition.ts';
import { createHttpChannel } from './http.ts';
import { PLACES, placesIn, withPlacesAs } from './places.ts';

/** Any provider's HTTP API, described in the configuration. */
export const http = channelKind({
  kind: 'http',
  schema,
  serverOf: ({ url }) => serverAt(withPlacesAs(url, 'x')),
  advise: ({ url }) => adviseUrl('url', withPlacesAs(url, '')),
  open({ kind: _, timeout: timeoutMs, auth, body, reports, secrets, ...rest }, { clock }) {
    const basic = auth?.basic && Buffer.from(`${auth.basic.user}:${auth.basic.password}`).toString('base64');
    const authorization = auth?.bearer !== undefined ? `Bearer ${auth.bearer}` : basic && `Basic ${basic}`;
    const settings = {
      ...rest,
      secrets,
      timeoutMs,
      ...(authorization !== undefined && { authorization }),
      ...(body && { body }),
      ...(reports && { reports: { ...reports, secret: reports.secret } }),
    };
    return createHttpChannel(settings, clock);
  },
});

const address = z
  .string()
  .regex(/^https?:\/\/[^/\s?#@{}\\]+\//i, {
    error: 'must be a URL such as https://api.sms.test/v1/messages, without places in its host',
  })
  .refine((text) => URL.canParse(withPlacesAs(text, 'x')) && !/[\s#\\]/.test(withPlacesAs(text, '')), {
    error: 'must be a URL, without blanks and without a fragment',
  });

const headerName = z
  .string()
  .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, { error: 'must be the name of a header' });
const secretName = z.string().regex(/^\w{1,64}$/, { error: 'must be of letters, digits and "_"' });

function schema(secret: SecretSchema) {
  return z
    .strictObject({
      kind: z.literal('http'),
      url: address.describe('Where a message goes; places in it are percent-encoded.'),
      method: z.enum(['POST', 'PUT', 'GET']).prefault('POST').describe('How; a GET has no body.'),
      auth: z
        .strictObject({
          bearer: secret.optional().describe('A token, by reference.'),
          basic: z
            .strictObject({
              user: z.string().min(1).describe('The user name.'),
              password: secret.describe('The password, by reference.'),
            })
            .optional()
            .describe('A user name and a password.'),
        })
        .refine(({ bearer, basic }) => (bearer === undefined) !== (basic === undefined), {
          error: 'wants exactly one of bearer and basic',
        })
        .optional()
        .describe('The header Authorization.'),
      headers: z
        .record(headerName, z.string())
        .prefault({})
        .describe('Further headers; line breaks in values are removed.'),
      secrets: z
        .record(secretName, secret)
        .prefault({})
        .describe('Secrets for the places {{secret.NAME}}, by reference.'),
      body: bodySchema.optional().describe('What is sent.'),
      address: z
        .enum(['phone', 'email', 'opaque'])
        .prefault('phone')
        .describe('What kind of address it takes.'),
      accepted: conditions
        .prefault({ status: '2xx' })
        .describe('Answers that mean that the provider accepted the message. Checked first.'),
      refused: conditions
        .prefault({ status: ['3xx', '4xx'] })
        .describe(
          'Answers that mean that the provider did not accept the message. After any other answer, the message may have arrived.',
        ),
      reports: z
        .strictObject({
          secret: secret.describe('With which the provider signs: HMAC-SHA-256 over the body, by reference.'),
          header: headerName.describe('The header that has the signature.'),
          id: pointer.describe("JSON pointer to the message's {{id}}."),
          status: pointer.describe('JSON pointer to its status.'),
          statuses: z
            .record(z.string(), z.enum(['sent', 'delivered', 'read', 'undelivered', 'failed']))
            .describe("What the provider's statuses mean."),
        })
        .optional()
        .describe(
          'How reports of what became of messages are read, at /_countersign/reports/<name>. They are shown with the code.',
        ),
      ...phones,
      timeout,
    })
    .refine(({ method, body }) => (method === 'GET') === (body === undefined), {
      error: 'goes with POST and PUT, and those with it',
      path: ['body'],
    })
    .superRefine((settings, context) => {
      const known: readonly string[] = [
        ...PLACES,
        ...Object.keys(settings.secrets).map((name) => `secret.${name}`),
      ];
      const texts = {
        url: [settings.url],
        headers: Object.values(settings.headers),
        body: textsOf(settings.body?.json ?? settings.body?.form),
      };
      for (const [key, some] of Object.entries(texts))
        for (const name of some.flatMap(placesIn))
          if (!known.includes(name))
            context.addIssue({
              code: 'custom',
              path: [key],
              message: `has {{${name}}}, which is unknown; known are ${known.join(', ')}`,
            });
    });
}
