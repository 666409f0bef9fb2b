import { CountersignError } from '../../core/fault.ts';
import type { Log } from '../../ports.ts';
import { within } from '../../waiting/within.ts';
import { mastersOf, openRedisClient, type RedisClient } from './redis-client.ts';
import { type Examination, examineRedis } from './redis-examine.ts';
import { type CompleteRedisOptions, placeOf } from './redis-options.ts';

/** The way to Redis: used only while it is connected and every server behind it was examined. */
export type RedisLink = {
  /** Connects, where nobody did. `CountersignError('config-invalid')` where Redis may not be used as it is set up. */
  start(): Promise<void>;
  /** Does the work within the command timeout, or fails with `CountersignError('store-unavailable')`. */
  run<T>(work: (client: RedisClient) => Promise<T>): Promise<T>;
  close(): void;
};

type State = 'idle' | 'opening' | 'usable' | 'down';

const SHORTEST_BACKOFF_MS = 50;
const LONGEST_BACKOFF_MS = 2000;

/** The way to this Redis. It connects with its first command, or with `start`. */
export function createRedisLink(options: CompleteRedisOptions, log: Log | undefined): RedisLink {
  const place = placeOf(options);
  const client = openRedisClient(options, backoffMs);
  let state: State = 'idle';
  let settled = Promise.withResolvers<void>();
  let reason = 'it was never reached';
  let refusal: string | undefined;
  let history: string | undefined;
  let failures = 0;
  /** Tells the answers of one connection from those of the next. */
  let connection = 0;
  let closed = false;

  function backoffMs(): number {
    const longest = Math.min(LONGEST_BACKOFF_MS, SHORTEST_BACKOFF_MS * 2 ** failures++);
    return Math.ceil(longest * (0.5 + Math.random() / 2));
  }

  function enter(next: State): void {
    if (next === state) return;
    if (next === 'opening') settled = Promise.withResolvers<void>();
    else settled.resolve();
    if (next === 'down' && state === 'usable' && !closed)
      log?.warn({ place, reason }, 'the connection to Redis was lost');
    if (next === 'usable') log?.info({ place }, 'the ledger on Redis can be used');
    state = next;
  }

  async function examine(): Promise<void> {
    const mine = ++connection;
    try {
      const found = await Promise.all(mastersOf(client).map(examineRedis));
      if (mine !== connection) return;
      judge(found);
      failures = 0;
      enter('usable');
    } catch (error) {
      if (mine !== connection || closed) return;
      reason = messageOf(error);
      enter('down');
      client.disconnect(true);
    }
  }

  function judge(found: readonly Examination[]): void {
    const refused = found.find((one) => one.refusal !== undefined)?.refusal;
    if (refused !== undefined && refused !== refusal)
      log?.error({ place, reason: refused }, 'this Redis may not keep a ledger');
    refusal = refused;
    if (refused !== undefined) throw new Error(refused);
    const seen = found
      .map((one) => one.history)
      .sort()
      .join();
    if (history !== undefined && history !== seen)
      log?.warn({ place }, 'Redis was restarted or failed over; rows that went backwards are refused');
    const { warning } = found.find((one) => one.warning !== undefined) ?? {};
    if (history === undefined && warning !== undefined) log?.warn({ place }, warning);
    history = seen;
  }

  client.on('error', (error: unknown) => {
    reason = messageOf(error);
  });
  client.on('connecting', () => enter('opening'));
  client.on('ready', examine);
  client.on('+node', () => {
    if (state === 'usable') examine();
  });
  client.on('close', () => {
    connection++;
    enter('down');
  });
  // Where ioredis itself gives up.
  client.on('end', () => {
    if (!closed) setTimeout(() => closed || client.connect().catch(() => {}), backoffMs()).unref();
  });

  async function usable(deadline: number): Promise<void> {
    if (state === 'idle' && !closed) {
      enter('opening');
      client.connect().catch(() => {});
    }
    if (state === 'opening') await until(deadline, settled.promise);
    if (state !== 'usable') throw new Error(reason);
  }

  async function run<T>(work: (client: RedisClient) => Promise<T>): Promise<T> {
    const deadline = performance.now() + options.commandTimeoutMs;
    try {
      await usable(deadline);
      return await until(deadline, work(client));
    } catch (error) {
      // Not as its cause: ioredis puts the arguments of the command into it, the password among them.
      throw error instanceof CountersignError ? error : unavailable(place, messageOf(error));
    }
  }

  return {
    run,
    async start() {
      try {
        await run(async () => {});
      } catch (fault) {
        if (refusal !== undefined)
          throw new CountersignError('config-invalid', `the ledger on Redis ${place}: ${refusal}`);
        if (closed) throw fault;
        log?.warn({ place, reason }, 'Redis cannot be reached yet; guarded saves are refused until it can');
      }
    },
    close() {
      if (closed) return;
      closed = true;
      connection++;
      reason = 'it was closed';
      enter('down');
      client.disconnect();
    },
  };
}

/** The fault that every failure of the store is. */
export function unavailable(place: string, why: string): CountersignError {
  return new CountersignError('store-unavailable', `the ledger on Redis ${place} cannot be used: ${why}`);
}

function until<T>(deadline: number, work: Promise<T>): Promise<T> {
  return within(deadline - performance.now(), work, () => {
    throw new Error('it did not answer in time');
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
