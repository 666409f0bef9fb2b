import { CountersignError } from '../core/fault.ts';

/** Runs tasks, so many at once and no more. */
export type Semaphore = { run<T>(task: () => Promise<T>): Promise<T> };

/** Lets `concurrency` tasks run and `queue` tasks wait; any more are `CountersignError('hashing-busy')` at once. */
export function createSemaphore(concurrency: number, queue: number): Semaphore {
  const waiting: (() => void)[] = [];
  let running = 0;

  return {
    async run(task) {
      if (running < concurrency) running++;
      else if (waiting.length >= queue)
        throw new CountersignError('hashing-busy', `${queue} tasks wait already`);
      // Whoever ends hands over its place, so that `running` is right at every moment.
      else await new Promise<void>((resolve) => waiting.push(resolve));
      try {
        return await task();
      } finally {
        const next = waiting.shift();
        if (next) next();
        else running--;
      }
    },
  };
}
