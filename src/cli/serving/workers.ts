import cluster, { type Worker } from 'node:cluster';
import type { Log } from '../../ports.ts';
import { WORKER_VARIABLE } from '../../system/worker-metrics.ts';
import { createGathering } from './gather-metrics.ts';
import type { HangUps } from './hang-ups.ts';
import { whenShellOfNpmEnds } from './npm-shell.ts';

/** The digest of what every worker has to open, which the primary sets: workers with two stores, or two secrets, would be two gateways. */
export const FIXED_VARIABLE = 'COUNTERSIGN_FIXED';

/**
 * Keeps `count` processes on the same ports, over one store. One that dies is replaced. Where its replacement cannot start, since the file has
 * changed, the others go on with the last good one, and it is tried again later. Before all have listened once, one that dies ends them all.
 * Gives the exit code when the last one is gone.
 */
export function runWorkers(count: number, fixed: string, hangUps: HangUps, log: Log): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  /** By their number, which a replacement takes over. */
  const living = new Map<Worker, number>();
  const gathering = createGathering();
  const listening = new Set<Worker>();
  /** Those that start, and may have read the file before it changed: they are told once they listen. */
  const missed = new Set<Worker>();
  const pauses = new Map<number, { readonly timer: NodeJS.Timeout; readonly ms: number }>();
  let started = 0;
  let isStopping = false;
  let exitCode = 0;

  const start = (number: number) => {
    const worker = cluster.fork({ [WORKER_VARIABLE]: String(number), [FIXED_VARIABLE]: fixed });
    living.set(worker, number);
    gathering.add(worker);
  };
  const stop = () => {
    isStopping = true;
    for (const { timer } of pauses.values()) clearTimeout(timer);
    for (const worker of living.keys()) worker.process.kill('SIGTERM');
  };
  const startLater = (number: number) => {
    const ms = Math.min(2 * (pauses.get(number)?.ms ?? SHORTEST_PAUSE_MS / 2), LONGEST_PAUSE_MS);
    pauses.set(number, { timer: setTimeout(start, ms, number), ms });
    log.warn({ worker: number, retryMs: ms }, UNREPLACED);
  };

  cluster.on('listening', (worker) => {
    if (listening.has(worker)) return;
    listening.add(worker);
    started++;
    pauses.delete(living.get(worker) ?? 0);
    if (missed.delete(worker)) worker.process.kill('SIGHUP');
  });
  cluster.on('exit', (worker, code, signal) => {
    const number = living.get(worker) ?? 0;
    living.delete(worker);
    missed.delete(worker);
    void gathering.remove(worker);
    const hasListened = listening.delete(worker);
    if (isStopping && code !== 0 && signal !== 'SIGTERM') exitCode ||= code ?? 1;
    if (!isStopping) log.error({ pid: worker.process.pid, code, signal }, 'a worker ended');
    if (!isStopping && !hasListened && (started < count || listening.size === 0)) {
      exitCode = code || 1;
      stop();
    }
    if (!isStopping) (hasListened ? start : startLater)(number);
    if (living.size === 0) resolve(exitCode);
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stop);
  whenShellOfNpmEnds(stop);
  hangUps.each(() => {
    for (const worker of living.keys()) {
      // One that starts does not listen for it yet, and would be ended by it.
      if (listening.has(worker)) worker.process.kill('SIGHUP');
      else missed.add(worker);
    }
  });
  for (let index = 0; index < count; index++) start(index);
  return promise;
}

const UNREPLACED =
  'a worker is not replaced yet: what replaces it ended before it listened, and has said why; the others go on with the last good file';

/** Between two tries to replace a worker whose replacement ended before it listened. */
const SHORTEST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 60_000;
