import { CountersignError } from '../../core/fault.ts';

/** Where one server listens. */
export type RedisAddress = { readonly host: string; readonly port: number };

/** Where the ledger is: one server, whatever server Sentinel names, or a cluster. */
export type RedisPlace =
  /** `redis://[user[:password]@]host[:port][/database]`, or `rediss://` for TLS. */
  | { readonly url: string }
  | {
      readonly sentinels: readonly RedisAddress[];
      /** What the Sentinels call the master. */
      readonly name: string;
      readonly sentinelUsername?: string;
      readonly sentinelPassword?: string;
    }
  /** Some nodes of the cluster; the others are found through them. */
  | { readonly nodes: readonly RedisAddress[] };

/** PEM texts. Given for Sentinel, they are for the Sentinels too. `{}` is TLS with the machine's own authorities. */
export type RedisTls = {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly serverName?: string;
};

/** What goes for a Redis wherever it is. */
export type RedisSettings = {
  readonly tls?: RedisTls;
  readonly username?: string;
  readonly password?: string;
  /** Comes before each key. Gateways with the same prefix share a ledger. */
  readonly keyPrefix?: string;
  /** How long any call may take before it is `store-unavailable`. */
  readonly commandTimeoutMs?: number;
  /** How many replicas must have acknowledged a step before it counts. */
  readonly minReplicas?: number;
  /** How long to wait for them; less than `commandTimeoutMs`. */
  readonly waitMs?: number;
};

/** How a Redis is reached, and what it has to promise. */
export type RedisOptions = RedisPlace & RedisSettings;

type Defaulted = 'keyPrefix' | 'commandTimeoutMs' | 'minReplicas' | 'waitMs';
/** The options with their defaults. */
export type CompleteRedisOptions = RedisPlace &
  Omit<RedisSettings, Defaulted> &
  Required<Pick<RedisSettings, Defaulted>>;

/** The options with their defaults. `CountersignError('config-invalid')` where they contradict each other. */
export function completeRedisOptions(options: RedisOptions): CompleteRedisOptions {
  const complete = {
    keyPrefix: 'countersign:',
    commandTimeoutMs: 1000,
    minReplicas: 0,
    waitMs: 500,
    ...options,
  };
  const { commandTimeoutMs, minReplicas, waitMs } = complete;
  if (!Number.isInteger(minReplicas) || minReplicas < 0)
    throw invalid(`minReplicas is ${minReplicas}: it is the number of replicas that must acknowledge a step`);
  // WAIT 0 waits for ever: https://redis.io/docs/latest/commands/wait/
  if (!(Number.isInteger(waitMs) && waitMs > 0 && waitMs < commandTimeoutMs))
    throw invalid(`waitMs is ${waitMs}: it must be above 0 and below commandTimeoutMs, ${commandTimeoutMs}`);
  if ('url' in options && !/^rediss?:\/\/[^/]/i.test(options.url))
    throw invalid('url must begin with redis:// or rediss:// and name a host');
  if ('nodes' in options && options.nodes.length === 0) throw invalid('nodes names no node of the cluster');
  if ('sentinels' in options && options.sentinels.length === 0) throw invalid('sentinels names no Sentinel');
  return complete;
}

/** The place for messages: never with a password. */
export function placeOf(place: RedisPlace): string {
  if ('url' in place) return URL.parse(place.url)?.host ?? 'by url';
  if ('sentinels' in place) return `${place.name} by Sentinel ${listOf(place.sentinels)}`;
  return `cluster ${listOf(place.nodes)}`;
}

function listOf(addresses: readonly RedisAddress[]): string {
  return addresses.map(({ host, port }) => `${host}:${port}`).join(', ');
}

function invalid(problem: string): CountersignError {
  return new CountersignError('config-invalid', `the Redis store: ${problem}`);
}
