import type { Intent } from '../core/save.ts';
import type { Verdict } from '../core/verdict.ts';
import { kindOf } from './record-event.ts';
import type { Verification } from './redeem.ts';
import type { Requirement } from './requirements.ts';
import type { Tools } from './tools.ts';
import { codesFor } from './verify.ts';

/** The one place where a decision is told: to the log, with its why, and to the metrics. */
export function reportDecision(
  verdict: Verdict,
  requirements: readonly Requirement[],
  intent: Intent,
  { log, metrics }: Tools,
): void {
  const { request, caller } = intent;
  const result = verdict.kind === 'refused' ? verdict.problem.slug : verdict.kind;
  const why = requirements.map(({ rule, about, why }) => ({ rule: rule.id, about, why }));
  log.info({ request: request.id, user: caller.user, verdict: result, why }, `${kindOf(intent)} judged`);
  const rules = requirements.length > 0 ? requirements.map(({ rule }) => rule.id) : [''];
  for (const rule of rules) metrics.decided({ rule, verdict: verdict.kind, mode: 'enforce' });
}

/** Counts what a rule in shadow mode would have refused; the log is told by who sets it aside. */
export function countShadow({ rule }: Requirement, { metrics }: Pick<Tools, 'metrics'>): void {
  metrics.decided({ rule: rule.id, verdict: 'refused', mode: rule.mode });
}

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
