import type { Problem } from './problem.ts';

/**
 * A problem that may be sent: its event was written to the audit. Only the gate makes one (`gate/refusals/refuse.ts`), so that no refusal
 * leaves without an event, and none has two.
 */
export declare class Refusal {
  private readonly isAudited: never;
  readonly kind: 'refused';
  readonly problem: Problem;
}
