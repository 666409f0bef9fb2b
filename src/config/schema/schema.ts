import * as z from 'zod';
import { opening, pathPattern } from '../../kinds/paths.ts';
import { type SecretSchema, secretOrReference, secretReference } from '../../kinds/secret.ts';
import { duration, entryName, httpUrl, network, size, webOrigin } from '../../kinds/values.ts';
import { callersSchema } from './schema-caller.ts';
import { channelSchema, isSharedStore, moduleSchema, storeSchema } from './schema-kinds.ts';
import { limitsSchema } from './schema-limits.ts';
import { listener, listenSchema } from './schema-listen.ts';
import { ruleSchema } from './schema-rule.ts';

const upstream = z.strictObject({
  url: httpUrl.describe('Where the CRM is: http or https, with or without a base path.'),
  timeout: duration('100ms', '1h').prefault('30s').describe('How long the CRM may take to answer.'),
  connectTimeout: duration('100ms', '5m')
    .prefault('5s')
    .describe('How long a connection to the CRM may take.'),
  caFile: z
    .string()
    .min(1)
    .optional()
    .describe("Certificates, as PEM, that the CRM's own is checked against."),
  host: z
    .enum(['keep', 'upstream'])
    .prefault('upstream')
    .describe(
      'The Host that the CRM sees: its own, that of url, or with "keep" the one that the client asked for, for a CRM that checks it or builds its links from it.',
    ),
});

const required = z
  .boolean()
  .prefault(true)
  .describe('Whether a save is refused where its audit event cannot be written.');
const audit = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none'), required }),
  z.strictObject({
    kind: z.literal('file'),
    path: z.string().min(1).describe('File to which one JSON line an event is added.'),
    required,
  }),
]);

const body = z
  .strictObject({
    limit: size.prefault('8MiB').describe('Largest body of a guarded save.'),
    timeout: duration('100ms', '10m').prefault('30s').describe('How long a guarded save may take to arrive.'),
    upload: size.prefault('64MiB').describe('Largest multipart body of a guarded save, files included.'),
    memory: size
      .prefault('1MiB')
      .describe('Bytes of one multipart body kept in memory; what is beyond them waits on the disk.'),
    disk: size.prefault('1GiB').describe('Bytes of bodies waiting on the disk at once; beyond it, 503.'),
    budget: size.prefault('256MiB').describe('Bytes of bodies held at once; beyond it, 503.'),
    record: size.prefault('8MiB').describe('Largest stored record that is read.'),
  })
  .refine(({ limit, budget }) => !(limit > budget), {
    error: 'is smaller than limit: no such save could ever pass',
    path: ['budget'],
  });

const shutdown = z.strictObject({
  drainDelay: duration('0s', '10m')
    .prefault('0s')
    .describe(
      'How long a gateway that was asked to stop goes on serving, unready, until load balancers noticed.',
    ),
  timeout: duration('0s', '10m')
    .prefault('30s')
    .describe('How long requests under way may take from then on.'),
});

const hashing = z.strictObject({
  concurrency: z.int().min(1).max(64).prefault(2).describe('Codes hashed at once.'),
  queue: z.int().min(0).max(10_000).prefault(64).describe('How many may wait; beyond it, 503.'),
});

