import type { BindingKind, CodePolicy } from '../rule/rule.ts';
import { NO_SENDS, type SendWindow, usedOf, type Window } from './window.ts';

/** What every row has. A row is of one kind for good. */
export type RowBase = {
  readonly kind: string;
  /** Keyed hash of what the row is about: no address, no id in clear. */
  readonly key: string;
  /** Goes up by one with every step; 0 is a row that was never stored. */
  readonly version: number;
  /** From when on nobody needs the row. */
  readonly purgeAt: number;
};

/** One kind of row, and what a row of it is that was never stored. */
export type RowKind<R extends RowBase> = { readonly kind: R['kind']; empty(key: string): R };

/**
 * One row a rule and record: the window of attempts, the window of sends, and at most one code. All times are milliseconds since 1970
 * by the store's clock.
 */
export type Row = RowBase & {
  readonly kind: 'code';
  readonly attempts: Window;
  readonly sends: SendWindow;
  readonly code: Code | null;
  /** Who asked for what the rule guards, sealed, where others may vouch for it: they may not be the same. */
  readonly askers?: string;
};

/** The code of a row, in whatever state: what it confirms, to whom it went, and what became of it. Never the code itself in clear. */
export type Code = {
  readonly id: string;
  /** What `CodeHasher` made of the code; never the code. */
  readonly verifier: string;
  /** The code, sealed under the secret, where the policy repeats it (`resend: same`); gone when the code is. */
  readonly sealed: string | null;
  /** The save that it is about, sealed too, so that it can be sent again by hand; gone when the code is. */
  readonly about: string | null;
  /** What its page shows the customer, sealed too, where the rule has one; gone when the question is answered. */
  readonly page?: string | null;
  /** By which the bound save passes without the code. */
  readonly approval?: Approval;
  readonly binding: Binding;
  readonly recipient: Recipient;
  /** Key of the meter of the caller who asked for it. */
  readonly askedBy?: string;
  /** Those of others who had it sent again. */
  readonly repeatedBy?: readonly string[];
  readonly issuedAt: number;
  readonly expiresAt: number;
  /** The rule's policy when the code was issued: a reload neither loosens nor strands it. */
  readonly policy: CodePolicy;
  readonly state: CodeState;
  /** How often a save that failed gave the code back. */
  readonly returns: number;
  /** What the provider reported of a message with this code. For whoever looks; it decides nothing. */
  readonly delivery?: DeliveryReport | undefined;
  /** Codes that this one replaced, newest first, so that an answer can tell "superseded" and "used" from "wrong". */
  readonly earlier: readonly EarlierCode[];
};

/** Somebody answered for the save that the code is bound to: the customer on its page, or somebody who may vouch for it. */
export type Approval =
  | { readonly by: 'page' }
  /** `note` says who and why, sealed. `isAlone`: nobody had asked for just that by a verified name, so whoever vouched may not save. */
  | { readonly by: 'override'; readonly note: string; readonly isAlone: boolean };

/** What is kept of a code that another one replaced. */
export type EarlierCode = Pick<Code, 'id' | 'verifier' | 'repeatedBy'> & {
  readonly bindingDigest: string;
  readonly fate: 'superseded' | 'used';
  /** Of one that lived until it was replaced: the meter of whoever asked for it, and when it would have been over. */
  readonly asked?: { readonly by: string; readonly overAt: number };
};

/** What a code confirms, as a digest, and by which fields that was made. */
export type Binding = {
  readonly kind: BindingKind;
  /** The fields that were digested, for `change`. */
  readonly fields: readonly string[];
  /** Those of them to which the save gave a value: the others were digested as they were stored. */
  readonly said?: readonly string[];
  /** Whether the name of the caller was digested too. */
  readonly caller?: true;
  readonly digest: string;
};

/** To whom a code went, without the address in clear. An empty channel: to nobody. */
export type Recipient = {
  readonly channel: string;
  /** Keyed hash of the address, which is frozen with the code. */
  readonly fingerprint: string;
  readonly masked: string;
  /** ISO 3166-1, where it is the number of a country. */
  readonly country?: string;
};

/** `undelivered` and `failed` as Twilio tells them apart: by the carrier, or before it got there. */
export type DeliveryStatus = 'sent' | 'undelivered' | 'failed' | 'delivered' | 'read';

/** `at` is when it was reported. */
export type DeliveryReport = { readonly status: DeliveryStatus; readonly at: number };

