import type { Row } from '../../src/core/ledger/row.ts';
import { MAX_RETURNS } from '../../src/core/ledger/spending.ts';

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
