import type { Intent } from '../ports/intent.ts';
import type { Verification } from './codes/redeem.ts';
import { codesFor } from './codes/verify.ts';
import type { Requirement } from './judging/requirements.ts';
import type { Tools } from './ledger/tools.ts';

/** Counts what became of the codes that were presented; those that were not looked at are left out. */
export function countVerification(
  verification: Verification,
  requirements: readonly Requirement[],
  { codes }: Intent,
  { metrics }: Tools,
): void {
  if (verification.kind !== 'refused') {
    for (const { rule } of verification.redemptions) metrics.verified({ rule, result: 'verified' });
    return;
  }
  for (const { requirement, slug } of verification.findings) {
    if (slug === undefined || codesFor(requirement, requirements, codes).length === 0) continue;
    metrics.verified({ rule: requirement.rule.id, result: slug });
  }
}
