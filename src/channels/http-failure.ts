import { errorCodeOf } from '../core/fault.ts';
import type { Delivery } from '../ports.ts';

/**
 * What an answer other than 2xx means. Who answers 5xx may have taken the message before something broke (RFC 9110 §15.6);
 * all others did not take it, be it for good (4xx), for now (429) or because it belongs elsewhere (3xx, never followed).
 * Reasons hold numbers only: the texts of providers quote addresses and messages.
 */
export function deliveryOfStatus(status: number, faultNumber: unknown): Delivery {
  const named = Number.isSafeInteger(faultNumber) ? `, provider's number ${faultNumber}` : '';
  return { kind: status >= 500 ? 'unknown' : 'refused', reason: `HTTP ${status}${named}` };
}

/**
 * What a request without an answer means. Before its first byte left, nothing can have arrived: nobody listened, the name was
 * unknown, the certificate not to be trusted. After that, a hang or a cut leaves open whether it did.
 */
export function deliveryOfFault(error: unknown, begun: boolean): Delivery {
  const isDeadline = error instanceof Error && error.name === 'AbortError';
  const reason = isDeadline ? 'deadline passed' : errorCodeOf(error) || 'unknown failure';
  return begun
    ? { kind: 'unknown', reason: `${reason}, after the request was begun` }
    : { kind: 'refused', reason };
}
