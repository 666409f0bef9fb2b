import { type Code, type Row, type Standing, standingOf } from '../../core/ledger/row.ts';
import type { Slug } from '../../core/verdict/problem.ts';
import type { Keys, Seen } from '../ledger/rows.ts';
import type { Requirement } from './requirements.ts';

/** What was found about one requirement and the code that was presented for it. */
export type Finding = {
  readonly requirement: Requirement;
  readonly row: Row;
  readonly now: number;
  /** Undefined where nothing is wrong with this requirement's code, or it was not looked at. */
  readonly slug: Slug | undefined;
  /** Why no code was sent for a save that wants one, where another one is out, or none by itself. */
  readonly unsent?: 'other-values' | 'by-hand' | undefined;
  /** When a limit allows another try. */
  readonly retryAt?: number | undefined;
};

/** A code against which nothing stands but its comparison, or nothing at all. */
export type Candidate = Finding &
  Seen & {
    readonly keys: Keys;
    readonly code: Code;
    /** Undefined where somebody answered for the save, so that no code is compared. */
    readonly text: string | undefined;
  };

/** Why a standing allows no comparison. */
export const REFUSED_STANDINGS: Partial<Readonly<Record<Standing, Slug>>> = {
  none: 'otp-required',
  'in-progress': 'otp-in-progress',
  declined: 'otp-declined',
  used: 'otp-used',
  exhausted: 'otp-attempts-exhausted',
  expired: 'otp-expired',
};

/** Why a code that could be spent a moment ago can no longer be. */
export function slugOfLost(row: Row, now: number, codeId: string): Slug {
  const refusal = row.code?.id === codeId ? REFUSED_STANDINGS[standingOf(row, now)] : undefined;
  return refusal ?? 'otp-superseded';
}
