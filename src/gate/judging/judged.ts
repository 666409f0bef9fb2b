import type { Rule } from '../../core/rule/rule.ts';
import { kindOf, type Save } from '../../core/saving/save.ts';
import type { Steered } from '../../core/saving/steered-by.ts';
import type { Reason, Refusable } from '../../core/verdict/audit-event.ts';
import type { WhyRule } from '../../core/verdict/decision-record.ts';
import type { FollowUp, HandedOn, Redemption, Refused } from '../../core/verdict/verdict.ts';
import type { Intent } from '../../ports/intent.ts';
import type { FoundRecord } from '../../ports.ts';
import type { Requirement } from './requirements.ts';

/** What is done once the request went through. Never throws. */
export type AfterSave = () => Promise<void>;

/** A refusal that waits until what was done on the way is kept for the audit and for who wants to hear of it. */
export type Refusing = Refused & { readonly kept?: Promise<unknown> };

/** What is due once the request went through. */
export type Going = {
  readonly followUps: readonly FollowUp[];
  /** Notices to customers that somebody vouched for the save, and what the audit has to say of a save that nobody was asked about. */
  readonly afterSave: readonly AfterSave[];
};

/** What was found for or against a request: no rule applies, its codes were right, or it may not go on. */
export type Judgement =
  | (Going & { readonly kind: 'pass' })
  | (Going & { readonly kind: 'countersigned'; readonly redemptions: readonly Redemption[] })
  | Refusing
  | HandedOn;

/** What a refusal is about: a record, or a request of which nobody knows that it is about one. */
export type RefusalAbout =
  | {
      readonly what: Refusable;
      readonly module: string;
      readonly record: string | null;
      readonly rules: readonly Pick<Rule, 'id'>[];
    }
  | { readonly what: 'request'; readonly rules: readonly Pick<Rule, 'id'>[] };

/** What the gate found out about a request. */
export type Judged = {
  readonly found: Judgement;
  /** What a refusal is about. */
  readonly about: RefusalAbout;
  /** The stored records by which the saves were judged. */
  readonly records: ReadonlyMap<Save, FoundRecord>;
  /** The rules that apply, those in shadow mode too. */
  readonly reasons: readonly WhyRule[];
  /** What the rules in shadow mode would have said: a slug, or the CRM's own status. */
  readonly would: Reason | undefined;
  /** What may have chosen another record or version of those saves that rules would ask about, or refuse. */
  readonly steered: readonly Steered[];
};

/** Why a request ends, by which of its saves, and by which rules. */
export type Stopped = {
  readonly stop: Refused | HandedOn;
  readonly save: Save | undefined;
  readonly rules: readonly Rule[];
};

/** A request that ends without any of its saves being judged. */
export function stoppedBy({ stop, save, rules }: Stopped, intent: Intent): Judged {
  return {
    found: stop,
    about: aboutOf(intent, save, rules),
    records: new Map(),
    reasons: [],
    would: undefined,
    steered: [],
  };
}

/** What a refusal of this save of the request is about, by these rules. */
export function aboutOf(intent: Intent, save: Save | undefined, rules: readonly Rule[]): RefusalAbout {
  return { what: kindOf(intent), module: save?.module ?? '', record: save?.id ?? null, rules };
}

/** Why the rule applies, for the log and the console. */
export function reasonOf({ rule, save, about, why }: Requirement): WhyRule {
  const record = rule.mode === 'shadow' && { record: save.id };
  return { rule: rule.id, ...record, about, why, mode: rule.mode };
}
