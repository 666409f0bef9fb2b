import { attemptsLeft, type Code, type Row, resendsLeft, sendAllowedAt } from '../../core/ledger/row.ts';
import type { Rule } from '../../core/rule/rule.ts';
import type { RuleRow } from '../../core/verdict/problem.ts';
import { fieldNameOf, headerNameOf, sanitise } from '../../core/wire/parameter.ts';

/** What a client is told of a rule and its ledger row. */
export function ruleRowOf(
  rule: Rule,
  row: Row,
  now: number,
  result: RuleRow['result'],
  record?: string,
): RuleRow {
  const { code } = row;
  const policy = code?.policy ?? rule.code;
  const alias = sanitise(rule.id);
  const resendsRemaining = resendsLeft(row, policy, now);
  const isOut =
    code !== null && (code.state.kind === 'living' || code.state.kind === 'held') && now < code.expiresAt;
  return {
    rule: rule.id,
    name: rule.name,
    ...(record === undefined ? {} : { record }),
    result,
    header: headerNameOf(alias),
    field: fieldNameOf(alias),
    ...(isOut && !rule.hides ? whereaboutsOf(code) : {}),
    ...(isOut ? { expires_at: new Date(code.expiresAt).toISOString() } : {}),
    attempts_remaining: attemptsLeft(row, policy, now),
    resends_remaining: Math.min(resendsRemaining, policy.maxResends),
    ...(row.sends.lastAt > 0
      ? { resend_after: new Date(sendAllowedAt(row, policy, now)).toISOString() }
      : {}),
  };
}

/** Where a code went, and what became of it there: never told where nobody may learn whether anybody is there. */
function whereaboutsOf({ recipient, delivery }: Code): Partial<RuleRow> {
  const { channel, masked: sent_to } = recipient;
  return {
    channel,
    sent_to,
    ...(delivery && { delivery: { ...delivery, at: new Date(delivery.at).toISOString() } }),
  };
}
