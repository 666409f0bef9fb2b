import cluster, { type Worker } from 'node:cluster';
import type { Log } from '../../ports.ts';
import { WORKER_VARIABLE } from '../../system/worker-metrics.ts';
import { createGathering } from './gather-metrics.ts';
import { whenShellOfNpmEnds } from './npm-shell.ts';

/**
 * Keeps `count` processes on the same ports, over one store. One that dies is replaced; one that dies before it listens
 * ends them all. Gives the exit code when the last one is gone.
 */
export function runWorkers(count: number, log: Log): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  /** By their number, which a replacement takes over. */
  const living = new Map<Worker, number>();
  const gathering = createGathering();
  const listening = new Set<Worker>();
  let isStopping = false;
  let exitCode = 0;

  const start = (number: number) => {
    const worker = cluster.fork({ [WORKER_VARIABLE]: String(number) });
    living.set(worker, number);
    gathering.add(worker);
  };
  const stop = () => {
    isStopping = true;
    for (const worker of living.keys()) worker.process.kill('SIGTERM');
  };

  cluster.on('listening', (worker) => listening.add(worker));
  cluster.on('exit', (worker, code, signal) => {
    const number = living.get(worker) ?? 0;
    living.delete(worker);
    void gathering.remove(worker);
    if (isStopping && code !== 0 && signal !== 'SIGTERM') exitCode ||= code ?? 1;
    if (!isStopping) log.error({ pid: worker.process.pid, code, signal }, 'a worker ended');
    if (!isStopping && !listening.delete(worker)) {
      exitCode = code || 1;
      stop();
    }
    if (!isStopping) start(number);
    if (living.size === 0) resolve(exitCode);
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stop);
  whenShellOfNpmEnds(stop);
  process.on('SIGHUP', () => {
    for (const worker of living.keys()) worker.process.kill('SIGHUP');
  });
  for (let index = 0; index < count; index++) start(index);
  return promise;
}
