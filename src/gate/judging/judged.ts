import type { Rule } from '../../core/rule/rule.ts';
import type { Slug } from '../../core/verdict/problem.ts';
import type { Verdict } from '../../core/verdict/verdict.ts';
import type { Requirement } from './requirements.ts';

/** A rule that speaks about a record, and why: what the log tells of it. */
export type Reason = {
  readonly rule: string;
  /** Of rules in shadow mode, of which the audit has nothing. */
  readonly record?: string | null;
  /** `unread`: the stored record could not be read, so the rule could not be judged. */
  readonly about: Requirement['about'] | 'unread';
  /** The clauses that were true. */
  readonly why: readonly string[];
  readonly mode: Rule['mode'];
};

/** What the gate found out about a request. */
export type Judged = {
  readonly verdict: Verdict;
  /** The rules that speak, those in shadow mode too. */
  readonly reasons: readonly Reason[];
  /** What the rules in shadow mode would have said: a slug, or the CRM's own status. */
  readonly would: Slug | `answer ${number}` | undefined;
};

export function reasonOf({ rule, save, about, why }: Requirement): Reason {
  const record = rule.mode === 'shadow' && { record: save.id };
  return { rule: rule.id, ...record, about, why, mode: rule.mode };
}
