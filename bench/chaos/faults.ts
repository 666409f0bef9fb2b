import { setTimeout as pause } from 'node:timers/promises';
import type { Dice } from '../fuzz/random.ts';
import type { ChaosGateway } from './gateways.ts';
import type { ChaosRedis } from './redis.ts';

/** What was done to Redis and the gateways. */
export type Faults = {
  kills: number;
  failovers: number;
  /** Redis was ended and came back as what it was. */
  restarts: number;
};

/** What is done to Redis, in this order, over and over: six of eight move the master. */
const ORDER = ['ask', 'lag', 'crash', 'restart', 'lag', 'stall', 'ask', 'outage'] as const;
/** Shorter than Sentinel takes to put a replica right. */
const LAG_MS = 300;

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

/** Does to Redis what can happen to it, with `calmMs` between one fault and the next, while `goesOn`. */
export async function troubleRedis(
  redis: ChaosRedis,
  calmMs: number,
  faults: Faults,
  goesOn: () => boolean,
): Promise<void> {
  for (let turn = 0; ; turn++) {
    await pause(calmMs);
    if (!goesOn()) return;
    const master = await redis.master();
    await trouble(ORDER[turn % ORDER.length] ?? 'ask', redis);
    await redis.isWhole();
    if ((await redis.master()) === master) faults.restarts++;
    else faults.failovers++;
  }
}

async function trouble(kind: (typeof ORDER)[number], redis: ChaosRedis): Promise<void> {
  const [master, replica] = [await redis.master(), await redis.replica()];
  switch (kind) {
    case 'ask':
      await redis.askForFailover();
      return redis.movedFrom(master);
    case 'crash':
      await master.kill();
      await redis.movedFrom(master);
      return redis.revive(master);
    case 'stall':
      master.stall();
      await redis.movedFrom(master);
      return master.goOn();
    // What the master takes last, the replica never hears of, and that one is the next master.
    case 'lag':
      await replica.call('REPLICAOF', replica.host, 1);
      await pause(LAG_MS);
      await master.kill();
      await redis.movedFrom(master);
      return redis.revive(master);
    case 'restart':
      await master.kill();
      return redis.revive(master);
    case 'outage':
      await Promise.all([replica.kill(), master.kill()]);
      await pause(1000);
      await redis.revive(master);
      return redis.revive(replica);
  }
}
