import { Cluster, Redis, type Result, type RedisOptions as ServerOptions } from 'ioredis';
import type { CompleteRedisOptions, RedisAddress, RedisTls } from './redis-options.ts';

declare module 'ioredis' {
  interface RedisCommander<Context> {
    findRow(key: string): Result<[seconds: string, microseconds: string, row: string | null], Context>;
    replaceRow(
      key: string,
      expected: number,
      version: number,
      row: string,
      purgeAt: number,
    ): Result<number, Context>;
  }
}

/** What of a client of Redis is used. */
export type RedisClient = Redis | Cluster;

/**
 * The row is a hash of its version and its text under one key, so it is in one slot. A script runs alone, so both are atomic.
 * ioredis sends them by their digest, and in full again where the server forgot them (NOSCRIPT), which means that nothing ran.
 */
const scripts = {
  /** The server's time comes with the row: codes live by it. */
  findRow: {
    numberOfKeys: 1,
    lua: `
      local time = redis.call('TIME')
      return { time[1], time[2], redis.call('HGET', KEYS[1], 'row') }`,
  },
  replaceRow: {
    numberOfKeys: 1,
    lua: `
      if (redis.call('HGET', KEYS[1], 'version') or '0') ~= ARGV[1] then return 0 end
      redis.call('HSET', KEYS[1], 'version', ARGV[2], 'row', ARGV[3])
      redis.call('PEXPIREAT', KEYS[1], ARGV[4])
      return 1`,
  },
};

/**
 * Writes the version of a row again that has come at least as far as this step; gives 0 where it has not. In full each time: a
 * pipeline would first ask which scripts the server knows.
 */
export const TOUCH_STEP = `
  local version = redis.call('HGET', KEYS[1], 'version') or '0'
  if tonumber(version) < tonumber(ARGV[1]) then return 0 end
  redis.call('HSET', KEYS[1], 'version', version)
  return 1`;

const LONGEST_GOODBYE_MS = 200;

/**
 * A client that connects when it is told to, reconnects for ever after `backoffMs`, keeps no queue while it is not connected
 * and sends nothing twice: a step whose answer was lost may have been stored, and it is not this client that knows.
 */
export function openRedisClient(options: CompleteRedisOptions, backoffMs: () => number): RedisClient {
  const { commandTimeoutMs, tls, username, password } = options;
  const server = {
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(tls === undefined ? {} : { tls: tlsOf(tls) }),
    connectionName: 'countersign',
    disableClientInfo: true,
    connectTimeout: commandTimeoutMs,
    commandTimeout: commandTimeoutMs,
    // A server that stopped answering is left, not waited for: another one may have taken its place.
    socketTimeout: commandTimeoutMs,
    disconnectTimeout: LONGEST_GOODBYE_MS,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    // The server became a replica: https://redis.io/docs/latest/operate/oss_and_stack/management/sentinel/ ("1": the command is not resent).
    reconnectOnError: (error: Error) => (/READONLY|UNBLOCKED/.test(error.message) ? 1 : false),
  } satisfies ServerOptions;
  const once = { lazyConnect: true, enableOfflineQueue: false, scripts };

  if ('nodes' in options) {
    return new Cluster(options.nodes.map(addressOf), {
      ...once,
      redisOptions: server,
      clusterRetryStrategy: backoffMs,
      slotsRefreshTimeout: commandTimeoutMs,
      // 0: a command whose connection was lost is not sent again.
      retryDelayOnFailover: 0,
      // Certificates name hosts: https://github.com/redis/ioredis#special-note-aws-elasticache-clusters-with-tls
      ...(tls === undefined ? {} : { dnsLookup: (address, found) => found(null, address) }),
    });
  }
  if ('url' in options) return new Redis(options.url, { ...server, ...once, retryStrategy: backoffMs });
  const { sentinels, name, sentinelUsername, sentinelPassword } = options;
  return new Redis({
    ...server,
    ...once,
    sentinels: sentinels.map(addressOf),
    name,
    ...(sentinelUsername === undefined ? {} : { sentinelUsername }),
    ...(sentinelPassword === undefined ? {} : { sentinelPassword }),
    ...(tls === undefined ? {} : { enableTLSForSentinelMode: true, sentinelTLS: tlsOf(tls) }),
    sentinelCommandTimeout: commandTimeoutMs,
    sentinelRetryStrategy: backoffMs,
    sentinelReconnectStrategy: backoffMs,
    failoverDetector: true,
    retryStrategy: backoffMs,
  });
}

/** The servers that hold rows. */
export function mastersOf(client: RedisClient): readonly Redis[] {
  return client instanceof Cluster ? client.nodes('master') : [client];
}

function tlsOf({ serverName, ...pem }: RedisTls): object {
  return serverName === undefined ? pem : { ...pem, servername: serverName };
}

function addressOf({ host, port }: RedisAddress): RedisAddress {
  return { host, port };
}
