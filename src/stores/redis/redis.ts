import type { StoredRow } from '../../core/ledger/stored-row.ts';
import type { LedgerStore, Log } from '../../ports.ts';
import { type RedisClient, TOUCH_STEP } from './redis-client.ts';
import { createFence } from './redis-fence.ts';
import { createRedisLink, unavailable } from './redis-link.ts';
import { completeRedisOptions, placeOf, type RedisOptions } from './redis-options.ts';

/** A ledger that can be started before it is used. */
export type RedisStore = LedgerStore & {
  /**
   * Connects before the first call does. Resolves where Redis cannot be reached (yet); `CountersignError('config-invalid')` where it
   * was reached and would lose rows.
   */
  start(): Promise<void>;
};

/**
 * A ledger on Redis, for gateways on several machines: one server, Sentinel or a cluster. A gateway starts while Redis is down
 * and recovers by itself; until then every call is `store-unavailable` within the command timeout. Codes live by the server's
 * time. What a failover can do, and what `minReplicas` closes, is in `docs/operations/store.md`.
 *
 * A step whose answer was lost, or that too few replicas acknowledged, is `store-unavailable` and may have been stored all the
 * same. It is never tried again, and each step of `core/ledger/` is safe both ways, because the gate goes on only after a yes:
 *
 * - `charge`: the code is not compared. Stored, it costs the caller an attempt.
 * - `refund`: not stored, the attempt stays paid.
 * - `fail`: not stored, but the attempts are used up, and the standing says so.
 * - `redeem`: the save is not forwarded. Stored, the code is claimed, and then held, for the identical save only.
 * - `settle`, `unclaim`: not stored, the claim runs out and the code is held for the identical save only.
 * - `issue`, `repeat`, `readdress`: the message is not sent. Stored, a code lives that nobody knows, and its send counts.
 * - `reported`: not stored, the provider is answered 503 and reports again. Stored, it changes nothing but what is shown.
 * - `undeliver`, `returnSend`: not stored, a code lives that nobody received, and its send counts.
 */
export function createRedisStore(options: RedisOptions, log?: Log): RedisStore {
  const complete = completeRedisOptions(options);
  const { keyPrefix, minReplicas, waitMs } = complete;
  const place = placeOf(complete);
  const link = createRedisLink(complete, log);
  const fence = createFence();

  /**
   * WAIT counts the replicas that have what *this connection* wrote last, so the row's version is written again with it: it comes
   * after the step in the server's history, and its key leads to the row's node in a cluster. Where the step is not there any
   * more, this is not the history that it went into: another server took over. https://redis.io/docs/latest/commands/wait/
   */
  async function awaitReplicas(client: RedisClient, key: string, version: number): Promise<void> {
    const replies = await client
      .pipeline()
      .eval(TOUCH_STEP, 1, key, version)
      .wait(minReplicas, waitMs)
      .exec();
    const [[touchError, touched] = [], [waitError, acknowledged] = []] = replies ?? [];
    const error = touchError ?? waitError;
    if (error) throw error;
    if (touched !== 1) throw unavailable(place, 'a step was gone right after it was stored');
    if (Number(acknowledged) < minReplicas)
      throw unavailable(place, `${acknowledged} of ${minReplicas} replicas acknowledged a step`);
  }

  return {
    start: () => link.start(),
    find(key) {
      return link.run(async (client) => {
        const before = fence.recall(key);
        const [seconds, microseconds, text] = await client.findRow(keyPrefix + key);
        const now = millisecondsOf(seconds, microseconds);
        const row = text === null ? undefined : (JSON.parse(text) as StoredRow);
        if (!fence.isCredible(row, now, before)) {
          log?.warn(
            { place, key },
            'a row went back to an earlier version; it is refused until its code has expired',
          );
          throw unavailable(place, 'a row went back to an earlier version');
        }
        if (row) fence.remember(row, before);
        else if (fence.recall(key) === before) fence.forget(key);
        return { row, now };
      });
    },
    replace(next, expected) {
      return link.run(async (client) => {
        const key = keyPrefix + next.key;
        const before = fence.recall(next.key);
        const text = JSON.stringify(next);
        const stored = await client.replaceRow(key, expected, next.version, text, next.purgeAt);
        if (stored !== 1) return false;
        if (minReplicas > 0) await awaitReplicas(client, key, next.version);
        fence.remember(next, before);
        return true;
      });
    },
    /** Redis removes the rows by itself; what is counted is how many of those that this process saw are over. */
    purge() {
      return link.run(async (client) => {
        const [seconds, microseconds] = await client.time();
        return fence.prune(millisecondsOf(seconds, microseconds));
      });
    },
    async close() {
      link.close();
    },
  };
}

/** The answer to TIME as milliseconds since 1970. */
function millisecondsOf(seconds: string | number = 0, microseconds: string | number = 0): number {
  return Number(seconds) * 1000 + Math.floor(Number(microseconds) / 1000);
}
