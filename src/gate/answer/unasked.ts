import { isEnforced } from '../../core/rule/policy.ts';
import { type Rule, referringFieldOf } from '../../core/rule/rule.ts';
import type { StoredRecord } from '../../core/saving/save.ts';
import { type Refused, refused } from '../../core/verdict/verdict.ts';
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
  const unasked = requirements.filter(
    ({ rule }) =>
      isEnforced(rule) && rule.send.to.every(({ address }) => unsure.fields.has(referringFieldOf(address))),
  );
  if (unasked.length === 0) return undefined;
  const names = unsure.by.map((name) => `"${name}"`).join(', ');
  const detail = `The CRM may choose the record, or a version of it, by ${names}, and shows no such address of a customer to a read that has it. Leave it out, or name it in "neutralQuery" or "neutralHeaders" of the module where the CRM does not choose by it.`;
  return refused(refusalBeforeLedger('otp-recipient-missing', unasked, detail));
}

/** Whether nobody knows of an address of the rule what is stored there: the CRM does not show it in the version that the save may be about. */
export function hasUnsureAddress({ send }: Pick<Rule, 'send'>, record: StoredRecord | undefined): boolean {
  return send.to.some(({ address }) => record?.unsure?.fields.has(referringFieldOf(address)) ?? false);
}
