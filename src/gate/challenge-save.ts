import { type Row, standingOf } from '../core/ledger/row.ts';
import type { Intent } from '../core/saving/save.ts';
import type { Problem } from '../core/verdict/problem.ts';
import type { RecordReader } from '../ports.ts';
import { refusalAbout } from './answer/refusal.ts';
import type { Finding } from './judging/finding.ts';
import type { Requirement } from './judging/requirements.ts';
import { locate } from './ledger/advance.ts';
import { covers, rowKeysOf } from './ledger/subject.ts';
import type { Tools } from './ledger/tools.ts';
import { recordSend } from './sending/record-send.ts';
import { sendCode } from './sending/send.ts';
import { slugAfterSend } from './sending/send-refusal.ts';

/** Answers a save that carries no code: sends one for each rule that does so by itself and has none that lives. */
export async function challengeAll(
  requirements: readonly Requirement[],
  intent: Intent,
  reader: RecordReader,
  tools: Tools,
): Promise<Problem> {
  const challenges = await Promise.all(
    requirements.map((requirement) => challengeOne(requirement, intent, reader, tools)),
  );
  return refusalAbout(challenges, (slug) => slug !== 'otp-required');
}

async function challengeOne(
  requirement: Requirement,
  intent: Intent,
  reader: RecordReader,
  tools: Tools,
): Promise<Finding> {
  const { rule } = requirement;
  const seen = await locate(tools, rowKeysOf(requirement, tools.keyring));
  const { row, now } = seen;
  const isAnswerable =
    livesIn(row, now) && row.code !== null && covers(row.code.binding, requirement, tools.keyring);
  if (!rule.send.auto || isAnswerable) return { requirement, row, now, slug: 'otp-required' };
  const sent = await sendCode(requirement, { ...intent, reader }, tools, seen);
  // By the row as the send found it: another gateway may have sent a code meanwhile.
  const slug = slugAfterSend(sent, livesIn(sent.row, sent.now));
  // Not waited for: the refusal itself is written behind it, and that is.
  if (sent.kind === 'sent') void recordSend(requirement, sent.recipient, intent, tools);
  return {
    requirement,
    row: sent.row,
    now: sent.now,
    slug,
    retryAt: sent.kind === 'refused' ? sent.retryAt : undefined,
  };
}

function livesIn(row: Row, now: number): boolean {
  return row.code !== null && standingOf(row, now) === 'living';
}
