import * as z from 'zod';
import { HAPPENINGS } from '../../core/verdict/happening.ts';
import type { SecretSchema } from '../../kinds/secret.ts';
import { endpointUrl } from '../../kinds/values.ts';

/** Who is told what happens. `secret` says how secrets may be given. */
export function eventsSchema(secret: SecretSchema) {
  return z
    .array(
      z.strictObject({
        url: endpointUrl.describe('Where events are posted. A receiver is known by it.'),
        secret: z
          .union([secret, z.array(secret).min(1).max(4)], {
            error: 'must be { env: NAME }, { file: path } or a list of those',
          })
          .describe(
            'whsec_ and Base64 of 24 to 64 bytes, by reference. With a list, each signs, so that the receiver can change over.',
          ),
        on: z
          .array(z.enum(HAPPENINGS))
          .min(1)
          .optional()
          .describe('What it is told; everything where this is left out.'),
      }),
    )
    .max(10);
}
