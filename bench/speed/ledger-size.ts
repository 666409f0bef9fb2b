import { join } from 'node:path';
import { emptyRow, type Row } from '../../src/core/ledger/row.ts';
import { issue } from '../../src/core/ledger/sends.ts';
import { storedOf } from '../../src/core/ledger/stored-row.ts';
import type { LedgerStore } from '../../src/ports.ts';
import { createPostgresStore } from '../../src/stores/postgres/postgres.ts';
import { createRedisStore } from '../../src/stores/redis/redis.ts';
import { createSqliteStore } from '../../src/stores/sqlite/sqlite.ts';
import { createLog } from '../../src/system/log.ts';
import { startPostgres } from '../../test/harness/postgres-server.ts';
import { startRedis } from '../../test/harness/redis-server.ts';
import { askForCodes, askingOptions, closeNote, forEach, recordsOf, startOutside } from './codes.ts';
import { type GatewayOptions, startGateway } from './gateway.ts';
import { type Effort, type Outcome, quantileOf } from './goal.ts';

const FEW = 100;
const MANY = 100_000;
const VERIFICATIONS = 120;
const AT_ONCE = 2;
const HOUR_MS = 3_600_000;

type Kept = {
  readonly config: NonNullable<GatewayOptions['store']>;
  readonly store: LedgerStore;
  /** Does at once what the server would do some time after so many writes. */
  settle?(): Promise<void>;
  close(): Promise<void>;
};

/** A gateway on a ledger of so many living rows. */
type Filled = {
  /** How long each of some codes took to be verified, in milliseconds. */
  verify(): Promise<readonly number[]>;
  close(): Promise<void>;
};

/** How long a code takes to be verified among many living rows, against few: in turn, so that what disturbs one disturbs both. */
export async function measureLedgerSize(effort: Effort): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const kind of ['sqlite', 'redis', 'postgres'] as const) {
    const ledgers = [await fillOne(kind, FEW, effort), await fillOne(kind, MANY, effort)] as const;
    const took: readonly [number[], number[]] = [[], []];
    try {
      for (let round = 1; round <= effort.rounds; round++) {
        effort.onProgress(`ledger in ${kind}: round ${round} of ${effort.rounds}`);
        for (const [which, ledger] of ledgers.entries()) took[which]?.push(...(await ledger.verify()));
      }
    } finally {
      for (const ledger of ledgers) await ledger.close();
    }
    const [few, many] = [quantileOf(took[0], 0.99), quantileOf(took[1], 0.99)];
    outcomes.push({
      name: `verification p99 with ${MANY} living rows in ${kind}, against ${FEW}`,
      figure: many / few,
      unit: 'ratio',
      goal: { atMost: 1.5 },
      made: { [`ms with ${FEW}`]: few, [`ms with ${MANY}`]: many },
    });
  }
  return outcomes;
}

async function fillOne(
  kind: keyof typeof KEEPERS,
  rows: number,
  { folder, onProgress }: Effort,
): Promise<Filled> {
  onProgress(`ledger in ${kind}: writing ${rows} rows`);
  const kept = await KEEPERS[kind](folder, rows);
  await fill(kept.store, rows);
  await kept.settle?.();
  const outside = await startOutside();
  const gateway = await startGateway(folder, askingOptions(outside, { store: kept.config }));
  const records = recordsOf(VERIFICATIONS);
  return {
    async verify() {
      await askForCodes(gateway.url, records);
      const tookMs: number[] = [];
      await forEach(records, AT_ONCE, async (record) => {
        const started = performance.now();
        const status = await closeNote(gateway.url, record, outside.codeOf(record));
        tookMs.push(performance.now() - started);
        if (status !== 200) throw new Error(`the code for ${record} was not taken: ${status}`);
      });
      return tookMs;
    },
    async close() {
      await gateway.stop();
      await outside.close();
      await kept.close();
    },
  };
}

async function keepInFile(folder: string, rows: number): Promise<Kept> {
  const path = join(folder, `ledger-of-${rows}.db`);
  const store = createSqliteStore({ path });
  return { config: { kind: 'sqlite', path }, store, close: async () => store.close() };
}

async function keepInRedis(): Promise<Kept> {
  const server = await startRedis();
  const store = createRedisStore({ url: server.url }, createLog({ level: 'silent' }));
  return {
    config: { kind: 'redis', url: server.url },
    store,
    async close() {
      await store.close();
      await server.stop();
    },
  };
}

async function keepInPostgres(): Promise<Kept> {
  const server = await startPostgres();
  const place = { url: server.url, username: 'gate' };
  const store = createPostgresStore({ ...place, commandTimeoutMs: 30_000 });
  return {
    config: { kind: 'postgres', ...place },
    store,
    async settle() {
      await server.in('countersign', 'VACUUM ANALYZE');
      await server.sql('CHECKPOINT');
    },
    async close() {
      await store.close();
      await server.stop();
    },
  };
}

const KEEPERS = { sqlite: keepInFile, redis: keepInRedis, postgres: keepInPostgres };

async function fill(store: LedgerStore, rows: number): Promise<void> {
  await store.start?.();
  const keys = recordsOf(rows).map((number) => `row-${number}`);
  await forEach(keys, 64, async (key) => void (await store.replace(storedOf(livingRow(key)), 0)));
}

function livingRow(key: string): Row {
  const issued = issue(emptyRow(key), Date.now(), {
    id: key,
    verifier: `v1$aaaaaaaa$${'a'.repeat(22)}$${'a'.repeat(43)}`,
    sealed: null,
    about: null,
    binding: { kind: 'change', fields: ['status'], digest: 'd'.repeat(43) },
    recipient: { channel: 'hook', fingerprint: 'f'.repeat(43), masked: 'a***t' },
    policy: {
      type: 'numeric',
      length: 6,
      validForMs: HOUR_MS,
      maxAttempts: 3,
      resetAttemptsAfterMs: HOUR_MS,
      resend: 'new',
      maxResends: 3,
      resetResendsAfterMs: HOUR_MS,
      cooldownMs: 0,
    },
  });
  if (!issued.ok) throw new Error(issued.reason);
  return issued.row;
}
