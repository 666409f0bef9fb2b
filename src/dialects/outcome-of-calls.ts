import type { Outcome } from '../core/ledger/spending.ts';

/**
 * What the statuses of the calls of a batch mean together. Whether a 200 was a read or a save they do not say, so where other calls failed
 * nobody knows.
 */
export function outcomeOfCalls(statuses: readonly number[]): Outcome {
  if (statuses.some((status) => status === 201 || status === 204)) return 'saved';
  if (statuses.every((status) => status < 300)) return 'saved';
  return statuses.every((status) => status >= 400 && status < 500) ? 'notSaved' : 'unknown';
}
