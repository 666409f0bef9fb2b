import type { Problem, Slug } from '../core/problem.ts';
import { type Row, standingOf } from '../core/row.ts';
import type { Intent } from '../core/save.ts';
import type { RecordReader } from '../ports.ts';
import { locate } from './advance.ts';
import { recordSend } from './record-send.ts';
import { refusalOf, retryAtOf, slugAfterSend } from './refuse.ts';
import type { Requirement } from './requirements.ts';
import { ruleRowOf } from './rule-row.ts';
import { sendCode } from './send.ts';
import { covers, rowKeysOf } from './subject.ts';
import type { Tools } from './tools.ts';

type Challenge = {
  readonly requirement: Requirement;
  readonly row: Row;
  readonly now: number;
  readonly slug: Slug;
  readonly retryAt?: number | undefined;
};

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
  const several = intent.saves.length > 1;
  const rows = challenges.map(({ requirement, row, now, slug }) =>
    ruleRowOf(requirement.rule, row, now, slug, several ? (requirement.save.id ?? undefined) : undefined),
  );
  const worst = challenges.find(({ slug }) => slug !== 'otp-required') ?? challenges[0];
  if (!worst) throw new Error('a challenge without a requirement');
  const { requirement, row, now, slug, retryAt } = worst;
  return refusalOf(slug, rows, retryAtOf(slug, requirement.rule, row, now, retryAt));
}

async function challengeOne(
  requirement: Requirement,
  intent: Intent,
  reader: RecordReader,
  tools: Tools,
): Promise<Challenge> {
  const { rule } = requirement;
  const { row, now } = await locate(tools.store, rowKeysOf(requirement, tools.keyring));
  const isAnswerable =
    livesIn(row, now) && row.code !== null && covers(row.code.binding, requirement, tools.keyring);
  if (!rule.send.auto || isAnswerable) return { requirement, row, now, slug: 'otp-required' };
  const sent = await sendCode(requirement, rule.binds, { ...intent, reader }, tools);
  // By the row as the send found it: another gateway may have sent a code meanwhile.
  const slug = slugAfterSend(sent, livesIn(sent.row, sent.now));
  if (sent.kind === 'sent') await recordSend(requirement, sent.recipient, intent, tools);
  else if (slug !== 'otp-required') await recordSend(requirement, { reason: slug }, intent, tools);
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
