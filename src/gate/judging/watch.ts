import { knownOf } from '../../core/criteria/facts.ts';
import type { Policy } from '../../core/rule/policy.ts';
import type { Rule } from '../../core/rule/rule.ts';
import type { Save } from '../../core/saving/save.ts';
import { couldSpeak } from './requirements.ts';

/** What of the rules could concern one save, whatever is stored: found once, before the record's turn is waited for. */
export type Watch = {
  readonly save: Save;
  /** Rules that could speak and are enforced. */
  readonly enforced: readonly Rule[];
  /** Rules that could speak and would only say so. */
  readonly shadows: readonly Rule[];
  /** Rules that could send a code once the save went through. */
  readonly senders: readonly Rule[];
  /** Rules that keep who is there from callers without a grant. */
  readonly hiders: readonly Rule[];
};

export function watchOf(save: Save, policy: Policy): Watch {
  const rules = policy.rulesFor(save);
  const known = knownOf(save);
  return {
    save,
    enforced: rules.filter((rule) => couldSpeak(rule, known)),
    shadows: policy.shadowRulesFor(save).filter((rule) => couldSpeak(rule, known)),
    senders: save.operation === 'read' ? [] : rules.filter(({ send }) => send.when.mayHold(known)),
    hiders: save.id === null ? [] : policy.hidersOf(save.module),
  };
}

/** The rules that may apply and are enforced, of all the saves. */
export function enforcedAtStake(watches: readonly Watch[]): readonly Rule[] {
  return watches.flatMap(({ enforced, hiders }) => [...enforced, ...hiders]);
}

/** Whether no rule has anything to say of the save, whatever is stored. */
export function isIdle({ enforced, shadows, senders, hiders }: Watch): boolean {
  return enforced.length + shadows.length + senders.length + hiders.length === 0;
}
