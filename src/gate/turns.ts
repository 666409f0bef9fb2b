import { CountersignError } from '../core/fault.ts';

/** Lets tasks about the same record run one after the other, and others at once. */
export type Turns = {
  /** Runs the task when all earlier ones of any of the keys are done. `CountersignError('turn-timeout')` where that takes too long. */
  run<T>(keys: readonly string[], task: () => Promise<T>): Promise<T>;
};

/** `waitMs` and `maxWaiting` bound what a flood on one record can make others wait for. */
export function createTurns({
  waitMs,
  maxWaiting,
}: {
  readonly waitMs: number;
  readonly maxWaiting: number;
}): Turns {
  const queues = new Map<string, { tail: Promise<void>; waiting: number }>();

  async function runOne<T>(key: string, task: () => Promise<T>): Promise<T> {
    const queue = queues.get(key) ?? { tail: Promise.resolve(), waiting: 0 };
    if (queue.waiting >= maxWaiting)
      throw new CountersignError('turn-timeout', 'too many saves of one record wait for their turn');
    queues.set(key, queue);
    const isAlone = queue.waiting++ === 0;
    const earlier = queue.tail;
    const { promise: done, resolve: release } = Promise.withResolvers<void>();
    queue.tail = earlier.then(() => done);
    try {
      if (!isAlone) await within(earlier, waitMs);
      return await task();
    } finally {
      release();
      if (--queue.waiting === 0) queues.delete(key);
    }
  }

  /** Keys are taken in one order everywhere, so that two requests never wait for each other. */
  function run<T>(keys: readonly string[], task: () => Promise<T>): Promise<T> {
    const [key, ...rest] = [...new Set(keys)].sort();
    return key === undefined ? task() : runOne(key, () => run(rest, task));
  }

  return { run };
}

async function within(earlier: Promise<void>, waitMs: number): Promise<void> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new CountersignError('turn-timeout', 'another save of the record takes too long')),
    waitMs,
  );
  try {
    await Promise.race([earlier, late]);
  } finally {
    clearTimeout(timer);
  }
}
