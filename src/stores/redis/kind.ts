import * as z from 'zod';
import { storeKind } from '../../kinds/kind.ts';
import type { SecretSchema } from '../../kinds/secret.ts';
import { duration, host, port } from '../../kinds/values.ts';
import { lateStore } from '../late-store.ts';

/** Redis 6.2 or later: one server, Sentinel or a cluster. */
export const redis = storeKind({
  kind: 'redis',
  isShared: true,
  schema,
  open(settings, { log }) {
    const {
      kind: _,
      url,
      sentinels,
      name = '',
      nodes = [],
      tls,
      username,
      password,
      commandTimeout,
      wait,
      ...rest
    } = settings;
    const place = url !== undefined ? { url } : sentinels !== undefined ? { sentinels, name } : { nodes };
    const login = {
      ...(username !== undefined && { username }),
      ...(password !== undefined && { password }),
    };
    const options = {
      ...place,
      ...login,
      ...rest,
      commandTimeoutMs: commandTimeout,
      waitMs: wait,
      ...(tls && { tls: {} }),
    };
    return lateStore(async () => (await import('./redis.ts')).createRedisStore(options, log));
  },
});

const address = z.strictObject({
  host: host.describe('Name or address of a server.'),
  port: port.describe('Its port.'),
});

const redisUrl = z.string().regex(/^rediss?:\/\/[^/@]+(?:\/\d+)?$/i, {
  error:
    'must be redis://host:port or rediss://host:port, without user and password; those have keys of their own',
});

function schema(secret: SecretSchema) {
  return z
    .strictObject({
      kind: z.literal('redis'),
      url: redisUrl.optional().describe('One server: redis://host:port, or rediss:// for TLS.'),
      sentinels: z.array(address).min(1).optional().describe('Sentinels that know the server, under "name".'),
      name: z.string().min(1).optional().describe('What the Sentinels call the master.'),
      nodes: z.array(address).min(1).optional().describe('Some nodes of a cluster.'),
      username: z.string().min(1).optional().describe('User of the server.'),
      password: secret.optional().describe('Password of the server.'),
      tls: z.boolean().prefault(false).describe('TLS to Sentinels and nodes; a url says so by rediss://.'),
      keyPrefix: z
        .string()
        .min(1)
        .max(100)
        .prefault('countersign:')
        .describe('Comes before each key. Gateways with the same prefix share a ledger.'),
      commandTimeout: duration('100ms', '30s')
        .prefault('1s')
        .describe('How long any call may take before guarded saves are answered 503.'),
      minReplicas: z
        .int()
        .min(0)
        .max(16)
        .prefault(0)
        .describe('Replicas that must have acknowledged a step before it counts.'),
      wait: duration('10ms', '10s')
        .prefault('500ms')
        .describe('How long to wait for them; less than commandTimeout.'),
    })
    .refine(({ url, sentinels, nodes }) => [url, sentinels, nodes].filter(Boolean).length === 1, {
      error: 'wants exactly one of url, sentinels and nodes',
      path: ['url'],
    })
    .refine(({ sentinels, name }) => (sentinels === undefined) === (name === undefined), {
      error: 'goes with sentinels',
      path: ['name'],
    })
    .refine(({ wait, commandTimeout }) => wait < commandTimeout, {
      error: 'must be less than commandTimeout',
      path: ['wait'],
    });
}
