import { type Approval, type Code, type Row, standingOf, stateAt } from './row.ts';
import { earlierOf, type Issued } from './sends.ts';
import { codeStepTo, FORGOTTEN, type Step } from './step.ts';

/*
 * The steps by which people decide about a code that is out: whoever asked for it, its customer, or somebody who vouches for its save.
 */

/** What a withdrawal finds: something to take back, nothing, or a save that spends it already. */
export type Withdrawn = Step<Row, unknown, { readonly reason: 'nothing' | 'in-progress' }>;

/** Takes back what is out, for good. Attempts, sends and the cool-down stay as they are counted. */
export function withdraw(row: Row, now: number): Withdrawn {
  const { code } = row;
  const state = code && now < code.expiresAt ? stateAt(code, now) : undefined;
  if (code && state?.kind === 'claimed') return { ok: false, reason: 'in-progress' };
  if (!code || (state?.kind !== 'living' && state?.kind !== 'held')) return { ok: false, reason: 'nothing' };
  return codeStepTo(row, now, { code: { ...code, state: { kind: 'withdrawn' }, ...FORGOTTEN } });
}

/** How the question about a code stands for the customer who has its link: it waits for an answer, or why it takes none. */
export type Question =
  | 'open'
  | 'answered'
  | 'declined'
  | 'used'
  | 'in-progress'
  | 'exhausted'
  | 'expired'
  | 'withdrawn'
  | 'superseded';

/** How the question stands that a link with this code's name asks. */
export function questionOf(row: Row, now: number, codeId: string): Question {
  const { code } = row;
  if (!code) return 'expired';
  if (code.id !== codeId) return 'superseded';
  switch (stateAt(code, now).kind) {
    case 'claimed':
      return 'in-progress';
    case 'used':
    case 'held':
      return 'used';
    case 'declined':
      return 'declined';
    case 'withdrawn':
    case 'undelivered':
      return 'withdrawn';
    case 'exhausted':
      return 'exhausted';
    case 'living':
      if (now >= code.expiresAt) return 'expired';
      if (code.approval) return 'answered';
      return standingOf(row, now) === 'living' ? 'open' : 'exhausted';
  }
}

/** What an answer finds. */
export type Consent = Step<Row, unknown, { readonly question: Exclude<Question, 'open'> }>;

type ByCode = { readonly codeId: Code['id'] };

/** The customer agrees: the save that the code is bound to passes once without it, as long as the code would have lived. */
export function approve(row: Row, now: number, { codeId }: ByCode): Consent {
  const question = questionOf(row, now, codeId);
  if (question !== 'open') return { ok: false, question };
  const code = row.code && { ...row.code, approval: { by: 'page' } as const, page: null };
  return codeStepTo(row, now, { code });
}

/** The customer objects: the code is dead, and none is sent or taken for as long as a window of attempts is. */
export function decline(row: Row, now: number, { codeId }: ByCode): Consent {
  const question = questionOf(row, now, codeId);
  if (question !== 'open' || !row.code)
    return { ok: false, question: question === 'open' ? 'expired' : question };
  const until = now + row.code.policy.resetAttemptsAfterMs;
  const code = { ...row.code, state: { kind: 'declined', until } as const, ...FORGOTTEN };
  return codeStepTo(row, now, { code });
}

/** What somebody vouches for; everything else of it follows. */
export type Vouched = Pick<Code, 'id' | 'binding' | 'policy'> & {
  readonly approval: Extract<Approval, { by: 'override' }>;
};

/** There is nobody to whom a code went. */
const NOBODY = { channel: '', fingerprint: '', masked: '' };

/**
 * Somebody vouches for a save: it passes once without a code, as long as a code would live. A code that is out is superseded; nothing
 * is counted as sent. What is answered for already is not replaced.
 */
export function override(row: Row, now: number, vouched: Vouched): Issued {
  const standing = standingOf(row, now);
  if (standing === 'in-progress' || standing === 'declined') return { ok: false, reason: standing };
  if (standing === 'approved' || standing === 'overridden') return { ok: false, reason: 'limited' };
  const code: Code = {
    ...vouched,
    verifier: '',
    sealed: null,
    about: null,
    recipient: NOBODY,
    issuedAt: now,
    expiresAt: now + vouched.policy.validForMs,
    state: { kind: 'living' },
    returns: 0,
    earlier: earlierOf(row.code, now),
  };
  return codeStepTo(row, now, { code });
}
