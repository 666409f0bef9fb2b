import type { Facts, Known } from '../../core/criteria/facts.ts';
import { touchesAddress } from '../../core/rule/address-change.ts';
import type { Rule } from '../../core/rule/rule.ts';
import { readOf } from '../../core/saving/save.ts';
import type { Subject } from '../ledger/subject.ts';
import type { ChangedAddresses } from './changed-addresses.ts';

/** One rule that applies to one save. */
export type Requirement = Subject & {
  /** The clauses that were true, for the log. */
  readonly why: readonly string[];
  /** What answers call the record, where the request does not say which one is meant. */
  readonly named?: string | undefined;
};

/** Whether the rule may apply, whatever the facts are that are not known yet: if none may, the CRM is not asked for the record. */
export function mayApply(rule: Rule, known: Known): boolean {
  const { save } = known;
  if (save.operation === 'create') return rule.onCreate !== 'allow' && rule.when.mayHold(known);
  if (rule.on.has(save.operation) && rule.when.mayHold(known)) return true;
  if (rule.on.has('read') && rule.when.mayHold({ ...known, save: readOf(save) })) return true;
  return touchesAddress(rule, save);
}

/**
 * Of the rules that may apply and ask this caller, those that do apply. A rule about reads applies to the answer to a save, which may
 * show the record: as the question for the read, or, where the save changes the address, as the question for that. `changed`: the
 * rules that have an address changed by the save, and are to ask about it.
 */
export function requirementsOf(
  rules: readonly Rule[],
  facts: Facts,
  changed: ChangedAddresses,
): readonly Requirement[] {
  const { save, before } = facts;
  const caller = facts.caller.user;
  const named = save.id ?? undefined;
  return rules.flatMap((rule): Requirement[] => {
    const byCriteria = (save.operation === 'create' || rule.on.has(save.operation)) && rule.when.hold(facts);
    const byAddress = changed.has(rule);
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

/** The rules that they are about, each as often as it applies. */
export function rulesOf(requirements: readonly Requirement[]): readonly Rule[] {
  return requirements.map(({ rule }) => rule);
}
