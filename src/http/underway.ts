import type { Handler } from './handler.ts';

/** Counts the requests under way, so that a shutdown can wait for them: a caller may have hung up long before his save is settled. */
export type Underway = {
  /** The handler, with its requests counted. */
  watch(handler: Handler): Handler;
  /** Resolves when there is none. */
  over(): Promise<void>;
};

export function createUnderway(): Underway {
  const running = new Set<Promise<void>>();
  return {
    watch: (handler) => async (request, response) => {
      const handled = handler(request, response);
      running.add(handled);
      try {
        await handled;
      } finally {
        running.delete(handled);
      }
    },
    async over() {
      while (running.size > 0) await Promise.allSettled(running);
    },
  };
}
