import type { Intent } from '../core/save.ts';
import type { Verification } from './redeem.ts';
import type { Requirement } from './requirements.ts';
import type { Tools } from './tools.ts';
import { codesFor } from './verify.ts';

/** Counts what became of the codes that were presented; those that were not looked at are left out. */
export function reportVerification(
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
