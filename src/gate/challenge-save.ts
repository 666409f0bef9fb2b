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
  return refusalAbout(challenges, ({ slug, unsent }) => slug !== 'otp-required' || unsent !== undefined);
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
  if (isAnswerable) return { requirement, row, now, slug: 'otp-required' };
  if (!rule.send.auto) return { requirement, row, now, slug: 'otp-required', unsent: 'by-hand' };
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
    unsent:
      sent.kind === 'refused' && slug === 'otp-required'
        ? unsentFor(requirement, sent.row, tools)
        : undefined,
    retryAt: sent.kind === 'refused' ? sent.retryAt : undefined,
  };
}

/** Inside the cool-down another gateway may have sent the very code that is wanted. */
function unsentFor(requirement: Requirement, { code }: Row, { keyring }: Tools): Finding['unsent'] {
  return code !== null && covers(code.binding, requirement, keyring) ? undefined : 'other-values';
}

function livesIn(row: Row, now: number): boolean {
  return row.code !== null && standingOf(row, now) === 'living';
}
