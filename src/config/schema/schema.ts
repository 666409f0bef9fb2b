import * as z from 'zod';
import { refusalSchema } from '../../dialects/refusal-key.ts';
import { pathPattern } from '../../kinds/paths.ts';
import { type SecretSchema, secretOrReference, secretReference } from '../../kinds/secret.ts';
import { duration, entryName, network, publicUrl, size } from '../../kinds/values.ts';
import { BUILT_IN, type Kinds, storeKindIn } from './known-kinds.ts';
import { adminSchema, hasDoor } from './schema-admin.ts';
import { callersSchema } from './schema-caller.ts';
import { eventsSchema } from './schema-events.ts';
import { channelSchema, moduleSchema, storeSchema } from './schema-kinds.ts';
import { limitsSchema } from './schema-limits.ts';
import { listenSchema } from './schema-listen.ts';
import { ruleSchema } from './schema-rule.ts';
import { corsSchema, passthroughSchema, ways } from './schema-upstream.ts';

const required = z
  .boolean()
  .prefault(true)
  .describe('Whether a save is refused where its audit event cannot be written.');
const audit = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none'), required }),
  z.strictObject({
    kind: z.literal('file'),
    path: z.string().min(1).describe('File to which each event is appended as a JSON line.'),
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
      .describe('Bytes of one multipart body kept in memory; the rest waits on the disk.'),
    disk: size.prefault('1GiB').describe('Bytes of bodies waiting on the disk at once; beyond it, 503.'),
    budget: size.prefault('256MiB').describe('Bytes of bodies held at once; beyond it, 503.'),
    ratio: z
      .int()
      .min(10)
      .max(1_000_000)
      .prefault(200)
      .describe('How many times its size a compressed body of a guarded save may unpack to, beyond 64 KiB.'),
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
      'How long a gateway that was asked to stop continues to serve, unready, until load balancers have noticed.',
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
function schemaOf(secret: SecretSchema, kinds: Kinds) {
  return z
    .strictObject({
      $schema: z.string().optional().describe('Where editors find this schema.'),
      version: z.literal(1).describe('Version of the format.'),
      plugins: z
        .array(z.string().min(1))
        .prefault([])
        .describe(
          'Modules with dialects, channels and stores of your own: files, counted from this one, or packages by their names.',
        ),
      workers: z
        .int()
        .min(1)
        .max(64)
        .prefault(1)
        .describe(
          'Processes on the same port, over one store; more than one needs a store that they can share.',
        ),
      listen: listenSchema.prefault({}).describe('Where clients come in.'),
      admin: adminSchema(secret),
      ...ways,
      refusal: refusalSchema
        .optional()
        .describe(
          'The form of refusals, for clients that take another one for a success. Default: that of the dialect.',
        ),
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
      publicUrl: publicUrl
        .optional()
        .describe(
          'Where customers reach this gateway for the pages of rules with "confirm: page": https, or http on this machine.',
        ),
      passthrough: z
        .array(passthroughSchema)
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
      store: storeSchema(secret, kinds).describe('Where ledger rows are kept.'),
      audit: audit.prefault({ kind: 'none' }).describe('Where the audit of countersigned saves is kept.'),
      cors: corsSchema,
      trustedProxies: z
        .array(network)
        .prefault([])
        .describe('Addresses and networks whose X-Forwarded headers are believed.'),
      callers: callersSchema(secret)
        .prefault([])
        .describe(
          "Where callers' names come from: the first source that can verify a name counts; without sources, no caller has a name.",
        ),
      events: eventsSchema(secret)
        .prefault([])
        .describe('Receivers that are told what happens, signed as Standard Webhooks has it.'),
      log: z
        .strictObject({
          level: z
            .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
            .prefault('info')
            .describe('The lowest level that is logged.'),
        })
        .prefault({})
        .describe('Logging.'),
      body: body.prefault({}).describe('What guarded saves may cost.'),
      shutdown: shutdown.prefault({}).describe('How it stops.'),
      hashing: hashing.prefault({}).describe('What checking codes may cost.'),
      limits: limitsSchema
        .prefault({})
        .describe('How often codes may be asked for and guessed, over all rules.'),
      modules: z.record(entryName, moduleSchema(kinds)).describe('The modules of the CRM, by name.'),
      channels: z
        .record(entryName, channelSchema(secret, kinds))
        .describe('The ways in which codes are sent, by name.'),
      rules: z.array(ruleSchema).describe('What needs a code.'),
    })
    .refine(({ admin }) => hasDoor(admin), {
      error: 'has to be given for admin.console, or admin.users: else nobody could be let in',
      path: ['admin', 'token'],
    })
    .refine(({ workers, store }) => workers === 1 || storeKindIn(kinds, store.kind).isShared, {
      error: 'more than one needs a store that they can share: sqlite, redis or postgres',
      path: ['workers'],
    });
}

/** The schema of configuration files. */
export const fileSchema = schemaOf(secretReference, BUILT_IN);

/** The schema of options that come from code: a secret may be a text. */
const optionsSchema = schemaOf(secretOrReference, BUILT_IN);

/** Either of them, with what plug-ins add. */
export function schemaWith(
  kinds: Kinds,
  options: { readonly allowPlainSecrets: boolean },
): typeof optionsSchema {
  const { allowPlainSecrets } = options;
  if (kinds === BUILT_IN) return allowPlainSecrets ? optionsSchema : fileSchema;
  return schemaOf(allowPlainSecrets ? secretOrReference : secretReference, kinds);
}

/** A configuration as it is written: what `createGateway` takes. */
export type ConfigInput = z.input<typeof optionsSchema>;

type RawEntry = Readonly<Record<string, unknown>>;

/** The same with entries of plug-ins in it. */
export type PluginInput = Omit<ConfigInput, 'modules' | 'channels' | 'store'> & {
  readonly modules: Readonly<
    Record<string, ConfigInput['modules'][string] | (RawEntry & { readonly dialect: string })>
  >;
  readonly channels: Readonly<
    Record<string, ConfigInput['channels'][string] | (RawEntry & { readonly kind: string })>
  >;
  readonly store: ConfigInput['store'] | (RawEntry & { readonly kind: string });
};

/** A configuration with its defaults filled in, durations in milliseconds and sizes in bytes. */
export type Decoded = z.output<typeof optionsSchema>;
