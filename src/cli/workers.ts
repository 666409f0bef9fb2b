import cluster, { type Worker } from 'node:cluster';
import type { Log } from '../ports.ts';

/** How long a worker has to live before its end counts as an accident and not as a fault of the configuration. */
const MIN_LIFE_MS = 2_000;

/**
 * Keeps `count` processes on the same ports, over one store. One that dies is replaced; one that dies at its start ends them
 * all. Gives the exit code when the last one is gone.
 */
export function runWorkers(count: number, log: Log): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  const bornAt = new Map<Worker, number>();
  let isStopping = false;
  let exitCode = 0;

  const start = () => bornAt.set(cluster.fork(), Date.now());
  const stop = (signal: NodeJS.Signals) => {
    isStopping = true;
    for (const worker of bornAt.keys()) worker.process.kill(signal);
  };

  cluster.on('exit', (worker, code, signal) => {
    const ageMs = Date.now() - (bornAt.get(worker) ?? 0);
    bornAt.delete(worker);
    if (!isStopping) log.error({ pid: worker.process.pid, code, signal, ageMs }, 'a worker ended');
    if (!isStopping && ageMs < MIN_LIFE_MS) {
      exitCode = code || 1;
      stop('SIGTERM');
    }
    if (!isStopping) start();
    if (bornAt.size === 0) resolve(exitCode);
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop(signal));
  for (let index = 0; index < count; index++) start();
  return promise;
}
