import type { Code, CodeState } from '../../core/ledger/row.ts';
import { redeem } from '../../core/ledger/spending.ts';
import type { How } from '../../core/verdict/audit-event.ts';
import type { Redemption } from '../../core/verdict/verdict.ts';
import { type Candidate, type Finding, slugOfLost } from '../judging/finding.ts';
import { releasePlaces } from '../ledger/limits.ts';
import { codeRows } from '../ledger/rows.ts';
import type { Tools } from '../ledger/tools.ts';
import { creditVerified } from '../ledger/unverified.ts';
import { type Right, refundAttempt } from './compare.ts';
import { unclaimAll } from './settle.ts';

/** The digests of what a request is, by the newest secret first. */
export type SaveDigests = readonly [string, ...string[]];

/** What became of the codes of a request: claimed one and all, or none; then a line for each requirement says why. */
export type Verification =
  | { readonly kind: 'redeemed'; readonly redemptions: readonly Redemption[] }
  | { readonly kind: 'refused'; readonly findings: readonly Finding[] };

/**
 * Claims every code for the save, in one order, so that of two requests with the same codes one gets them all. Where one slips away
 * meanwhile, the others are given back as they were. What the comparisons cost is given back with the claims.
 */
export async function redeemAll(
  rights: readonly Right[],
  digests: SaveDigests,
  tools: Tools,
): Promise<Verification> {
  // Nobody waits for this alone: the caller's own budget of wrong codes depends on no claim.
  const [verification] = await Promise.all([
    claimAll(rights, digests, tools),
    releasePlaces(
      rights.flatMap(({ guess }) => guess),
      tools,
    ),
  ]);
  if (verification.kind === 'redeemed') void creditAll(rights, tools);
  return verification;
}

async function claimAll(rights: readonly Right[], digests: SaveDigests, tools: Tools): Promise<Verification> {
  const redemptions: Redemption[] = [];
  for (const [index, { how, candidate, charged }] of rights.entries()) {
    const since = how === 'code' ? charged.row.attempts.since : undefined;
    const { keys, code, requirement } = candidate;
    const save = knownSaveOf(code, digests);
    const claim = { codeId: code.id, save, answerWithinMs: tools.answerWithinMs, since };
    const step = (row: Candidate['row'], now: number) => redeem(row, now, claim);
    const { outcome, row, now } = await codeRows.take(tools, keys, step, charged);
    if (outcome.ok) {
      redemptions.push(redemptionOf(candidate, how, save, outcome.before));
      continue;
    }
    const lost: Finding = { requirement, row, now, slug: slugOfLost(row, now, code.id) };
    const [, ...others] = await Promise.all([
      unclaimAll(redemptions, tools),
      ...rights.slice(index).map((right) => refundAttempt(right, tools)),
    ]);
    const findings = rights.map((right, place) => others[place - index] ?? right.candidate);
    return { kind: 'refused', findings: findings.with(index, { ...lost, row: others[0]?.row ?? row }) };
  }
  return { kind: 'redeemed', redemptions };
}

/** Counts the codes as verified that are so for the first time. Nothing depends on it, so nothing waits for it. */
async function creditAll(rights: readonly Right[], tools: Tools): Promise<void> {
  const codes = rights.map(({ candidate }) => candidate.code);
  const verified = codes.filter(({ returns, state }) => returns === 0 && state.kind === 'living');
  await Promise.all(verified.map((code) => creditVerified(code, tools)));
}

/** By the digest under which the code is kept for the save already, where it is: an older secret may have made it. */
function knownSaveOf({ state }: Code, digests: SaveDigests): string {
  const known = 'save' in state ? state.save : null;
  return known !== null && digests.includes(known) ? known : digests[0];
}

function redemptionOf(
  { requirement, row, code }: Candidate,
  how: How,
  save: string,
  before: CodeState,
): Redemption {
  const { module: name, id } = requirement.save;
  const about = { rule: requirement.rule.id, module: name, record: id };
  const { approval } = code;
  const note = how === 'override' && approval?.by === 'override' ? approval.note : undefined;
  return { ...about, key: row.key, codeId: code.id, save, how, note, before };
}
