import { Redis } from 'ioredis';
import { MAX_RETURNS } from '../../src/core/ledger/ledger.ts';
import type { Row } from '../../src/core/ledger/row.ts';
import type { ChaosRedis } from './redis.ts';

/** Every row that the ledger holds when the trouble is over. Only limits and ledger rows are there; rows with a code are of the ledger. */
export async function readLedger({ sentinel: { host, port }, name }: ChaosRedis): Promise<readonly Row[]> {
  const redis = new Redis({ sentinels: [{ host, port }], name });
  try {
    const keys = await redis.keys('countersign:*');
    const texts = await Promise.all(keys.map((key) => redis.hget(key, 'row')));
    return texts
      .flatMap((text) => (text === null ? [] : [JSON.parse(text) as Row]))
      .filter(({ code }) => code !== null);
  } finally {
    redis.disconnect();
  }
}

/** What rows say that no row may say. */
export function violationsInLedger(rows: readonly Row[], budget: number): readonly string[] {
  return rows.flatMap(({ key, attempts, code }) => [
    ...(attempts.used > budget
      ? [`the ledger row ${key} paid for ${attempts.used} comparisons of ${budget}`]
      : []),
    ...((code?.returns ?? 0) > MAX_RETURNS
      ? [`the code of the ledger row ${key} came back ${code?.returns} times`]
      : []),
    ...(code?.state.kind === 'used' && code.sealed !== null
      ? [`the spent code of the ledger row ${key} is kept`]
      : []),
  ]);
}
