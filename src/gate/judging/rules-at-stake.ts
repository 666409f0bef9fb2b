import { type Known, knownOf } from '../../core/criteria/facts.ts';
import { isEnforced, type Policy } from '../../core/rule/policy.ts';
import type { Rule } from '../../core/rule/rule.ts';
import { type Asker, createOf, type Save } from '../../core/saving/save.ts';
import { mayApply } from './requirements.ts';

/** What of the rules could concern one save, whatever is stored: found once, before the record's turn is waited for. */
export type RulesAtStake = {
  readonly save: Save;
  /** Rules that may apply, those in shadow mode too. */
  readonly rules: readonly Rule[];
  /** Rules that could send a code once the save went through. */
  readonly senders: readonly Rule[];
  /** Rules that keep who is there from callers without a grant. */
  readonly hiding: readonly Rule[];
};

/** What is known of a save before the stored record is: who asks, too, but for a name that the CRM has yet to vouch for. */
export function knownBy(save: Save, { caller, request }: Pick<Asker, 'caller' | 'request'>): Known {
  return { ...knownOf(save), request, caller: caller.claimed === undefined ? caller : undefined };
}

/** What of the policy could concern the save: of an upsert, as the update and as the create that it may be. */
export function rulesAtStake(known: Known, policy: Policy): RulesAtStake {
  const { save } = known;
  if (!save.upserts) return atStakeOf(known, policy);
  const { upserts: _, ...update } = save;
  const [asUpdate, asCreate] = [update, createOf(save)].map((one) =>
    atStakeOf({ ...known, ...knownOf(one) }, policy),
  );
  return {
    save,
    rules: unionOf(asUpdate?.rules, asCreate?.rules),
    senders: unionOf(asUpdate?.senders, asCreate?.senders),
    hiding: asUpdate?.hiding ?? [],
  };
}

function unionOf(one: readonly Rule[] = [], two: readonly Rule[] = []): readonly Rule[] {
  return [...new Set([...one, ...two])];
}

function atStakeOf(known: Known, policy: Policy): RulesAtStake {
  const { save } = known;
  const all = policy.rulesFor(known);
  const senders = save.operation === 'read' ? [] : all.filter(isEnforced);
  return narrowed({ save, rules: all, senders, hiding: policy.hidingRulesOf(save.module) }, known);
}

/** Those of the rules that could still concern the save, now that more is known of it. */
export function narrowed({ rules, senders, hiding }: RulesAtStake, known: Known): RulesAtStake {
  const { save } = known;
  return {
    save,
    rules: rules.filter((rule) => rule.appliesTo.mayHold(known) && mayApply(rule, known)),
    senders: senders.filter(({ send }) => send.when.mayHold(known)),
    hiding: save.id === null ? [] : hiding,
  };
}

/** Whether no rule has anything to say of the save, whatever is stored. */
export function isIdle({ rules, senders, hiding }: RulesAtStake): boolean {
  return rules.length + senders.length + hiding.length === 0;
}