/** The configuration. `secret` says how secrets may be given: by reference in files, as text too in code. */
function schemaOf(secret: SecretSchema) {
  return z
    .strictObject({
      $schema: z.string().optional().describe('Where editors find this schema.'),
      version: z.literal(1).describe('Version of the format.'),
      workers: z
        .int()
        .min(1)
        .max(64)
        .prefault(1)
        .describe(
          'Processes on the same port, over one store; more than one needs a store that they can share.',
        ),
      listen: listenSchema.prefault({}).describe('Where clients come in.'),
      admin: z
        .union(
          [
            z.literal(false),
            listener(9090).extend({
              token: secret
                .optional()
                .describe('Bearer token for what is no probe; without it, only this machine may ask.'),
            }),
          ],
          { error: 'must be false, or a host and a port' },
        )
        .prefault({})
        .describe('Where livez, readyz and metrics are; false for nowhere.'),
      upstream: upstream.describe('The CRM.'),
      mode: z
        .enum(['enforce', 'shadow', 'off'])
        .prefault('enforce')
        .describe(
          'Of all rules and of unmapped writes: "shadow" logs what would be refused and lets it pass, "off" lets all pass unread.',
        ),
      unmappedWrites: z
        .enum(['refuse', 'forward'])
        .prefault('refuse')
        .describe('What happens to a write that no module and no passthrough names.'),
      unmappedReads: z
        .enum(['forward', 'refuse'])
        .prefault('forward')
        .describe(
          'What happens to a read that no module and no passthrough names. "refuse" is for a CRM that saves what a GET brings in its address.',
        ),
      passthrough: z
        .array(opening)
        .prefault([])
        .describe(
          'Paths that always pass: plain segments, * for one, ** at the end for any rest; before them perhaps a method, such as SEARCH /items/*.',
        ),
      websockets: z
        .array(pathPattern)
        .prefault([])
        .describe(
          'Paths whose WebSockets are passed on; what they carry is not read. Patterns as in passthrough.',
        ),
      secret: z
        .union([secret, z.array(secret).min(1)], {
          error: 'must be { env: NAME }, { file: path } or a list of those',
        })
        .describe(
          'The secret of at least 32 bytes that protects codes. A list rotates: the first is used, the others are still accepted.',
        ),
      store: storeSchema(secret).describe('Where ledger rows are kept.'),
      audit: audit.prefault({ kind: 'none' }).describe('Where it is written down who countersigned what.'),
      cors: z
        .strictObject({
          origins: z
            .array(webOrigin)
            .min(1)
            .describe(
              'Origins of pages whose scripts may read our answers, such as https://app.example.com.',
            ),
          credentials: z
            .boolean()
            .prefault(false)
            .describe('Whether such scripts may send cookies and other credentials along.'),
        })
        .optional()
        .describe(
          "For pages of another origin: our own answers carry the headers of CORS, and preflights allow our headers. The CRM's answers keep those that it gives them.",
        ),
      trustedProxies: z
        .array(network)
        .prefault([])
        .describe('Addresses and networks whose X-Forwarded headers are believed.'),
      callers: callersSchema(secret)
        .prefault([])
        .describe(
          "Where callers' names come from: the first source that can verify one is believed; without any, nobody has a name.",
        ),
      log: z
        .strictObject({
          level: z
            .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
            .prefault('info')
            .describe('The least that is logged.'),
        })
        .prefault({})
        .describe('Logging.'),
      body: body.prefault({}).describe('What guarded saves may cost.'),
      shutdown: shutdown.prefault({}).describe('How it stops.'),
      hashing: hashing.prefault({}).describe('What checking codes may cost.'),
      limits: limitsSchema
        .prefault({})
        .describe('How often codes may be asked for and guessed, over all rules.'),
      modules: z.record(entryName, moduleSchema).describe('The modules of the CRM, by name.'),
      channels: z
        .record(entryName, channelSchema(secret))
        .describe('The ways in which codes are sent, by name.'),
      rules: z.array(ruleSchema).describe('What needs a code.'),
    })
    .refine(({ workers, store }) => workers === 1 || isSharedStore(store.kind), {
      error: 'more than one needs a store that they can share: sqlite or redis',
      path: ['workers'],
    });
}

/** The schema of configuration files. */
export const fileSchema = schemaOf(secretReference);

/** The schema of options that come from code: a secret may be a text. */
export const optionsSchema = schemaOf(secretOrReference);

/** A configuration as it is written: what `createGateway` takes. */
export type ConfigInput = z.input<typeof optionsSchema>;

/** A configuration with its defaults filled in, durations in milliseconds and sizes in bytes. */
export type Decoded = z.output<typeof optionsSchema>;
