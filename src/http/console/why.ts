import type { WhyRule } from '../../core/verdict/decision-record.ts';

/** A rule that applies, and the clauses that were true, as people read it. */
export function whyOf(why: readonly WhyRule[]) {
  return why.map(({ rule, about, why: clauses, mode }) => ({ rule, about, clauses, mode }));
}
