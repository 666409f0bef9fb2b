import type { Limits } from '../../core/ledger/limits.ts';
import type { Policy } from '../../core/rule/policy.ts';
import type { DecisionSink } from '../../ports/decisions.ts';
import type { EventSink } from '../../ports/events.ts';
import type { Metrics } from '../../ports/metrics.ts';
import type { Tracing } from '../../ports/tracing.ts';
import type {
  AuditSink,
  Channel,
  Clock,
  CodeHasher,
  Keyring,
  LedgerStore,
  Log,
  Random,
} from '../../ports.ts';

/** All that the gate reaches the world with. */
export type Tools = {
  readonly policy: Policy;
  readonly store: LedgerStore;
  readonly keyring: Keyring;
  readonly hasher: CodeHasher;
  readonly random: Random;
  readonly channels: ReadonlyMap<string, Channel>;
  readonly audit: AuditSink;
  readonly events: EventSink;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly decisions: DecisionSink;
  readonly tracing: Tracing;
  readonly limits: Limits;
  /** Where customers reach the pages of this gateway, without a slash at its end; undefined where they do not. */
  readonly publicUrl: string | undefined;
  /** The country of a number, ISO 3166-1; undefined where it has none. */
  countryOf(number: string): string | undefined;
  /** How long a save may be under way before its code counts as held, in milliseconds. */
  readonly answerWithinMs: number;
};
