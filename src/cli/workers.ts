import cluster, { type Worker } from 'node:cluster';
import type { Log } from '../ports.ts';

/**
 * Keeps `count` processes on the same ports, over one store. One that dies is replaced; one that dies before it listens
 * ends them all. Gives the exit code when the last one is gone.
 */
export function runWorkers(count: number, log: Log): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  const living = new Set<Worker>();
  const listening = new Set<Worker>();
  let isStopping = false;
  let exitCode = 0;

  const start = () => living.add(cluster.fork());
  const stop = () => {
    isStopping = true;
    for (const worker of living) worker.process.kill('SIGTERM');
  };

  cluster.on('listening', (worker) => listening.add(worker));
  cluster.on('exit', (worker, code, signal) => {
    living.delete(worker);
    if (isStopping && code !== 0 && signal !== 'SIGTERM') exitCode ||= code ?? 1;
    if (!isStopping) log.error({ pid: worker.process.pid, code, signal }, 'a worker ended');
    if (!isStopping && !listening.delete(worker)) {
      exitCode = code || 1;
      stop();
    }
    if (!isStopping) start();
    if (living.size === 0) resolve(exitCode);
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stop);
  process.on('SIGHUP', () => {
    for (const worker of living) worker.process.kill('SIGHUP');
  });
  for (let index = 0; index < count; index++) start();
  return promise;
}
