import type { Problem } from '../../core/verdict/problem.ts';
import type { Subject } from '../ledger/subject.ts';
import { type AskingRule, refusalBeforeLedger } from './refusal-text.ts';

/** Whether the rule's codes are its caller's alone, and the caller has no name. */
export function lacksCallerName({ rule, caller }: Pick<Subject, 'rule' | 'caller'>): boolean {
  return rule.caller && caller === '';
}

/** Why a caller without a verified name is refused under such a rule. */
export function callerNameProblem(asked: readonly AskingRule[]): Problem {
  return refusalBeforeLedger('otp-binding-mismatch', asked, DETAIL);
}

const DETAIL =
  'The code would be good for you alone, and your name could not be verified. Send the request with credentials that can be.';
