import * as z from 'zod';
import { channelKind } from '../../kinds/kind.ts';
import type { SecretSchema } from '../../kinds/secret.ts';
import { endpointUrl } from '../../kinds/values.ts';
import { isWebhookSecret } from '../../webhooks/signature.ts';
import { adviseUrl, phones, serverAt, timeout } from '../http-settings.ts';
import { createWebhookChannel } from './webhook.ts';

/** Your own endpoint, with the signature of Standard Webhooks. */
export const webhook = channelKind({
  kind: 'webhook',
  schema,
  serverOf: ({ url }) => serverAt(url),
  advise: (settings) => adviseUrl('url', settings.url),
  faultsOf({ secret }) {
    const message = 'must lead to whsec_ and Base64 of 24 to 64 bytes';
    if (typeof secret === 'string') return isKey(secret) ? [] : [{ path: ['secret'], message }];
    return secret.flatMap((key, index) => (isKey(key) ? [] : [{ path: ['secret', index], message }]));
  },
  open: ({ timeout: timeoutMs, secret, ...rest }, { clock, name }) =>
    createWebhookChannel(
      { ...rest, name, secrets: typeof secret === 'string' ? [secret] : secret, timeoutMs },
      clock,
    ),
});

/** An empty one was not found, which is said already. */
const isKey = (text: string) => text === '' || isWebhookSecret(text);

function schema(secret: SecretSchema) {
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
        'Whether reports of what became of messages are accepted at /_countersign/reports/<name>. They are shown with the code.',
      ),
    ...phones,
    timeout,
  });
}
