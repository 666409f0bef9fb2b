import { BESIDES } from '../../core/likeness/name-index.ts';
import { saidOf, saidOfReference, says } from '../../core/likeness/said.ts';
import { type Address, type Rule, referringFieldOf, shownFieldsOf } from '../../core/rule/rule.ts';
import type { Save, StoredRecord } from '../../core/saving/save.ts';
import { quotedNames, steeredIn } from '../../core/saving/steered-by.ts';
import { problem } from '../../core/verdict/problem.ts';
import { type Refused, refused } from '../../core/verdict/verdict.ts';
import { isList, isObject } from '../../core/wire/json.ts';
import { LEAVE_OUT } from '../judging/read-before.ts';
import type { Requirement } from '../judging/requirements.ts';
import { refusalBeforeLedger } from './refusal-text.ts';

type Unsure = NonNullable<StoredRecord['unsure']>;

/**
 * Why nobody can be asked about a save that may be about another version of the stored record: nobody knows where the code of a rule would go, or
 * what its message would show. Undefined where they do.
 */
export function unaskedFor(
  requirements: readonly Requirement[],
  save: Save,
  record: StoredRecord | undefined,
): Refused | undefined {
  return record && (unaskedIn(requirements, record) ?? unaskedBeside(requirements, save));
}

/** The CRM does not show there, to a read that has what may choose the version, where the code would go, or what the message shows. */
function unaskedIn(requirements: readonly Requirement[], { unsure }: StoredRecord): Refused | undefined {
  if (!unsure) return undefined;
  const unasked = requirements.filter(({ rule }) => isUnasked(rule, unsure));
  if (unasked.length === 0) return blankFor(requirements, unsure);
  const detail = `The CRM may choose the record, or a version of it, by ${quotedNames(unsure.by)}, and shows no such address of a customer to a read that has it. ${LEAVE_OUT}`;
  const [{ save } = { save: undefined }] = unasked;
  const refusal = refusalBeforeLedger('otp-recipient-missing', unasked, detail);
  return refused(save ? { ...refusal, steered: steeredIn(save.module, unsure.by) } : refusal);
}

/**
 * Something beside the fields may choose the version, and the save says the addresses of a rule: which are stored in that version nobody knows.
 * What is declared in `envelopeFields` chooses none.
 */
function unaskedBeside(requirements: readonly Requirement[], save: Save): Refused | undefined {
  if (!save.isSteered) return undefined;
  const isSaid = (address: Address) => says(saidOfReference(save, referringFieldOf(address), undefined));
  const unasked = requirements.filter(({ rule }) => rule.send.to.every(({ address }) => isSaid(address)));
  if (unasked.length === 0) return undefined;
  const levels = save.fields.get(BESIDES) ?? null;
  const names = (isList(levels) ? levels : []).flatMap((level) => (isObject(level) ? [...level.keys()] : []));
  const beside = names.map((name) => `"${name}"`).join(', ');
  const detail = `What stands beside the fields (${beside}) may choose another version of the record, and whose address is stored there nobody knows. Leave it out, or name it in "envelopeFields" of the module where the CRM chooses none by it; or leave out the address.`;
  // What would be confirmed names the address, and is no code's yet.
  const rules = unasked.map(({ rule, named }) => ({ rule, named }));
  return refused(refusalBeforeLedger('otp-recipient-missing', rules, detail));
}

/**
 * Why a message would have nothing where it shows the stored record, since nobody knows which value the save is about: the customer would agree
 * to what they cannot read.
 */
function blankFor(requirements: readonly Requirement[], { fields, by }: Unsure): Refused | undefined {
  const [blank] = requirements.flatMap(({ rule, save }) => {
    const shown = rule.send.wordings.flatMap(shownFieldsOf);
    const names = shown.filter((name) => fields.has(name) && !says(saidOf(save, name, undefined)));
    return names.map((name) => ({ name, save }));
  });
  if (!blank) return undefined;
  const detail = `The CRM may choose the record, or a version of it, by ${quotedNames(by)}, and shows another "${blank.name}", or none, to a read that has it. The customer has to read it before they agree. ${LEAVE_OUT}`;
  return refused(problem('request-unreadable', detail, { steered: steeredIn(blank.save.module, by) }));
}

/** Whether the stored value of every address of the rule is unknown. */
function isUnasked({ send }: Pick<Rule, 'send'>, { fields }: Unsure): boolean {
  return send.to.every(({ address }) => fields.has(referringFieldOf(address)));
}

/** Whether the stored value of one of them is unknown: the CRM does not show it in the version that the save may be about. */
export function hasUnsureAddress({ send }: Pick<Rule, 'send'>, record: StoredRecord | undefined): boolean {
  return send.to.some(({ address }) => record?.unsure?.fields.has(referringFieldOf(address)) ?? false);
}
