import { attemptsLeft, type Code, type Row, resendsLeft, sendAllowedAt } from '../../core/ledger/row.ts';
import { saidOfReference, says } from '../../core/likeness/said.ts';
import { confirmedFieldsOf } from '../../core/rule/confirmed-fields.ts';
import { addressFieldsOf, type Rule } from '../../core/rule/rule.ts';
import type { Save } from '../../core/saving/save.ts';
import type { RuleRow } from '../../core/verdict/problem.ts';
import type { Json, JsonObject } from '../../core/wire/json.ts';
import { fieldNameOf, headerNameOf, sanitise } from '../../core/wire/parameter.ts';
import { isSameJson } from '../../core/wire/same-json.ts';
import { printable, writeJsonWithin } from '../../core/wire/write-json.ts';
import { knownBefore } from '../ledger/subject.ts';

type SaidSave = Pick<Save, 'operation' | 'fields' | 'closed'>;

/** What a row is about: the record, as the caller names it, and what the caller's own save says of it. */
export type RowSubject = {
  readonly record?: string | undefined;
  readonly save?: SaidSave | undefined;
  readonly before?: JsonObject | null | undefined;
  /** Whether the caller may not see what is stored. */
  readonly isUnseen?: boolean | undefined;
};

/** What a client is told of a rule and its ledger row. */
export function ruleRowOf(
  rule: Rule,
  row: Row,
  now: number,
  result: RuleRow['result'],
  { record, save, before = null, isUnseen = false }: RowSubject = {},
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
    ...(rule.standsGuard && { module: rule.module }),
    result,
    header: headerNameOf(alias),
    field: fieldNameOf(alias),
    code_type: policy.type,
    code_length: policy.length,
    ...(rule.confirm === 'page' && { confirm: 'page' }),
    ...(save?.operation === 'update' && !(isUnseen && saysAddress(rule, save))
      ? valuesOf(rule, save, knownBefore({ save, before, isUnseen }))
      : {}),
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
  if (recipient.channel === '') return {};
  const { channel, masked: sent_to } = recipient;
  return {
    channel,
    sent_to,
    ...(delivery && { delivery: { ...delivery, at: new Date(delivery.at).toISOString() } }),
  };
}

/** Whether the save names an address of the rule: whoever may not see it is told of none, whether it is the stored one or not. */
function saysAddress(rule: Rule, save: SaidSave): boolean {
  return addressFieldsOf(rule).some((field) => says(saidOfReference(save, field, undefined)));
}

/** Room for what people confirm. */
const MOST_SYMBOLS = 8192;

/** The values of a save that a code for it is bound to, but for those that are stored already. They came with the request. */
function valuesOf(rule: Rule, save: SaidSave, before: JsonObject | null): Pick<RuleRow, 'values'> {
  if (rule.binds !== 'change') return {};
  const confirmed = confirmedFieldsOf(rule, save, before);
  // A code for the whole save is for what it leaves as it is, too.
  const isWhole = confirmed === save.fields;
  const isNew = ([name, value]: readonly [string, Json]) => {
    const stored = before?.get(name);
    return isWhole || stored === undefined || !isSameJson(stored, value);
  };
  const values: JsonObject = new Map([...confirmed].filter(isNew));
  return values.size > 0 && writeJsonWithin(MOST_SYMBOLS, values) !== undefined
    ? { values: printable(values) }
    : {};
}
