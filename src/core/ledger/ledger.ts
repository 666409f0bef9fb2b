import type { CodePolicy } from '../rule/rule.ts';
import {
  attemptsLeft,
  attemptsResetAt,
  type Code,
  type CodeState,
  type EarlierCode,
  type Recipient,
  type Row,
  sendAllowedAt,
  standingOf,
  stateAt,
  withOneMore,
} from './row.ts';

/** How often a code may come back from a save that the CRM refused. */
export const MAX_RETURNS = 3;
const KEEP_MS = 24 * 3_600_000;
const MAX_EARLIER = 3;
/** What of a code in clear is kept no longer than it lives. */
const FORGOTTEN = { sealed: null, about: null } as const;

/*
 * The steps of a ledger row, each `(row, now, …)` to the next row, or to why not. A store keeps rows and refuses to replace
 * a version that is not the newest, so whatever gateways do at once, it is one step after the other.
 */

export type IssueRefusal = 'in-progress' | 'exhausted' | 'limited';
export type Issued =
  | { readonly ok: true; readonly row: Row }
  | { readonly ok: false; readonly reason: IssueRefusal };

/** A code as it is issued; everything else of it follows. */
export type NewCode = Omit<Code, 'issuedAt' | 'expiresAt' | 'state' | 'returns' | 'delivery' | 'earlier'>;

/** Whether a send could be reserved now, and if not, why. */
export function sendRefusal(row: Row, policy: CodePolicy, now: number): IssueRefusal | undefined {
  const standing = standingOf(row, now);
  if (standing === 'in-progress') return 'in-progress';
  if (standing === 'exhausted' || attemptsLeft(row, policy, now) === 0) return 'exhausted';
  return now < sendAllowedAt(row, policy, now) ? 'limited' : undefined;
}

/** Stores a new code and reserves the send; whatever code was there is superseded. Attempts are not refilled. */
export function issue(row: Row, now: number, fresh: NewCode): Issued {
  const reason = sendRefusal(row, fresh.policy, now);
  if (reason) return { ok: false, reason };
  const code: Code = {
    ...fresh,
    issuedAt: now,
    expiresAt: now + fresh.policy.validForMs,
    state: { kind: 'living' },
    returns: 0,
    earlier: earlierOf(row.code),
  };
  return { ok: true, row: next(row, { code, sends: counted(row.sends, code.policy, now) }, now) };
}

/** Reserves a send of the living code itself, to the same recipient; its life is not prolonged. */
export function repeat(row: Row, now: number, codeId: string): Issued {
  const { code } = row;
  if (code?.id !== codeId) return { ok: false, reason: 'limited' };
  const reason = sendRefusal(row, code.policy, now);
  if (reason) return { ok: false, reason };
  if (standingOf(row, now) !== 'living') return { ok: false, reason: 'limited' };
  return { ok: true, row: next(row, { sends: counted(row.sends, code.policy, now) }, now) };
}

/** Points the living code at the next recipient, after the one before it failed. */
export function readdress(row: Row, now: number, codeId: string, recipient: Recipient): Row | undefined {
  if (row.code?.id !== codeId) return undefined;
  return next(row, { code: { ...row.code, recipient, delivery: undefined } }, now);
}

/** No channel took the code: it does not live, and its send is given back. */
export function undeliver(row: Row, now: number, codeId: string): Row | undefined {
  const { code, sends } = row;
  if (code?.id !== codeId) return undefined;
  const dead: Code =
    code.state.kind === 'living' ? { ...code, state: { kind: 'undelivered' }, ...FORGOTTEN } : code;
  return next(row, { code: dead, sends: givenBack(sends) }, now);
}

/** A repeated send that definitely failed is given back; the code lives on. */
export function returnSend(row: Row, now: number, codeId: string): Row | undefined {
  if (row.code?.id !== codeId) return undefined;
  return next(row, { sends: givenBack(row.sends) }, now);
}

/** Pays for one comparison, before it is made. Undefined where the standing allows none. */
export function charge(row: Row, now: number, codeId: string): Row | undefined {
  const standing = standingOf(row, now);
  if (row.code?.id !== codeId || (standing !== 'living' && standing !== 'held')) return undefined;
  return next(row, { attempts: withOneMore(row.attempts, row.code.policy.resetAttemptsAfterMs, now) }, now);
}

/** Gives the price of a comparison back, because the code was right. `since` names the window that was charged. */
export function refund(row: Row, now: number, since: number): Row | undefined {
  const attempts = refunded(row, since);
  return attempts && next(row, { attempts }, now);
}

/** The comparison failed. The last wrong code kills the living one, for good. */
export function fail(row: Row, now: number, codeId: string): Row | undefined {
  const { code } = row;
  if (code?.id !== codeId || attemptsLeft(row, code.policy, now) > 0) return undefined;
  const state = stateAt(code, now);
  // One that was killed before keeps the save that it was still good for.
  if (state.kind !== 'living' && state.kind !== 'held') return undefined;
  return next(row, { code: exhausted(code, state.kind === 'held' ? state.save : null) }, now);
}

