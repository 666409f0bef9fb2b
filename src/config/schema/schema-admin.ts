import * as z from 'zod';
import type { SecretSchema } from '../../kinds/secret.ts';
import { duration, host } from '../../kinds/values.ts';
import { listener } from './schema-listen.ts';

const radar = z
  .strictObject({
    asked: z
      .int()
      .min(1)
      .max(100_000)
      .prefault(10)
      .describe('Codes asked for in 24 hours, from which on the share counts.'),
    entered: z
      .number()
      .min(0)
      .max(1)
      .prefault(0.2)
      .describe('The share of them that is entered at least; with less, the caller or country is flagged.'),
    within: duration('0s', '10m')
      .prefault('5s')
      .describe('A code that is entered sooner after it was sent than this flags its caller.'),
    records: z
      .int()
      .min(2)
      .max(200)
      .prefault(3)
      .describe('Records that one address confirms in 24 hours, from which on it is flagged.'),
  })
  .prefault({})
  .describe('From when on the radar of the console flags a caller, an address or a country.');

/** The admin listener, and the console on it. */
export function adminSchema(secret: SecretSchema) {
  return z
    .union(
      [
        z.literal(false),
        listener(9090).extend({
          token: secret
            .optional()
            .describe(
              'Bearer token for what is no probe, and to log in to the console; without it, only this machine may ask.',
            ),
          console: z
            .boolean()
            .prefault(false)
            .describe(
              'Whether the console is at /console. It shows and changes nothing, and wants token or users.',
            ),
          hosts: z
            .array(host)
            .prefault([])
            .describe(
              'Names under which the console may be called, beside host, 127.0.0.1, localhost and [::1].',
            ),
          users: z
            .strictObject({
              header: z
                .string()
                .regex(/^[A-Za-z0-9-]+$/, { error: 'must be the name of a header: letters, digits and "-"' })
                .describe('Header that holds the name of who asks.'),
              from: z
                .enum(['trustedProxies'])
                .describe('Who is believed: the proxies of trustedProxies, and nobody else.'),
            })
            .optional()
            .describe('Whom a trusted proxy names is let in to the console.'),
          radar,
        }),
      ],
      { error: 'must be false, or a host and a port' },
    )
    .prefault({})
    .describe('Where livez, readyz, metrics and the console are; false for nowhere.');
}

/** Whether somebody could be let in to the console, where there is one. */
export function hasDoor(admin: z.output<ReturnType<typeof adminSchema>>): boolean {
  return admin === false || !admin.console || admin.token !== undefined || admin.users !== undefined;
}
