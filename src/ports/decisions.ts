import type { DecisionRecord } from '../core/verdict/decision-record.ts';

/** Takes the record of each decision when it is over. It never throws, and nobody waits for it. */
export interface DecisionSink {
  take(record: DecisionRecord): void;
}
