import * as z from 'zod';
import { cleanAddress } from '../../core/rule/recipient.ts';
import { channelKind } from '../../kinds/kind.ts';
import { isLoopback } from '../../kinds/loopback.ts';
import type { SecretSchema } from '../../kinds/secret.ts';
import { duration, host, port } from '../../kinds/values.ts';
import { createSmtpChannel } from './smtp.ts';

/** Mail over your own server. */
export const smtp = channelKind({
  kind: 'smtp',
  schema,
  advise({ host: server, secure, requireTls, user }) {
    const isSafe = secure || (requireTls ?? user !== undefined);
    const message = 'codes may travel in clear to the mail server: set requireTls or secure';
    return isSafe || isLoopback(server) ? [] : [{ path: ['requireTls'], message }];
  },
  placeOf: ({ host: server, port: at }) => ({ host: server, port: at }),
  open: ({ timeout: timeoutMs, password, ...rest }) =>
    createSmtpChannel({ ...rest, ...(password !== undefined && { password }), timeoutMs }),
});

function schema(secret: SecretSchema) {
  return z
    .strictObject({
      kind: z.literal('smtp'),
      host: host.describe('The mail server.'),
      port: port.min(1).describe('Its port: 587 for submission with STARTTLS, 465 for TLS from the start.'),
      secure: z.boolean().prefault(false).describe('TLS from the first byte on.'),
      requireTls: z
        .boolean()
        .optional()
        .describe(
          'Refuse to send where the server offers no STARTTLS. By default where there is a password to protect.',
        ),
      user: z.string().min(1).optional().describe('User name at the mail server.'),
      password: secret.optional().describe('Password at the mail server, by reference.'),
      from: z
        .string()
        .max(320)
        .refine(isSender, { error: 'must be one address, "codes@acme.test" or "Acme <codes@acme.test>"' })
        .describe('The sender, with or without a name.'),
      origin: z
        .string()
        .regex(/^https:\/\/[^/?#\s"]+$/, { error: 'must be an origin such as https://crm.acme.test' })
        .optional()
        .describe('The https origin on which codes are entered: mail programs then fill them in there.'),
      timeout: duration('100ms', '60s')
        .prefault('5s')
        .describe('How long the mail server may take for one message.'),
    })
    .refine(({ user, password }) => (user === undefined) === (password === undefined), {
      error: 'user and password belong together: one of them is missing',
    });
}

function isSender(text: string): boolean {
  const address = /^[^<>\r\n]*<([^<>\s]+)>$/.exec(text)?.[1] ?? text;
  return !/[\r\n]/.test(text) && cleanAddress(address, 'email') !== undefined;
}
