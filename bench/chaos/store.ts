import type { ConfigInput } from '../../src/config/schema/schema.ts';
import type { Row } from '../../src/core/ledger/row.ts';

/** A store that the gateways share, and what can happen to it. */
export type ChaosStore = {
  /** How the gateways are told of it. */
  readonly config: ConfigInput['store'];
  /** Does the fault that is due, waits until the store is whole again, and says whether another server is asked since. */
  trouble(turn: number): Promise<'failover' | 'restart'>;
  /** Every row with a code that it holds. */
  readRows(): Promise<readonly Row[]>;
  stop(): Promise<void>;
};
