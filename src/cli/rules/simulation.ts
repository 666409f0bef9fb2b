import type { Snapshot } from '../../config/compile/snapshot.ts';
import { createGatewayFrom } from '../../gateway/gateway.ts';
import { type Simulated, type Stored, simulateBy } from '../../gateway/simulation.ts';

export { type Simulated, type Stored, UnreadableRequest } from '../../gateway/simulation.ts';

/** What the gateway of this configuration would do with the request; nothing is opened, sent or stored. */
export function simulate(snapshot: Snapshot, request: string, stored: Stored): Promise<Simulated> {
  return simulateBy(createGatewayFrom, snapshot, request, stored);
}
