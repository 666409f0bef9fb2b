import type { Content } from '../wire/body.ts';
import type { Headers } from '../wire/headers.ts';

/** A request that we write ourselves. */
export type OutgoingRequest = {
  readonly method: string;
  /** Below the CRM's base address, with the query. */
  readonly path: string;
  readonly headers: Headers;
  readonly body: Content | null;
};

/**
 * Why a request may leave: no rule applies to it, its codes were right, or it did not have to be judged. `shadow`: it would have
 * been refused, where refusing is not switched on.
 */
export type Grounds = 'pass' | 'countersigned' | Unjudged;

/** Why a request that is held needs no judgement. */
export type Unjudged = 'read' | 'harmless' | 'unmapped' | 'shadow';

/**
 * A held request that may leave, and why. Only the gate makes one (`gate/clear.ts`): the private member makes the type its own, so
 * that neither a literal nor a copy with another request in it is one.
 */
export declare class Cleared {
  private readonly byTheGate: never;
  readonly request: OutgoingRequest;
  readonly because: Grounds;
}
