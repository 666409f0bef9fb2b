import type { Plugin } from '../plugins/plugin.ts';
import type { DecisionSink } from '../ports/decisions.ts';
import type { AuditSink, Channel, Clock, CodeHasher, LedgerStore, Log, Random, Upstream } from '../ports.ts';

/** What may replace what the configuration names: for tests, and for your own stores and channels. */
export type Adapters = {
  readonly store?: LedgerStore;
  readonly channels?: Readonly<Record<string, Channel>>;
  readonly audit?: AuditSink;
  /** For a CRM that is not there: whoever gives one forwards nothing. */
  readonly upstream?: Upstream;
  readonly clock?: Clock;
  readonly random?: Random;
  /** For suites: hashing a code as production does takes some 30 ms of a core. */
  readonly hasher?: CodeHasher;
  readonly log?: Log;
  /** Takes every decision, beside log and metrics. */
  readonly decisions?: DecisionSink;
  /** Dialects, channels and stores that the configuration may name. */
  readonly plugins?: readonly Plugin[];
};
