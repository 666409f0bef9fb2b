import type { CodeState } from '../ledger/row.ts';
import type { Rule } from '../rule/rule.ts';
import type { Save } from '../saving/save.ts';
import type { Problem } from './problem.ts';

declare const judged: unique symbol;

/** No rule speaks about the save. */
export type Pass = {
  readonly kind: 'pass';
  readonly followUps: readonly FollowUp[];
  readonly [judged]: true;
};

/** A code that is to be sent once the save has gone through. */
export type FollowUp = { readonly rule: Rule; readonly save: Save };

/** Every rule that speaks was answered with a valid code, which the save now spends. */
export type Countersigned = {
  readonly kind: 'countersigned';
  readonly redemptions: readonly Redemption[];
  readonly followUps: readonly FollowUp[];
  readonly [judged]: true;
};

export type Refused = { readonly kind: 'refused'; readonly problem: Problem };

/** The CRM would not show the record to this caller: its own answer is handed on. */
export type HandedOn = { readonly kind: 'handed-on'; readonly answer: UpstreamAnswer };

export type Verdict = Pass | Countersigned | Refused | HandedOn;

/** What a save needs to be forwarded. Only the gate makes one. */
export type Clearance = Pass | Countersigned;

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

export function pass(followUps: readonly FollowUp[] = []): Pass {
  return { kind: 'pass', followUps } as Pass;
}

export function countersigned(
  redemptions: readonly Redemption[],
  followUps: readonly FollowUp[],
): Countersigned {
  return { kind: 'countersigned', redemptions, followUps } as Countersigned;
}

export function refused(problem: Problem): Refused {
  return { kind: 'refused', problem };
}
