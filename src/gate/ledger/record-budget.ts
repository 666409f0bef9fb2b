import type { CodeHasher } from '../../ports.ts';
import { type Reservation, releasePlaces, reserveAll, type Tally } from './limits.ts';
import type { Subject } from './subject.ts';
import type { Tools } from './tools.ts';

/**
 * A hasher for one verification whose comparison is paid for by the record as well: the rows of a record that is asked for by
 * handles are one a caller and a spelling, and yet its attempts are one budget. Where that is used up, every code is
 * wrong: to say more would say that the record is there.
 */
export function withRecordBudget({ rule, asked }: Subject, tools: Tools): CodeHasher {
  const { hasher } = tools;
  if (!asked) return hasher;
  const cap = { windowMs: rule.code.resetAttemptsAfterMs, most: rule.code.maxAttempts };
  const whose = asked.record === undefined ? `nobody\n${asked.name}` : `record\n${asked.record}`;
  const tally: Tally = { kind: 'record', of: `${rule.id}\n${rule.module}\n${whose}`, cap };
  let paid: Promise<Reservation> | undefined;
  return {
    hash: (code, context) => hasher.hash(code, context),
    async matches(verifier, code, context) {
      paid ??= reserveAll([tally], tools);
      const place = await paid;
      const isRight = await hasher.matches(verifier, code, context);
      if (!isRight || !place.ok) return false;
      await releasePlaces(place.places, tools);
      return true;
    },
  };
}
