import { redeem } from '../../core/ledger/ledger.ts';
import type { CodeState } from '../../core/ledger/row.ts';
import type { Redemption } from '../../core/verdict/verdict.ts';
import { type Candidate, type Finding, slugOfLost } from '../judging/finding.ts';
import { move } from '../ledger/advance.ts';
import type { Tools } from '../ledger/tools.ts';
import { creditVerified } from '../ledger/unverified.ts';
import { unclaimAll } from './settle.ts';

/** What became of the codes of a request: claimed one and all, or none; then a line for each requirement says why. */
export type Verification =
  | { readonly kind: 'redeemed'; readonly redemptions: readonly Redemption[] }
  | { readonly kind: 'refused'; readonly findings: readonly Finding[] };

/** Claims every code for the save; where one slips away meanwhile, the others are given back as they were. */
export async function redeemAll(
  candidates: readonly Candidate[],
  save: string,
  tools: Tools,
): Promise<Verification> {
  const redemptions: Redemption[] = [];
  for (const candidate of candidates) {
    const { moved, before, row, now } = await move(tools.store, candidate.keys, (row, now) =>
      redeem(row, now, candidate.code.id, save, tools.answerWithinMs),
    );
    if (moved && before.code) {
      redemptions.push(redemptionOf(candidate, save, before.code.state));
      continue;
    }
    await unclaimAll(redemptions, tools);
    const slug = slugOfLost(row, now, candidate.code.id);
    const lost = { requirement: candidate.requirement, row, now, slug };
    return {
      kind: 'refused',
      findings: candidates.map((other) => (other === candidate ? lost : { ...other, slug: undefined })),
    };
  }
  const verified = candidates.filter(({ code }) => code.returns === 0 && code.state.kind === 'living');
  await Promise.all(verified.map(({ code }) => creditVerified(code, tools)));
  return { kind: 'redeemed', redemptions };
}

function redemptionOf({ requirement, row, code }: Candidate, save: string, before: CodeState): Redemption {
  const { module: name, id } = requirement.save;
  return { rule: requirement.rule.id, module: name, record: id, key: row.key, codeId: code.id, save, before };
}
