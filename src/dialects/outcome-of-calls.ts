import type { Outcome } from '../core/ledger/spending.ts';

/**
 * What the statuses of the calls of a batch mean together. Whether a 200 was a read or a save they do not say, so where other calls failed
 * nobody knows.
 */
export function outcomeOfCalls(statuses: readonly number[]): Outcome {
  if (statuses.some((status) => status === 201 || status === 204)) return 'saved';
  if (statuses.every((status) => status < 300)) return 'saved';
  return statuses.every(isRefusal) ? 'notSaved' : 'unknown';
}

/** What frameworks answer when they cannot write the answer that a client's headers want: then the record may be stored (Rails raises `UnknownFormat` in `respond_to`, Spring and ASP.NET answer 406 after the action). */
const AFTER_THE_SAVE = new Set([406, 408, 416]);

/** Whether a server says by this status that it saved nothing. */
export function isRefusal(status: number): boolean {
  return status >= 400 && status < 500 && !AFTER_THE_SAVE.has(status);
}
