import type { Problem } from '../core/problem.ts';
import type { Rule } from '../core/rule.ts';
import { refusalUnseen } from './refusal.ts';
import type { Subject } from './subject.ts';

/** Whether the rule's codes are its caller's alone, and nobody knows who he is. */
export function isNameless({ rule, caller }: Pick<Subject, 'rule' | 'caller'>): boolean {
  return rule.caller && caller === '';
}

/** What a caller without a verified name hears of such a rule. */
export function namelessProblem(rules: readonly Rule[]): Problem {
  return refusalUnseen('otp-binding-mismatch', rules, DETAIL);
}

const DETAIL =
  'The code would be good for you alone, and your name could not be verified. Send the request with credentials that can be.';
