import { charge, fail, refund } from '../core/ledger.ts';
import type { Slug } from '../core/problem.ts';
import { advance } from './advance.ts';
import { type Candidate, type Finding, slugOfLost } from './finding.ts';
import { releasePlaces, reserveAll, talliesOf } from './limits.ts';
import { contextOf } from './subject.ts';
import type { Tools } from './tools.ts';

/** Pays, compares, and takes the price back where the code was right. */
export async function compare(candidate: Candidate, principal: string, tools: Tools): Promise<Finding> {
  const { keys, code, requirement, text } = candidate;
  const paid = await advance(tools.store, keys, (row, now) => {
    const next = charge(row, now, code.id);
    return { next, result: { paid: next !== undefined, row: next ?? row, now } };
  });
  if (!paid.paid) {
    const { row, now } = paid;
    return { requirement, row, now, slug: slugOfLost(row, now, code.id) };
  }
  const giveBack = () =>
    advance(tools.store, keys, (row, now) => {
      const next = refund(row, now, paid.row.attempts.since);
      return { next, result: { row: next ?? row, now } };
    });
  const guess = await reserveAll(talliesOf('wrong', principal, tools), tools);
  if (!guess.ok)
    return { requirement, ...(await giveBack()), slug: 'otp-rate-limited', retryAt: guess.retryAt };
  const forgive = async () => {
    await releasePlaces(guess.places, tools);
    return giveBack();
  };
  let isRight: boolean;
  try {
    isRight = await tools.hasher.matches(
      code.verifier,
      text,
      contextOf(requirement, code, code.binding.digest),
    );
  } catch (fault) {
    await forgive();
    throw fault;
  }
  if (isRight) return { requirement, ...(await forgive()), slug: undefined };
  const failed = await advance(tools.store, keys, (row, now) => {
    const next = fail(row, now, code.id);
    return { next, result: { row: next ?? row, now } };
  });
  return { requirement, ...failed, slug: await fateOf(candidate, tools) };
}

/** Whether a code that is not the living one was one before. */
async function fateOf({ requirement, code, text }: Candidate, { hasher }: Tools): Promise<Slug> {
  for (const earlier of code.earlier) {
    const isIt = await hasher.matches(
      earlier.verifier,
      text,
      contextOf(requirement, earlier, earlier.bindingDigest),
    );
    if (isIt) return earlier.fate === 'used' ? 'otp-used' : 'otp-superseded';
  }
  return 'otp-invalid';
}