/** What became of a code so far, as it is stored. What time alone decides (`expired`) is not in it: see `standingOf`. */
export type CodeState =
  | { readonly kind: 'living' }
  /** A save spends it now; `until` is when an answer must have come, `doubtful` that an earlier try of it may have been saved. */
  | { readonly kind: 'claimed'; readonly save: string; readonly until: number; readonly doubtful?: boolean }
  /** Nobody knows whether the save arrived: good for the identical save only. */
  | { readonly kind: 'held'; readonly save: string }
  /** A save spent it, at that time; `save` is that save. */
  | { readonly kind: 'used'; readonly save: string; readonly at: number }
  /** The attempts were used up; `save` is the only one it was still good for, where there was one. */
  | { readonly kind: 'exhausted'; readonly save: string | null }
  /** No channel took it. */
  | { readonly kind: 'undelivered' }
  /** Taken back, before it was spent, by somebody who may ask for one. */
  | { readonly kind: 'withdrawn' }
  /** The customer objected: until then nothing is sent or taken. */
  | { readonly kind: 'declined'; readonly until: number };

/** What a rule and a record come to at a moment: whether a code is out, and what may be done with it. */
export type Standing =
  | 'none'
  | 'living'
  | 'approved'
  | 'overridden'
  | 'declined'
  | 'expired'
  | 'in-progress'
  | 'held'
  | 'used'
  | 'exhausted';

/** The row of which nothing was stored yet. */
export function emptyRow(key: string): Row {
  return {
    kind: 'code',
    key,
    version: 0,
    attempts: { used: 0, since: 0 },
    sends: NO_SENDS,
    code: null,
    purgeAt: 0,
  };
}

/** Rows of rules and records, most of which have a code. */
export const CODE: RowKind<Row> = { kind: 'code', empty: emptyRow };

/** What a row says at a moment, before any code is looked at. */
export function standingOf(row: Row, now: number): Standing {
  const { code } = row;
  const state = code && stateAt(code, now);
  if (state?.kind === 'claimed') return 'in-progress';
  if (state?.kind === 'used') return 'used';
  if (state?.kind === 'declined' && now < state.until) return 'declined';
  // Attempts are nothing to what needs no code.
  if (code?.approval && now < code.expiresAt) {
    if (state?.kind === 'living') return code.approval.by === 'page' ? 'approved' : 'overridden';
    if (state?.kind === 'held') return 'held';
  }
  if (code && attemptsLeft(row, code.policy, now) === 0) return 'exhausted';
  if (!code || (state && OVER.includes(state.kind))) return 'none';
  if (now >= code.expiresAt || state?.kind === 'exhausted') return 'expired';
  return state?.kind === 'held' ? 'held' : 'living';
}

/** Of these nothing is told: it is as if there had been no code. */
const OVER: readonly CodeState['kind'][] = ['undelivered', 'withdrawn', 'declined'];

/** A claim that outlived its answer (the gateway died) is a held code. */
export function stateAt(code: Code, now: number): CodeState {
  const { state } = code;
  return state.kind === 'claimed' && now >= state.until ? { kind: 'held', save: state.save } : state;
}

/** How many comparisons the window still allows. */
export function attemptsLeft(row: Row, policy: CodePolicy, now: number): number {
  return Math.max(0, policy.maxAttempts - usedOf(row.attempts, policy.resetAttemptsAfterMs, now));
}

/** Until when nothing is sent or taken, because the customer objected; 0 where nobody did. */
export function frozenUntil({ code }: Pick<Row, 'code'>): number {
  return code?.state.kind === 'declined' ? code.state.until : 0;
}

/** When the attempts are whole again. */
export function attemptsResetAt(row: Row, policy: CodePolicy): number {
  return row.attempts.since + policy.resetAttemptsAfterMs;
}

/** How many sends the window still allows: the first one, and the resends. */
export function resendsLeft(row: Row, policy: CodePolicy, now: number): number {
  return Math.max(0, policy.maxResends + 1 - usedOf(row.sends, policy.resetResendsAfterMs, now));
}

/** From when on another send is allowed. */
export function sendAllowedAt(row: Row, policy: CodePolicy, now: number): number {
  const cooled = row.sends.lastAt === 0 ? now : row.sends.lastAt + policy.cooldownMs;
  // What somebody answered for is not taken from them by a newer question.
  const isAnswered = ['approved', 'overridden'].includes(standingOf(row, now));
  const answered = isAnswered ? (row.code?.expiresAt ?? now) : now;
  return Math.max(
    answered,
    resendsLeft(row, policy, now) > 0 ? cooled : row.sends.since + policy.resetResendsAfterMs,
  );
}
