import { attemptsResetAt, emptyRow, sendAllowedAt } from '../../core/ledger/row.ts';
import type { Rule } from '../../core/rule/rule.ts';
import { type Problem, problem, type RuleRow, type Slug } from '../../core/verdict/problem.ts';
import type { Finding } from '../judging/finding.ts';
import type { Requirement } from '../judging/requirements.ts';
import { ruleRowOf } from './rule-row.ts';

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

/** What a refusal needs of a finding. */
type Found = Omit<Finding, 'requirement'> & { readonly requirement: Pick<Requirement, 'rule' | 'named'> };

/**
 * The refusal for the first finding that leads (by default: about which something is wrong), or, where none does, the first of
 * them; with a row for each.
 */
export function refusalAbout(
  findings: readonly Found[],
  leads: (slug: Slug | undefined) => boolean = (slug) => slug !== undefined,
): Problem {
  const worst = findings.find(({ slug }) => leads(slug)) ?? findings[0];
  const slug = worst?.slug ?? 'otp-required';
  const rules = findings.map(({ requirement, row, now, slug }) =>
    ruleRowOf(requirement.rule, row, now, slug ?? 'not-checked', requirement.named),
  );
  const retryAfterSeconds = worst && retryAfterSecondsOf(slug, worst);
  return problem(slug, slug === 'otp-invalid' ? incorrectText(rules) : detailOf(slug), {
    rules,
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  });
}

/** A refusal before any ledger row was looked at: each rule's row says what it says of nobody. */
export function refusalUnseen(slug: Slug, rules: readonly Rule[], detail = detailOf(slug)): Problem {
  // Nothing of an empty row depends on the time.
  return problem(slug, detail, { rules: rules.map((rule) => ruleRowOf(rule, emptyRow(''), 0, slug)) });
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
function retryAfterSecondsOf(slug: Slug, { requirement, row, now, retryAt }: Found): number | undefined {
  const policy = row.code?.policy ?? requirement.rule.code;
  const from = (at: number) => Math.max(1, Math.ceil((at - now) / 1000));
  if (slug === 'otp-rate-limited' && retryAt !== undefined) return from(retryAt);
  if (slug === 'otp-attempts-exhausted') return from(attemptsResetAt(row, policy));
  if (slug === 'otp-resend-limited') return from(sendAllowedAt(row, policy, now));
  return slug === 'otp-delivery-failed' ? 5 : undefined;
}
