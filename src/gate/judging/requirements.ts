import { candidatesOf, isAlready } from '../../core/likeness/likeness.ts';
import { guardedAddressesOf, type Rule } from '../../core/rule/rule.ts';
import { type Intent, readOf, type Save } from '../../core/saving/save.ts';
import { isEmpty, type JsonObject } from '../../core/wire/json.ts';
import type { Subject } from '../ledger/subject.ts';

/** One rule that speaks about one save. */
export type Requirement = Subject & {
  /** The clauses that were true, for the log. */
  readonly why: readonly string[];
  /** What answers call the record, where the request does not say which one is meant. */
  readonly named?: string | undefined;
};

/** Whether the rule could speak about the save, whatever is stored: if none could, the CRM is not asked for the record. */
export function couldSpeak(rule: Rule, save: Save): boolean {
  if (save.operation === 'create') return rule.onCreate !== 'allow' && rule.when.mayHold(save);
  if (rule.on.has(save.operation) && rule.when.mayHold(save)) return true;
  if (rule.on.has('read') && rule.when.mayHold(readOf(save))) return true;
  return save.operation === 'update' && touchesRecipient(rule, save);
}

/**
 * The rules that speak about the save. A rule about reads speaks about the answer to it, which may show the record: as the
 * question for the read, or, where the save changes the address, as the question for that.
 */
export function requirementsOf(
  rules: readonly Rule[],
  save: Save,
  before: JsonObject | null,
  intent: Pick<Intent, 'caller' | 'request' | 'saves'>,
  now: number,
): readonly Requirement[] {
  const { user: caller } = intent.caller;
  const named = intent.saves.length > 1 ? (save.id ?? undefined) : undefined;
  const facts = { save, before, caller: intent.caller, request: intent.request, now };
  return rules
    .filter((rule) => couldSpeak(rule, save) && rule.appliesTo.hold(facts))
    .flatMap((rule): Requirement[] => {
      const byCriteria =
        (save.operation === 'create' || rule.on.has(save.operation)) && rule.when.hold(facts);
      const byAddress = changesRecipient(rule, save, before);
      if (!byCriteria && !byAddress) {
        const read = { ...facts, save: readOf(save) };
        const shows = save.operation !== 'create' && rule.on.has('read') && rule.when.hold(read);
        const why = shows ? rule.when.why(read) : [];
        return shows ? [{ rule, save: read.save, before, about: 'criteria', caller, why, named }] : [];
      }
      const about = byCriteria ? (byAddress ? 'both' : 'criteria') : 'address';
      return [{ rule, save, before, about, caller, why: rule.when.why(facts), named }];
    });
}

function touchesRecipient(rule: Rule, save: Save): boolean {
  return guardedAddressesOf(rule).some((field) => candidatesOf(save.fields, field).length > 0);
}

/** Whether the save changes an address that the rule's codes go to. Setting an empty one is free; an unknown one is not empty. */
function changesRecipient(rule: Rule, save: Save, before: JsonObject | null): boolean {
  if (before === null || save.operation !== 'update') return false;
  return guardedAddressesOf(rule).some((field) => {
    const stored = before.get(field);
    if (stored !== undefined && isEmpty(stored)) return false;
    return candidatesOf(save.fields, field).some(
      (value) => stored === undefined || !isAlready(stored, value),
    );
  });
}
