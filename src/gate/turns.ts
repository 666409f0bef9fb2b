import { CountersignError } from '../core/fault.ts';
import { within } from '../waiting/within.ts';

/** Lets saves of the same record go one after the other, and others at once. */
export type Turns = {
  /**
   * Resolves when all earlier ones of any of the keys are over, with the function that ends this one. `CountersignError('turn-timeout')`
   * where that takes too long.
   */
  take(keys: readonly string[]): Promise<() => void>;
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

  async function takeOne(key: string): Promise<() => void> {
    const queue = queues.get(key) ?? { tail: Promise.resolve(), waiting: 0 };
    if (queue.waiting >= maxWaiting)
      throw new CountersignError('turn-timeout', 'too many saves of one record wait for their turn');
    queues.set(key, queue);
    const isAlone = queue.waiting++ === 0;
    const earlier = queue.tail;
    const { promise: done, resolve } = Promise.withResolvers<void>();
    queue.tail = earlier.then(() => done);
    const release = () => {
      resolve();
      if (--queue.waiting === 0) queues.delete(key);
    };
    try {
      if (!isAlone) await within(waitMs, earlier, tooLate);
    } catch (fault) {
      release();
      throw fault;
    }
    return release;
  }

  return {
    async take(keys) {
      const taken: (() => void)[] = [];
      const release = () => {
        while (taken.length > 0) taken.pop()?.();
      };
      try {
        // In one order everywhere, so that two requests never wait for each other.
        for (const key of [...new Set(keys)].sort()) taken.push(await takeOne(key));
      } catch (fault) {
        release();
        throw fault;
      }
      return release;
    },
  };
}

function tooLate(): never {
  throw new CountersignError('turn-timeout', 'another save of the record takes too long');
}
