import { type Refused, refused } from '../core/verdict.ts';
import type { Finding } from './finding.ts';
import { refusalOf, retryAtOf } from './refuse.ts';
import { ruleRowOf } from './rule-row.ts';

/** The refusal for the first thing that is wrong, with a row for each rule. `several`: the request is about several records. */
export function refusedBy(findings: readonly Finding[], several: boolean): Refused {
  const rows = findings.map(({ requirement, row, now, slug }) =>
    ruleRowOf(
      requirement.rule,
      row,
      now,
      slug ?? 'not-checked',
      several ? (requirement.save.id ?? undefined) : undefined,
    ),
  );
  const worst = findings.find(({ slug }) => slug !== undefined);
  const slug = worst?.slug ?? 'otp-required';
  return refused(
    refusalOf(
      slug,
      rows,
      worst && retryAtOf(slug, worst.requirement.rule, worst.row, worst.now, worst.retryAt),
    ),
  );
}
