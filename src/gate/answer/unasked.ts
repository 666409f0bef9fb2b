import { isEnforced } from '../../core/rule/policy.ts';
import { type Rule, referringFieldOf } from '../../core/rule/rule.ts';
import type { StoredRecord } from '../../core/saving/save.ts';
import { quotedNames, steeredIn } from '../../core/saving/steered-by.ts';
import { type Refused, refused } from '../../core/verdict/verdict.ts';
import { LEAVE_OUT } from '../judging/read-before.ts';
import type { Requirement } from '../judging/requirements.ts';
import { refusalBeforeLedger } from './refusal-text.ts';

/**
 * Why nobody can be asked about a save that may be about another version of the record: the CRM does not show there where the code of a rule
 * would go. Undefined where it does.
 */
export function unaskedFor(
  requirements: readonly Requirement[],
  record: StoredRecord | undefined,
): Refused | undefined {
  const { unsure } = record ?? {};
  if (!unsure) return undefined;
  const unasked = requirements.filter(({ rule }) => isEnforced(rule) && isUnasked(rule, record));
  if (unasked.length === 0) return undefined;
  const detail = `The CRM may choose the record, or a version of it, by ${quotedNames(unsure.by)}, and shows no such address of a customer to a read that has it. ${LEAVE_OUT}`;
  const [{ save } = { save: undefined }] = unasked;
  const refusal = refusalBeforeLedger('otp-recipient-missing', unasked, detail);
  return refused(save ? { ...refusal, steered: steeredIn(save.module, unsure.by) } : refusal);
}

/** Whether nobody knows of any address of the rule what is stored there. */
export function isUnasked({ send }: Pick<Rule, 'send'>, record: StoredRecord | undefined): boolean {
  const { unsure } = record ?? {};
  return unsure !== undefined && send.to.every(({ address }) => unsure.fields.has(referringFieldOf(address)));
}

/** Whether nobody knows of an address of the rule what is stored there: the CRM does not show it in the version that the save may be about. */
export function hasUnsureAddress({ send }: Pick<Rule, 'send'>, record: StoredRecord | undefined): boolean {
  return send.to.some(({ address }) => record?.unsure?.fields.has(referringFieldOf(address)) ?? false);
}
