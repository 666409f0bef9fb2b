import { availableParallelism } from 'node:os';

/** What is measured has a core of its own; the CRM and the clients share the other one. */
export const MEASURED_CORE = 0;
export const CLIENT_CORE = 1;

/** A command on one core, where the system can bind it to one. */
export function pinned(core: number, program: string, args: readonly string[]): [string, string[]] {
  const canPin = process.platform === 'linux' && availableParallelism() > 1;
  return canPin ? ['taskset', ['-c', String(core), program, ...args]] : [program, [...args]];
}
