import { setTimeout as pause } from 'node:timers/promises';
import type { Dice } from '../fuzz/random.ts';
import type { ChaosGateway } from './gateways.ts';
import type { ChaosStore } from './store.ts';

/** What was done to the store and the gateways. */
export type Faults = {
  kills: number;
  failovers: number;
  /** The store was disturbed, and the same server is asked as before. */
  restarts: number;
};

/** Kills gateways, one after the other, every `everyMs` on average, while `goesOn`. */
export async function killGateways(
  gateways: readonly [ChaosGateway, ...ChaosGateway[]],
  everyMs: number,
  dice: Dice,
  faults: Faults,
  goesOn: () => boolean,
): Promise<void> {
  let dueAt = performance.now();
  while (goesOn()) {
    dueAt += everyMs * (0.5 + dice.below(1000) / 1000);
    await pause(Math.max(0, dueAt - performance.now()));
    if (!goesOn()) return;
    await dice.pick(gateways).killAndRestart();
    faults.kills++;
  }
}

/** Does to the store what can happen to it, with `calmMs` between one fault and the next, while `goesOn`. */
export async function troubleStore(
  store: ChaosStore,
  calmMs: number,
  faults: Faults,
  goesOn: () => boolean,
): Promise<void> {
  for (let turn = 0; ; turn++) {
    await pause(calmMs);
    if (!goesOn()) return;
    if ((await store.trouble(turn)) === 'failover') faults.failovers++;
    else faults.restarts++;
  }
}
