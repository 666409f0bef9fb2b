import { charge, fail, refund } from '../../core/ledger/spending.ts';
import type { How } from '../../core/verdict/audit-event.ts';
import type { Slug } from '../../core/verdict/problem.ts';
import type { Intent } from '../../ports/intent.ts';
import { type Candidate, type Finding, slugOfLost } from '../judging/finding.ts';
import { fullUntil, type Place, releasePlaces, reserveAll, talliesOfAsker } from '../ledger/limits.ts';
import { codeRows, type Seen } from '../ledger/rows.ts';
import { contextOf } from '../ledger/subject.ts';
import type { Tools } from '../ledger/tools.ts';
import { undoAndThrow } from '../ledger/undo.ts';
import { type Comparison, comparisonOf } from './comparison.ts';

/** A code that was found right, by a comparison whose price was not given back yet; or one of whose save somebody answered, which costs nothing. */
export type Right = {
  readonly kind: 'right';
  readonly how: How;
  readonly candidate: Candidate;
  /** The row that was charged, or was seen. */
  readonly charged: Seen;
  /** The places in the caller's budget of wrong codes. */
  readonly guess: readonly Place[];
};

/** Pays, and compares. What a right code paid is given back by `forgive`, or when it is redeemed. */
export async function compare(
  candidate: Candidate,
  asker: Pick<Intent, 'principal' | 'caller'>,
  tools: Tools,
): Promise<Finding | Right> {
  const { keys, code, requirement, text } = candidate;
  if (text === undefined)
    return { kind: 'right', how: code.approval?.by ?? 'code', candidate, charged: candidate, guess: [] };
  const budget = talliesOfAsker('wrong', asker, tools);
  // Who may guess no more takes an attempt from nobody, not for a moment: another gateway may compare a code of the record meanwhile.
  const retryAt = await fullUntil(budget, tools);
  if (retryAt !== undefined)
    return { requirement, row: candidate.row, now: candidate.now, slug: 'otp-rate-limited', retryAt };
  // Both look first, so that both write in one commit.
  const [charged, guess] = await Promise.all([
    codeRows.take(tools, keys, (row, now) => charge(row, now, { codeId: code.id })),
    reserveAll(budget, tools),
  ]);
  const guesses = guess.ok ? guess.places : [];
  if (!charged.outcome.ok) {
    await releasePlaces(guesses, tools);
    const { row, now } = charged;
    return { requirement, row, now, slug: slugOfLost(row, now, code.id) };
  }
  const right: Right = { kind: 'right', how: 'code', candidate, charged, guess: guesses };
  if (!guess.ok)
    return { ...(await forgive(right, tools)), slug: 'otp-rate-limited', retryAt: guess.retryAt };
  const isIt = comparisonOf(text, requirement, tools);
  let isRight: boolean;
  try {
    isRight = await isIt(code.verifier, contextOf(requirement, code, code.binding.digest));
  } catch (fault) {
    return undoAndThrow(fault, () => forgive(right, tools), tools);
  }
  if (isRight) return right;
  const { row, now } = await codeRows.take(tools, keys, (row, now) => fail(row, now, { codeId: code.id }));
  return { requirement, row, now, slug: await fateOf(candidate, isIt) };
}

/** Gives back what a comparison cost. */
export async function forgive(right: Right, tools: Tools): Promise<Finding> {
  const [finding] = await Promise.all([refundAttempt(right, tools), releasePlaces(right.guess, tools)]);
  return finding;
}

/** The same, where the caller has their places back already. */
export async function refundAttempt({ how, candidate, charged }: Right, tools: Tools): Promise<Finding> {
  if (how !== 'code') return candidate;
  const { requirement, keys } = candidate;
  const { since } = charged.row.attempts;
  const { row, now } = await codeRows.take(tools, keys, (row, now) => refund(row, now, { since }), charged);
  return { requirement, row, now, slug: undefined };
}

/** Whether a code that is not the living one was one before. */
async function fateOf({ requirement, code }: Candidate, isIt: Comparison): Promise<Slug> {
  for (const earlier of code.earlier) {
    const context = contextOf(requirement, earlier, earlier.bindingDigest);
    if (await isIt(earlier.verifier, context)) return earlier.fate === 'used' ? 'otp-used' : 'otp-superseded';
  }
  return 'otp-invalid';
}
