import {
  attemptsLeft,
  type Code,
  type CodeState,
  type Row,
  type Standing,
  standingOf,
  stateAt,
} from './row.ts';
import { codeStepTo, FORGOTTEN, NOT_TAKEN, type Step } from './step.ts';
import { withOneMore } from './window.ts';

/*
 * The steps by which a code is compared and spent.
 */

/** How often a code may come back from a save that the CRM refused. */
export const MAX_RETURNS = 3;

type ByCode = Pick<Claim, 'codeId'>;

/** Pays for one comparison, before it is made. Not taken where the standing allows none. */
export function charge(row: Row, now: number, { codeId }: ByCode): Step<Row> {
  const standing = standingOf(row, now);
  if (row.code?.id !== codeId || !COMPARED.includes(standing)) return NOT_TAKEN;
  const attempts = withOneMore(row.attempts, row.code.policy.resetAttemptsAfterMs, now);
  return codeStepTo(row, now, { attempts });
}

/** An approved code may be entered as well: who does so may not know that it was approved. */
const COMPARED: readonly Standing[] = ['living', 'approved', 'held'];

/** Gives the price of a comparison back, because the code was right. `since` names the window that was charged. */
export function refund(row: Row, now: number, { since }: { readonly since: number }): Step<Row> {
  const attempts = refunded(row, since);
  return attempts ? codeStepTo(row, now, { attempts }) : NOT_TAKEN;
}

/** The comparison failed. The last wrong code kills the living one, for good, where nobody answered for its save. */
export function fail(row: Row, now: number, { codeId }: ByCode): Step<Row> {
  const { code } = row;
  if (code?.id !== codeId || code.approval || attemptsLeft(row, code.policy, now) > 0) return NOT_TAKEN;
  const state = stateAt(code, now);
  // One that was killed before keeps the save that it was still good for.
  if (state.kind !== 'living' && state.kind !== 'held') return NOT_TAKEN;
  return codeStepTo(row, now, { code: exhausted(code, state.kind === 'held' ? state.save : null) });
}

/** The claim of one save on a code. */
export type Claim = { readonly codeId: Code['id']; readonly save: string };

/** `since` names the window that a comparison was charged to; undefined where there was none. */
export type NewClaim = Claim & { readonly answerWithinMs: number; readonly since: number | undefined };

/**
 * Claims the code for a save: after a comparison that was paid for found it right, whose price is given back, or because somebody
 * answered for the save. It may have been paid for before the last wrong one killed the code; it still wins. A held code can be claimed
 * again by the identical save only.
 */
export function redeem(
  row: Row,
  now: number,
  { codeId, save, answerWithinMs, since }: NewClaim,
): Step<Row, { readonly before: CodeState }> {
  const { code } = row;
  if (code?.id !== codeId || now >= code.expiresAt) return NOT_TAKEN;
  if (since === undefined && !code.approval) return NOT_TAKEN;
  const state = stateAt(code, now);
  if (!isFreeFor(state, save)) return NOT_TAKEN;
  const doubtful = state.kind !== 'living' && state.save !== null;
  const step = codeStepTo(row, now, {
    attempts: (since === undefined ? undefined : refunded(row, since)) ?? row.attempts,
    code: { ...code, state: { kind: 'claimed', save, until: now + answerWithinMs, doubtful } },
  });
  return { ...step, before: code.state };
}

/** What became of a save, as far as anybody knows. */
export type Outcome = 'saved' | 'notSaved' | 'unknown';

/** How a save ended. `mayDoMore`: to send it again may create, or pay, once more, as with a POST. */
export type Ending = { readonly outcome: Outcome; readonly mayDoMore?: boolean };

/**
 * Ends a claim by what became of the save. Not taken where the claim is no longer there. A refused save gives the code back:
 * to every save, or, where an earlier try of this one may have been saved, to this one only. One of which nobody knows what became of it may
 * be tried again, as often as it likes only where that changes nothing more.
 */
export function settle(
  row: Row,
  now: number,
  { codeId, save, outcome, mayDoMore }: Claim & Ending,
): Step<Row> {
  const { code } = row;
  if (code?.id !== codeId || code.state.kind !== 'claimed' || code.state.save !== save) return NOT_TAKEN;
  if (outcome === 'unknown' && !mayDoMore)
    return codeStepTo(row, now, { code: { ...code, state: { kind: 'held', save } } });
  if (outcome === 'saved' || code.returns >= MAX_RETURNS) {
    const sends = outcome === 'saved' ? { used: 0, since: 0, lastAt: 0 } : row.sends;
    const used: Code = { ...code, state: { kind: 'used', save, at: now }, ...FORGOTTEN };
    return codeStepTo(row, now, { code: used, sends });
  }
  const returns = code.returns + 1;
  if (outcome === 'unknown')
    return codeStepTo(row, now, { code: { ...code, state: { kind: 'held', save }, returns } });
  const { doubtful } = code.state;
  if (!code.approval && attemptsLeft(row, code.policy, now) === 0)
    return codeStepTo(row, now, { code: exhausted(code, doubtful ? save : null) });
  const state: CodeState = doubtful ? { kind: 'held', save } : { kind: 'living' };
  return codeStepTo(row, now, { code: { ...code, state, returns } });
}

/** Undoes a claim whose save was not even tried: nothing is counted. `before`: the state that the code had. */
export function unclaim(
  row: Row,
  now: number,
  { codeId, save, before }: Claim & { readonly before: CodeState },
): Step<Row> {
  const { code } = row;
  if (code?.id !== codeId || code.state.kind !== 'claimed' || code.state.save !== save) return NOT_TAKEN;
  const state = code.state.doubtful ? forOnly(before, save) : before;
  return codeStepTo(row, now, { code: { ...code, state } });
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

/** The window with one attempt less, where it is still the one that was charged. */
function refunded({ attempts }: Row, since: number): Row['attempts'] | undefined {
  return attempts.since === since && attempts.used > 0 ? { used: attempts.used - 1, since } : undefined;
}
