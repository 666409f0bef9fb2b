import type { CodeState } from '../ledger/row.ts';
import type { Rule } from '../rule/rule.ts';
import type { Save } from '../saving/save.ts';
import type { How } from './audit-event.ts';
import type { Cleared, OutgoingRequest } from './cleared.ts';
import type { Problem } from './problem.ts';
import type { Refusal } from './refusal.ts';

/** No rule applies, or every rule that applies was answered with a valid code, which the save now spends. */
export type Passing = {
  readonly kind: 'pass' | 'countersigned';
  /** Lets the request leave for which the verdict is. */
  cleared(request: OutgoingRequest): Cleared;
};

/** A code that is to be sent once the save has gone through. */
export type FollowUp = { readonly rule: Rule; readonly save: Save };

/** What was found against a request. It may be sent once it is a `Refusal`. */
export type Refused = {
  readonly kind: 'refused';
  readonly problem: Problem;
  /** The record, for the audit, where the request itself does not say which one it is about. */
  readonly record?: string | null;
};

/** The CRM would not show the record to this caller: its own answer is handed on. `isMissing`: it says that there is none. */
export type HandedOn = {
  readonly kind: 'handed-on';
  readonly answer: UpstreamAnswer;
  readonly isMissing?: boolean;
};

/** What the gate says of a request: it may leave, it is refused, or the CRM itself has refused it. */
export type Verdict = Passing | Refusal | HandedOn;

/** A claimed code: which row and which code must be settled when the answer is there. */
export type Redemption = {
  readonly rule: string;
  readonly module: string;
  readonly record: string | null;
  readonly key: string;
  readonly codeId: string;
  /** Digest of the request that spends it. */
  readonly save: string;
  /** What answered the rule. */
  readonly how: How;
  /** Who vouched for the save, sealed, where somebody did. */
  readonly note?: string | undefined;
  /** What the code was before the claim. */
  readonly before: CodeState;
};

/** An answer of the CRM, held in memory. Names of headers as they came, in pairs. */
export type UpstreamAnswer = {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
};

/** What was found against a request; `record` where the request does not say which one it is about. */
export function refused(problem: Problem, record?: string | null): Refused {
  return { kind: 'refused', problem, ...(record !== undefined && { record }) };
}
