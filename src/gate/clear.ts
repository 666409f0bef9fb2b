import type { Cleared, Grounds, OutgoingRequest } from '../core/verdict/cleared.ts';
import type { Countersigned, FollowUp, Pass, Redemption } from '../core/verdict/verdict.ts';

/** Clears one request. The only maker of a clearance: nothing outside the gate imports it, which the test of the house checks. */
export function clear(request: OutgoingRequest, because: Grounds): Cleared {
  return { request, because } as Cleared;
}

/** No rule applies. */
export function pass(followUps: readonly FollowUp[] = []): Pass {
  return { kind: 'pass', followUps, cleared: (request) => clear(request, 'pass') };
}

/** Every rule that applies was answered with a right code. */
export function countersigned(
  redemptions: readonly Redemption[],
  followUps: readonly FollowUp[],
): Countersigned {
  return {
    kind: 'countersigned',
    redemptions,
    followUps,
    cleared: (request) => clear(request, 'countersigned'),
  };
}