/**
 * Claims the code for a save, after a comparison that was paid for found it right, and gives its price back: `since` names the window
 * that was charged. It may have been paid for before the last wrong one killed the code; it still wins. A held code can be claimed
 * again by the identical save only.
 */
export function redeem(
  row: Row,
  now: number,
  codeId: string,
  save: string,
  answerWithinMs: number,
  since: number,
): Row | undefined {
  const { code } = row;
  if (code?.id !== codeId || now >= code.expiresAt) return undefined;
  const state = stateAt(code, now);
  if (!isFreeFor(state, save)) return undefined;
  const doubtful = state.kind !== 'living' && state.save !== null;
  return next(
    row,
    {
      attempts: refunded(row, since) ?? row.attempts,
      code: { ...code, state: { kind: 'claimed', save, until: now + answerWithinMs, doubtful } },
    },
    now,
  );
}

export type Outcome = 'saved' | 'notSaved' | 'unknown';

/**
 * Ends a claim by what became of the save. Undefined where the claim is no longer there. A refused save gives the code back:
 * to every save, or, where an earlier try of this one may have been saved, to this one only.
 */
export function settle(
  row: Row,
  now: number,
  codeId: string,
  save: string,
  outcome: Outcome,
): Row | undefined {
  const { code } = row;
  if (code?.id !== codeId || code.state.kind !== 'claimed' || code.state.save !== save) return undefined;
  if (outcome === 'unknown') return next(row, { code: { ...code, state: { kind: 'held', save } } }, now);
  if (outcome === 'saved' || code.returns >= MAX_RETURNS) {
    const sends = outcome === 'saved' ? { used: 0, since: 0, lastAt: 0 } : row.sends;
    return next(row, { code: { ...code, state: { kind: 'used', save, at: now }, ...FORGOTTEN }, sends }, now);
  }
  const { doubtful } = code.state;
  if (attemptsLeft(row, code.policy, now) === 0)
    return next(row, { code: exhausted(code, doubtful ? save : null) }, now);
  const state: CodeState = doubtful ? { kind: 'held', save } : { kind: 'living' };
  return next(row, { code: { ...code, state, returns: code.returns + 1 } }, now);
}

/** Undoes a claim whose save was not even tried: nothing is counted. */
export function unclaim(
  row: Row,
  now: number,
  codeId: string,
  save: string,
  before: CodeState,
): Row | undefined {
  const { code } = row;
  if (code?.id !== codeId || code.state.kind !== 'claimed' || code.state.save !== save) return undefined;
  const state = code.state.doubtful ? forOnly(before, save) : before;
  return next(row, { code: { ...code, state } }, now);
}

/** The state that a code had, where an earlier try of the save may have been saved since: good for this one only. */
function forOnly(before: CodeState, save: string): CodeState {
  if (before.kind === 'living') return { kind: 'held', save };
  return before.kind === 'exhausted' ? { kind: 'exhausted', save } : before;
}

type FreeState = Extract<CodeState, { kind: 'living' | 'held' | 'exhausted' }>;

function isFreeFor(state: CodeState, save: string): state is FreeState {
  if (state.kind === 'held') return state.save === save;
  if (state.kind === 'exhausted') return state.save === null || state.save === save;
  return state.kind === 'living';
}

function exhausted(code: Code, save: string | null): Code {
  return { ...code, state: { kind: 'exhausted', save }, ...FORGOTTEN };
}

function next(row: Row, change: Partial<Row>, now: number): Row {
  const changed = { ...row, ...change, version: row.version + 1 };
  const policy = changed.code?.policy;
  const windows = policy
    ? [attemptsResetAt(changed, policy), changed.sends.since + policy.resetResendsAfterMs]
    : [];
  return { ...changed, purgeAt: Math.max(now, changed.code?.expiresAt ?? 0, ...windows) + KEEP_MS };
}

function counted(sends: Row['sends'], policy: CodePolicy, now: number): Row['sends'] {
  return { ...withOneMore(sends, policy.resetResendsAfterMs, now), lastAt: now };
}

/** The window with one attempt less, where it is still the one that was charged. */
function refunded({ attempts }: Row, since: number): Row['attempts'] | undefined {
  return attempts.since === since && attempts.used > 0 ? { used: attempts.used - 1, since } : undefined;
}

function givenBack(sends: Row['sends']): Row['sends'] {
  return { ...sends, used: Math.max(0, sends.used - 1), lastAt: 0 };
}

function earlierOf(code: Code | null): readonly EarlierCode[] {
  if (!code) return [];
  const { id, verifier, binding, state } = code;
  const fate = state.kind === 'used' ? 'used' : 'superseded';
  return [{ id, verifier, bindingDigest: binding.digest, fate } as const, ...code.earlier].slice(
    0,
    MAX_EARLIER,
  );
}
