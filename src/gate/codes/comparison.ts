import { type Reservation, releasePlaces, reserveAll, type Tally } from '../ledger/limits.ts';
import type { Subject } from '../ledger/subject.ts';
import type { Tools } from '../ledger/tools.ts';

/** Whether what a caller sent is the code that was hashed to the verifier in this context. */
export type Comparison = (verifier: string, context: string) => Promise<boolean>;

/**
 * How the text is compared with codes about the subject. Where the record was asked for by a handle, the record pays as well: its rows are
 * one a caller and a spelling, and yet its attempts are one budget. Where that is used up, every code is wrong: to say more would say that
 * the record is there.
 */
export function comparisonOf(text: string, { rule, asked }: Subject, tools: Tools): Comparison {
  const compare: Comparison = (verifier, context) => tools.hasher.matches(verifier, text, context);
  if (!asked) return compare;
  const cap = { windowMs: rule.code.resetAttemptsAfterMs, most: rule.code.maxAttempts };
  const whose = asked.record === undefined ? `nobody\n${asked.name}` : `record\n${asked.record}`;
  const tally: Tally = { kind: 'record', of: `${rule.id}\n${rule.module}\n${whose}`, cap };
  let paid: Promise<Reservation> | undefined;
  return async (verifier, context) => {
    paid ??= reserveAll([tally], tools);
    const place = await paid;
    const isRight = await compare(verifier, context);
    if (!isRight || !place.ok) return false;
    await releasePlaces(place.places, tools);
    return true;
  };
}
