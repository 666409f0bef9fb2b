import { type Standing, standingOf } from '../../core/ledger/row.ts';
import type { Asker } from '../../core/saving/save.ts';
import { problem, type RuleRow } from '../../core/verdict/problem.ts';
import { type Refused, refused } from '../../core/verdict/verdict.ts';
import { codeRows, type Keys, type Seen } from '../ledger/rows.ts';
import { rowKeysOf, type Subject } from '../ledger/subject.ts';
import type { Tools } from '../ledger/tools.ts';
import { ruleRowOf } from '../refusals/rule-row.ts';
import type { Waits } from './waits.ts';

/** A call that asks how the code about a record stands. */
export type StandingQuestion = Pick<Asker, 'principal' | 'caller'> & {
  readonly record: string;
  /** How long to wait for another answer, in milliseconds. */
  readonly waitMs: number;
  /** Aborted when nobody waits for it. */
  readonly left?: AbortSignal | undefined;
};

/** What the ledger says of the rule and the record; at once, or when it changes. */
export async function standing(
  subject: Subject,
  request: StandingQuestion,
  tools: Tools,
  waits: Waits,
): Promise<{ readonly kind: 'done'; readonly row: RuleRow } | Refused> {
  const keys = rowKeysOf(subject, tools.keyring);
  const first = await codeRows.locate(tools, keys);
  const isAwaited = request.waitMs > 0 && AWAITED.includes(standingOf(first.row, first.now));
  const seen = isAwaited ? await changed(first, keys, request, tools, waits) : first;
  if (!seen) return refused(problem('otp-unavailable', CROWDED, { retryAfterSeconds: 5 }));
  const { row, now } = seen;
  const result = standingOf(row, now);
  return { kind: 'done', row: ruleRowOf(subject.rule, row, now, result, { record: request.record }) };
}

const CROWDED = 'Too many calls wait for an answer. Ask again without "wait", or later.';

/** What becomes something else without anybody asking for it. */
const AWAITED: readonly Standing[] = ['living', 'in-progress'];
/** Another gateway may be where the customer answers, so the ledger is looked at. */
const LOOK_MS = 500;

/** The row when its standing is another one, or when the time is over; undefined where too many wait. */
async function changed(
  first: Seen,
  keys: Keys,
  { waitMs, left, ...waiter }: StandingQuestion,
  tools: Tools,
  waits: Waits,
): Promise<Seen | undefined> {
  const leave = waits.begin(waiter);
  if (!leave) return undefined;
  const before = standingOf(first.row, first.now);
  const endsAt = performance.now() + waitMs;
  let seen = first;
  try {
    for (let leftMs = waitMs; leftMs > 0; leftMs = endsAt - performance.now()) {
      const goesOn = await waits.pause(Math.min(LOOK_MS, leftMs), left);
      seen = await codeRows.locate(tools, keys);
      if (!goesOn || standingOf(seen.row, seen.now) !== before) break;
    }
  } finally {
    leave();
  }
  return seen;
}
