import type { Server } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { Snapshot } from '../config/compile/snapshot.ts';
import type { Log } from '../ports.ts';
import { within } from '../waiting/within.ts';
import type { Generation } from './generation.ts';
import { endSilentConnections } from './silent-connections.ts';

/** What has to come to an end before the ledger is closed. */
type Traffic = Pick<Generation, 'closeUpgrades' | 'over' | 'closeUpstream'>;

/** How long saves that were cut off may take to say so to the ledger. */
const SETTLE_MS = 2_000;
const IDLE_CHECK_MS = 50;
/** How long a connection may be silent from then on: a request may be on its way to it. */
const SILENT_MS = 1_000;

/**
 * Ends the traffic: goes on serving for the drain delay, while load balancers look elsewhere, then takes no more, and gives what is
 * under way its time. What is not over by then is cut: a code that is being spent stays good for the identical save only.
 */
export async function endTraffic(
  server: Server | undefined,
  generations: Iterable<Traffic>,
  { drainDelayMs, timeoutMs }: Snapshot['shutdown'],
  log: Log,
): Promise<void> {
  const each = (end: (generation: Traffic) => unknown) => Promise.all([...generations].map(end));
  const over = () => each((generation) => generation.over());
  if (server && drainDelayMs > 0) await pause(drainDelayMs);
  await each((generation) => generation.closeUpgrades());
  const all = Promise.all([server && closeServer(server), over()]);
  const isOver = await isOverIn(timeoutMs, all);
  if (!isOver) {
    log.warn({ timeoutMs }, 'requests were still under way when their time was over');
    server?.closeAllConnections();
  }
  await each((generation) => generation.closeUpstream(isOver ? undefined : 0));
  if (!isOver) await isOverIn(SETTLE_MS, over());
}

/** Takes no more connections, and ends each that is there as soon as no request is under way on it. */
export async function closeServer(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  server.closeIdleConnections();
  const silentUntil = performance.now() + SILENT_MS;
  const idle = setInterval(() => {
    server.closeIdleConnections();
    if (performance.now() >= silentUntil) endSilentConnections(server);
  }, IDLE_CHECK_MS);
  await promise;
  clearInterval(idle);
}

/** Whether the task is over in this time. */
function isOverIn(timeMs: number, task: Promise<unknown>): Promise<boolean> {
  return within<boolean>(
    timeMs,
    task.then(() => true),
    () => false,
  );
}
