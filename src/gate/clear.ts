import type { Cleared, Grounds, OutgoingRequest } from '../core/verdict/cleared.ts';

/** Clears one request. The only maker of a clearance: nothing outside the gate imports it, which the test of the house checks. */
export function clear(request: OutgoingRequest, because: Grounds): Cleared {
  return { request, because } as Cleared;
}
