import type { Outcome } from '../ledger/spending.ts';
import type { AsksAbout } from '../rule/message.ts';
import type { Rule } from '../rule/rule.ts';
import type { Steered } from '../saving/steered-by.ts';
import type { Reason } from './audit-event.ts';
import type { Slug, Written } from './problem.ts';

/**
 * One decision about one request, from its arrival to its end: what the log has a line of, the metrics count, `simulate` and `report`
 * read. Rules, clauses, verdict and times; no value of a record, no address, no code.
 */
export type DecisionRecord = {
  /** `request`: it was refused without being judged, or, in shadow mode, would have been. */
  readonly kind: 'save' | 'read' | 'request';
  readonly decision: string;
  readonly request: string;
  readonly trace?: string | undefined;
  /** The caller's verified name. */
  readonly user?: string;
  readonly method: string;
  /** With `*` for what tells records apart. */
  readonly path: string;
  readonly modules?: readonly string[];
  /** The slug of a refusal; `failed` where the gate came to no verdict. */
  readonly verdict: 'pass' | 'countersigned' | 'handed-on' | 'failed' | Slug;
  /** What rules in shadow mode would have said. */
  readonly would?: Reason | undefined;
  /** The rules that apply, those in shadow mode too. */
  readonly rules: readonly string[];
  readonly why?: readonly WhyRule[];
  /** What the client was told of a request that was refused unjudged. */
  readonly detail?: string;
  /** What an unmapped write wrote, in the CRM's own words. */
  readonly written?: Written;
  /** The names of what was saved, by module, while there are rules in shadow mode: at the fields, and beside them. */
  readonly named?: Readonly<Record<string, readonly string[]>>;
  readonly beside?: Readonly<Record<string, readonly string[]>>;
  /** What was seen of nested members. */
  readonly nested?: readonly unknown[];
  /** What may have chosen another record or version, where the save was refused or asked about, or would have been. */
  readonly steered?: readonly Steered[];
  readonly gateMs?: number | undefined;
  /** To the head of the CRM's answer. */
  readonly ms?: number;
  /** The status of the CRM's answer. */
  readonly crm?: number | undefined;
  readonly outcome?: Outcome | undefined;
};

/** A rule that applies to a record, and why. */
export type WhyRule = {
  readonly rule: string;
  /** Of rules in shadow mode, of which the audit has nothing. */
  readonly record?: string | null;
  /** `unread`: the stored record could not be read, so the rule could not be judged. */
  readonly about: AsksAbout | 'unread';
  /** The clauses that were true. */
  readonly why: readonly string[];
  readonly mode: Rule['mode'];
};
