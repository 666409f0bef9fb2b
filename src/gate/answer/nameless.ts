import type { Problem } from '../../core/verdict/problem.ts';
import type { Subject } from '../ledger/subject.ts';
import { type Asked, refusalUnseen } from './refusal.ts';

/** Whether the rule's codes are its caller's alone, and nobody knows who he is. */
export function isNameless({ rule, caller }: Pick<Subject, 'rule' | 'caller'>): boolean {
  return rule.caller && caller === '';
}

/** What a caller without a verified name hears of such a rule. */
export function namelessProblem(asked: readonly Asked[]): Problem {
  return refusalUnseen('otp-binding-mismatch', asked, DETAIL);
}

const DETAIL =
  'The code would be good for you alone, and your name could not be verified. Send the request with credentials that can be.';
