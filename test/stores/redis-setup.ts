import type { Row } from '../../src/core/ledger/row.ts';
import type { StoredRow } from '../../src/core/ledger/stored-row.ts';
import type { Log } from '../../src/ports.ts';
import { createRedisStore, type RedisStore } from '../../src/stores/redis/redis.ts';
import type { RedisOptions } from '../../src/stores/redis/redis-options.ts';
import { asStored, fullRow } from './full-row.ts';

export const UNAVAILABLE = { name: 'CountersignError', code: 'store-unavailable' } as const;

/** A row whose code is good for five minutes, living or used. */
export function rowWith(kind: 'living' | 'used', key: string, version: number): StoredRow & Row {
  const row = fullRow(key, version);
  return asStored({
    ...row,
    code: row.code && {
      ...row.code,
      expiresAt: Date.now() + 300_000,
      state: kind === 'used' ? { kind, save: 's1', at: Date.now() } : { kind },
    },
  });
}

/** How long a call may take here, on a busy machine, where a test says nothing else; in production it is a second. */
const PATIENT_MS = 4000;
/** For steps that a replica acknowledges, also on a busy machine, or that none does. */
export const PATIENT = { waitMs: 1000, commandTimeoutMs: 10_000 } as const;

/** Opens stores, and closes them all. */
export function createOpener(): {
  open(options: RedisOptions, log?: Log): RedisStore;
  closeAll(): Promise<void>;
} {
  const opened: RedisStore[] = [];
  return {
    open(options, log) {
      const store = createRedisStore({ commandTimeoutMs: PATIENT_MS, ...options }, log);
      opened.push(store);
      return store;
    },
    async closeAll() {
      for (const store of opened.splice(0)) await store.close();
    },
  };
}

/** Keeps what was logged, each line as one text. */
export function createRecordingLog(): Log & { readonly lines: readonly string[] } {
  const lines: string[] = [];
  const at = (level: string) => (details: object, message: string) =>
    void lines.push(`${level} ${message} ${JSON.stringify(details)}`);
  return { lines, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
