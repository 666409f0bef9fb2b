import type { CodeState } from '../ledger/row.ts';
import type { Rule } from '../rule/rule.ts';
import type { Save } from '../saving/save.ts';
import type { Cleared, OutgoingRequest } from './cleared.ts';
import type { Problem } from './problem.ts';

/** No rule applies to the save. */
export type Pass = {
  readonly kind: 'pass';
  readonly followUps: readonly FollowUp[];
  /** Lets the request leave for which the verdict is. */
  cleared(request: OutgoingRequest): Cleared;
};

/** A code that is to be sent once the save has gone through. */
export type FollowUp = { readonly rule: Rule; readonly save: Save };

/** Every rule that applies was answered with a valid code, which the save now spends. */
export type Countersigned = {
  readonly kind: 'countersigned';
  readonly redemptions: readonly Redemption[];
  readonly followUps: readonly FollowUp[];
  /** Lets the request leave for which the verdict is. */
  cleared(request: OutgoingRequest): Cleared;
};

export type Refused = { readonly kind: 'refused'; readonly problem: Problem };

/** The CRM would not show the record to this caller: its own answer is handed on. */
export type HandedOn = { readonly kind: 'handed-on'; readonly answer: UpstreamAnswer };

export type Verdict = Pass | Countersigned | Refused | HandedOn;

/** A claimed code: which row and which code must be settled when the answer is there. */
export type Redemption = {
  readonly rule: string;
  readonly module: string;
  readonly record: string | null;
  readonly key: string;
  readonly codeId: string;
  /** Digest of the request that spends it. */
  readonly save: string;
  /** What the code was before the claim. */
  readonly before: CodeState;
};

/** An answer of the CRM, held in memory. Names of headers as they came, in pairs. */
export type UpstreamAnswer = {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
};

export function refused(problem: Problem): Refused {
  return { kind: 'refused', problem };
}
