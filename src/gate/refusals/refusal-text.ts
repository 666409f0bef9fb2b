import { attemptsResetAt, emptyRow, frozenUntil, sendAllowedAt } from '../../core/ledger/row.ts';
import { type Problem, problem, type RuleRow, type Slug } from '../../core/verdict/problem.ts';
import type { Finding } from '../judging/finding.ts';
import type { Requirement } from '../judging/requirements.ts';
import { type RowSubject, ruleRowOf } from './rule-row.ts';

/** What a refusal says to the person who reads it: what happened, and what to do. */
const DETAILS: Partial<Readonly<Record<Slug, string>>> = {
  'otp-required':
    'This request needs the code that was sent to the customer. Send it again with the code in the header or field that "rules" names. If none was sent, ask for one at the control API.',
  'otp-expired':
    'The code has expired. Ask for a new one: send the request without a code, or POST to the control API.',
  'otp-superseded': 'A newer code was sent. Use the newest one.',
  'otp-binding-mismatch':
    'The code confirms something other than what is being saved. Ask for a new code for these values.',
  'otp-declined':
    'The customer objected to this change. Nobody can make it, or ask about it, until "retry_after" is over. Talk to the customer.',
  'override-refused': 'You vouched for this change yourself. Somebody else has to save it.',
  'otp-used': 'The code was used already. Ask for a new one: send the request without a code.',
  'otp-in-progress': 'A save with this code is under way. Wait for its answer.',
  'otp-attempts-exhausted':
    'Too many wrong codes. Wait until the attempts are given back, then ask for a new code.',
  'otp-rate-limited':
    'Too many codes were asked for, too many wrong ones sent, or too many codes of others taken back, over all records. Wait, then try again.',
  'otp-resend-limited': 'No further code can be sent yet. Wait, then try again.',
  'otp-recipient-missing':
    'The stored record has no address that a code could go to, or no longer the one to which the current code went. Set one, or wait until that code has expired.',
  'record-unavailable':
    'The address to which the code went could not be read, so nobody knows whose code it is; nothing was saved, and the code is kept.',
  'otp-ambiguous': 'The request carries two different codes for one rule. Send one.',
  'otp-create-refused':
    'A record may not be created in this state, because no customer can confirm it yet. Create it in an earlier state, then change it.',
  'otp-delivery-failed': 'The code could not be delivered. Try again later.',
};

/** What a refusal needs of a finding. */
type RefusedRequirement = Omit<Finding, 'requirement'> & { readonly requirement: AskingRule };

/** The rule that asks, and about what, as far as it may be told. */
export type AskingRule = Pick<Requirement, 'rule' | 'named'> &
  Partial<Pick<Requirement, 'save' | 'before' | 'isUnseen'>>;

/** What is said to a caller to whom no code was sent: another one is out, or the rule does not send by itself. */
const UNSENT: Readonly<Record<NonNullable<Finding['unsent']>, string>> = {
  'other-values':
    'No code was sent for these values: the code that is out confirms other values. Send this request again without a code when "retry_after" is over, or save what the code confirms.',
  'by-hand':
    'No code was sent for these values: this rule sends none by itself. Ask for one at the control API.',
};

/**
 * The refusal for the first finding that leads (by default: about which something is wrong), or, where none does, the first of
 * them; with a row for each.
 */
export function refusalAbout(
  findings: readonly RefusedRequirement[],
  leads: (found: RefusedRequirement) => boolean = ({ slug }) => slug !== undefined,
): Problem {
  const worst = findings.find(leads) ?? findings[0];
  const slug = worst?.slug ?? 'otp-required';
  const rules = findings.map(({ requirement, row, now, slug }) =>
    ruleRowOf(requirement.rule, row, now, slug ?? 'not-checked', rowSubjectOf(requirement)),
  );
  const retryAfterSeconds = worst && retryAfterSecondsOf(slug, worst);
  const unsent = worst?.unsent && UNSENT[worst.unsent];
  return problem(slug, slug === 'otp-invalid' ? incorrectText(rules) : (unsent ?? detailOf(slug)), {
    rules,
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  });
}

/** A refusal before any ledger row was looked at: each rule's row says what it says of nobody. */
export function refusalBeforeLedger(
  slug: Slug,
  asked: readonly AskingRule[],
  detail = detailOf(slug),
): Problem {
  // Nothing of an empty row depends on the time.
  const rules = asked.map((one) => ruleRowOf(one.rule, emptyRow(''), 0, slug, rowSubjectOf(one)));
  return problem(slug, detail, { rules });
}

function rowSubjectOf({ named, save, before, isUnseen }: AskingRule): RowSubject {
  return { record: named, save, before, isUnseen };
}

function detailOf(slug: Slug): string {
  return DETAILS[slug] ?? slug;
}

/** How many attempts are left, as a person is told. */
function incorrectText(rules: readonly RuleRow[]): string {
  const left = rules.find(({ result }) => result === 'otp-invalid')?.attempts_remaining;
  if (left === undefined) return 'Incorrect code.';
  if (left > 0) return `Incorrect code. You have ${left} ${left === 1 ? 'attempt' : 'attempts'} remaining.`;
  return 'Incorrect code. For security, this code was cancelled. Wait until the attempts are given back, then ask for a new one.';
}

/** When a refused client may try again, where waiting helps. */
function retryAfterSecondsOf(
  slug: Slug,
  { requirement, row, now, retryAt, unsent }: RefusedRequirement,
): number | undefined {
  const policy = row.code?.policy ?? requirement.rule.code;
  const from = (at: number) => Math.max(1, Math.ceil((at - now) / 1000));
  if (slug === 'otp-rate-limited' && retryAt !== undefined) return from(retryAt);
  if (slug === 'otp-declined') return from(frozenUntil(row));
  if (slug === 'otp-attempts-exhausted') return from(attemptsResetAt(row, policy));
  if (slug === 'otp-resend-limited' || unsent === 'other-values')
    return from(sendAllowedAt(row, policy, now));
  return slug === 'otp-delivery-failed' || slug === 'record-unavailable' ? 5 : undefined;
}
