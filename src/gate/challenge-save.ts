import { type Row, standingOf } from '../core/ledger/row.ts';
import { refused } from '../core/verdict/verdict.ts';
import type { Intent } from '../ports/intent.ts';
import { type Arrived, hasLostRace } from './codes/codes-at-arrival.ts';
import type { SaveDigests } from './codes/redeem.ts';
import { isAnswered } from './codes/verify.ts';
import type { Finding } from './judging/finding.ts';
import type { Refusing } from './judging/judged.ts';
import type { Requirement } from './judging/requirements.ts';
import { noteAsker } from './ledger/askers.ts';
import { codeRows, type Seen } from './ledger/rows.ts';
import { covers, rowKeysOf } from './ledger/subject.ts';
import type { Tools } from './ledger/tools.ts';
import { refusalAbout } from './refusals/refusal-text.ts';
import { recordSend } from './sending/record-send.ts';
import { sendCode } from './sending/send.ts';
import { slugAfterSend } from './sending/send-refusal.ts';

/** A rule that applies to a save without a code, its row, and whether somebody answered for the save. */
export type Look = {
  readonly requirement: Requirement;
  readonly seen: Seen;
  readonly isAnswered: boolean;
};

/** The rows of the requirements. */
export function lookAtAll(
  requirements: readonly Requirement[],
  digests: () => SaveDigests,
  tools: Tools,
): Promise<readonly Look[]> {
  return Promise.all(
    requirements.map(async (requirement) => {
      const seen = await codeRows.locate(tools, rowKeysOf(requirement, tools.keyring));
      return { requirement, seen, isAnswered: isAnswered(requirement, seen, digests, tools) };
    }),
  );
}

/** Answers a save that carries no code: sends one for each rule that does so by itself, has none that lives, and was not answered for. */
export async function challengeAll(
  looks: readonly Look[],
  arrived: readonly Arrived[],
  intent: Intent,
  tools: Tools,
): Promise<Refusing> {
  const challenges = await Promise.all(looks.map((look) => challengeOne(look, arrived, intent, tools)));
  const isPlain = ({ slug, unsent }: Pick<Finding, 'slug' | 'unsent'>) =>
    slug === undefined || (slug === 'otp-required' && !unsent);
  const problem = refusalAbout(challenges, (found) => !isPlain(found));
  return { ...refused(problem), kept: Promise.all(challenges.map(({ kept }) => kept)) };
}

/** What was found, and when the event of what was sent is kept. */
type RuleChallenge = Finding & { readonly kept?: Promise<void> | undefined };

async function challengeOne(
  { requirement, seen: found, isAnswered }: Look,
  arrived: readonly Arrived[],
  intent: Intent,
  tools: Tools,
): Promise<RuleChallenge> {
  const { rule } = requirement;
  if (isAnswered) return { requirement, row: found.row, now: found.now, slug: undefined };
  const seen = (await noteAsker(requirement, tools, found)) ?? found;
  const { row, now } = seen;
  if (standingOf(row, now) === 'declined') return { requirement, row, now, slug: 'otp-declined' };
  if (hasLostRace(requirement, row, arrived)) return { requirement, row, now, slug: 'otp-used' };
  const isAnswerable = livesIn(row, now) && row.code !== null && covers(row.code, requirement, tools.keyring);
  if (isAnswerable) return { requirement, row, now, slug: 'otp-required' };
  if (!rule.send.auto) return { requirement, row, now, slug: 'otp-required', unsent: 'by-hand' };
  const sent = await sendCode(requirement, intent, tools, seen);
  // By the row as the send found it: another gateway may have sent a code meanwhile.
  const slug = slugAfterSend(sent, livesIn(sent.row, sent.now));
  return {
    // Begun now, so that the refusal's own event shares the disk's answer with it.
    kept: sent.kind === 'sent' ? recordSend(requirement, sent.recipient, intent, tools) : undefined,
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
  return code !== null && covers(code, requirement, keyring) ? undefined : 'other-values';
}

function livesIn(row: Row, now: number): boolean {
  return row.code !== null && ['living', 'approved', 'overridden'].includes(standingOf(row, now));
}
