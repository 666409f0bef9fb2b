import { charge, fail, refund } from '../../core/ledger/ledger.ts';
import type { Intent } from '../../core/saving/save.ts';
import type { Slug } from '../../core/verdict/problem.ts';
import { type Candidate, type Finding, slugOfLost } from '../judging/finding.ts';
import { move } from '../ledger/advance.ts';
import { releasePlaces, reserveAll, talliesOf } from '../ledger/limits.ts';
import { contextOf } from '../ledger/subject.ts';
import type { Tools } from '../ledger/tools.ts';
import { undoAndThrow } from '../ledger/undo.ts';

/** Pays, compares, and takes the price back where the code was right. */
export async function compare(
  candidate: Candidate,
  principal: Intent['principal'],
  tools: Tools,
): Promise<Finding> {
  const { keys, code, requirement, text } = candidate;
  const paid = await move(tools.store, keys, (row, now) => charge(row, now, code.id));
  if (!paid.moved) {
    const { row, now } = paid;
    return { requirement, row, now, slug: slugOfLost(row, now, code.id) };
  }
  const giveBack = async () => {
    const { since } = paid.row.attempts;
    const { row, now } = await move(tools.store, keys, (row, now) => refund(row, now, since));
    return { requirement, row, now };
  };
  const guess = await reserveAll(talliesOf('wrong', principal(), tools), tools);
  if (!guess.ok) return { ...(await giveBack()), slug: 'otp-rate-limited', retryAt: guess.retryAt };
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
    return undoAndThrow(fault, forgive, tools);
  }
  if (isRight) return { ...(await forgive()), slug: undefined };
  const { row, now } = await move(tools.store, keys, (row, now) => fail(row, now, code.id));
  return { requirement, row, now, slug: await fateOf(candidate, tools) };
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
