import { type Problem, problem, type RuleRow, type Slug } from '../core/problem.ts';
import { attemptsResetAt, type Row, sendAllowedAt } from '../core/row.ts';
import type { Rule } from '../core/rule.ts';
import type { SendRefusal, Sent } from './deliver.ts';
import type { Subject } from './subject.ts';

/** What a refusal says to the person who reads it: what happened, and what to do. */
const DETAILS: Partial<Readonly<Record<Slug, string>>> = {
  'otp-required':
    'This request needs the code that was sent to the customer. Send it again with the code in the header or field that "rules" names. If none was sent, ask for one at the control API.',
  'otp-expired':
    'The code has expired. Ask for a new one: send the request without a code, or POST to the control API.',
  'otp-superseded': 'A newer code was sent. Use the newest one.',
  'otp-binding-mismatch':
    'The code confirms something else than what is being saved. Ask for a new code for these values.',
  'otp-used': 'The code was used already. Ask for a new one: send the request without a code.',
  'otp-in-progress': 'A save with this code is under way. Wait for its answer.',
  'otp-attempts-exhausted':
    'Too many wrong codes. Wait until the attempts are given back, then ask for a new code.',
  'otp-rate-limited':
    'Too many codes were asked for, or too many wrong ones sent, over all records. Wait, then try again.',
  'otp-resend-limited': 'No further code can be sent yet. Wait, then try again.',
  'otp-recipient-missing':
    'The stored record has no address that a code could go to, or not the one any more that the living code went to. Set one, or wait until that code has expired.',
  'otp-ambiguous': 'The request carries two different codes for one rule. Send one.',
  'otp-create-refused':
    'A record may not be created in this state, because no customer can confirm it yet. Create it in an earlier state, then change it.',
  'otp-delivery-failed': 'The code could not be delivered. Try again later.',
};

/** The problem for the first thing that is wrong, with a row for each rule that speaks. */
export function refusalOf(
  slug: Slug,
  rules: readonly RuleRow[],
  retryAt?: { readonly at: number; readonly now: number },
): Problem {
  const retryAfterSeconds = retryAt ? Math.max(1, Math.ceil((retryAt.at - retryAt.now) / 1000)) : undefined;
  const waits = retryAfterSeconds ?? (slug === 'otp-delivery-failed' ? 5 : undefined);
  return problem(slug, slug === 'otp-invalid' ? incorrectText(rules) : (DETAILS[slug] ?? slug), {
    rules,
    ...(waits === undefined ? {} : { retryAfterSeconds: waits }),
  });
}

/** How many attempts are left, as a person is told. */
function incorrectText(rules: readonly RuleRow[]): string {
  const left = rules.find(({ result }) => result === 'otp-invalid')?.attempts_remaining;
  if (left === undefined) return 'Incorrect code.';
  if (left > 0) return `Incorrect code. You have ${left} ${left === 1 ? 'attempt' : 'attempts'} remaining.`;
  return 'Incorrect code. For security, this code was cancelled. Wait until the attempts are given back, then ask for a new one.';
}

/** When a refused client may try again, where waiting helps. */
export function retryAtOf(
  slug: Slug,
  rule: Rule,
  row: Row,
  now: number,
  retryAt?: number,
): { readonly at: number; readonly now: number } | undefined {
  const policy = row.code?.policy ?? rule.code;
  if (slug === 'otp-rate-limited' && retryAt !== undefined) return { at: retryAt, now };
  if (slug === 'otp-attempts-exhausted') return { at: attemptsResetAt(row, policy), now };
  return slug === 'otp-resend-limited' ? { at: sendAllowedAt(row, policy, now), now } : undefined;
}

const SEND_REFUSALS: Readonly<Record<SendRefusal, Slug>> = {
  'in-progress': 'otp-in-progress',
  exhausted: 'otp-attempts-exhausted',
  limited: 'otp-resend-limited',
  'rate-limited': 'otp-rate-limited',
  'recipient-missing': 'otp-recipient-missing',
  'recipient-changed': 'otp-recipient-missing',
  'delivery-failed': 'otp-delivery-failed',
};

/** What a save refused for want of a code answers after the attempt to send one. Inside the cool-down a living code is enough. */
export function slugAfterSend(sent: Sent, lives: boolean): Slug {
  if (sent.kind === 'sent' || (sent.reason === 'limited' && lives)) return 'otp-required';
  return SEND_REFUSALS[sent.reason];
}

export function slugOfSendRefusal(reason: SendRefusal): Slug {
  return SEND_REFUSALS[reason];
}

/** Whether the rule's codes are its caller's alone, and nobody knows who he is. */
export function isNameless({ rule, caller }: Pick<Subject, 'rule' | 'caller'>): boolean {
  return rule.caller && caller === '';
}

/** What a caller without a verified name hears of such a rule. */
export function namelessProblem(rules: readonly RuleRow[]): Problem {
  const detail =
    'The code would be good for you alone, and your name could not be verified. Send the request with credentials that can be.';
  return problem('otp-binding-mismatch', detail, { rules });
}
