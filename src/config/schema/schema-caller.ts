import * as z from 'zod';
import type { SecretSchema } from '../../kinds/secret.ts';
import { httpUrl, pointer } from '../../kinds/values.ts';

/** Where the names of callers come from. */
export function callersSchema(secret: SecretSchema) {
  const jwt = z
    .strictObject({
      jwksUrl: httpUrl.optional().describe('Where the public keys of the issuer are.'),
      secret: secret.optional().describe('The secret of at least 32 bytes by which tokens are signed.'),
      issuer: z.string().min(1).optional().describe('The issuer that a token has to name.'),
      audience: z.string().min(1).optional().describe('The audience that a token has to name.'),
      user: pointer.prefault('/sub').describe("JSON pointer to the caller's name in the claims."),
      role: pointer.optional().describe("JSON pointer to the caller's role in the claims."),
    })
    .refine(({ jwksUrl, secret }) => (jwksUrl === undefined) !== (secret === undefined), {
      error: 'wants exactly one of jwksUrl and secret',
    });
  return z.array(
    z.union(
      [
        z.strictObject({ jwt: jwt.describe('A bearer token that is signed.') }),
        z.strictObject({
          basic: z
            .literal(true)
            .describe(
              'The user of Basic credentials, if the CRM shows the record with these credentials and not without.',
            ),
        }),
        z.strictObject({
          header: z
            .string()
            .regex(/^[A-Za-z0-9-]+$/, { error: 'must be the name of a header: letters, digits and "-"' })
            .describe("Header that holds the caller's name."),
          from: z
            .enum(['trustedProxies'])
            .describe('Who is believed: the proxies of trustedProxies, and nobody else.'),
        }),
      ],
      { error: 'must be { jwt: … }, { basic: true } or { header: NAME, from: trustedProxies }' },
    ),
  );
}
