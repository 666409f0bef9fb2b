import type { Handler } from './handler.ts';

/** Counts what is under way, so that an end can wait for it: a caller may have hung up long before their save is settled. */
export type Underway = {
  /** The handler, with its requests counted. */
  watch(handler: Handler): Handler;
  /** Counts one thing more, until the function that it gives is called. */
  begin(): () => void;
  /** Resolves when nothing is under way. */
  over(): Promise<void>;
};

/** Nothing is under way yet. */
export function createUnderway(): Underway {
  let count = 0;
  let waiting: (() => void)[] = [];

  function end(): void {
    if (--count > 0) return;
    for (const resolve of waiting) resolve();
    waiting = [];
  }

  return {
    watch: (handler) => async (request, response) => {
      count++;
      try {
        await handler(request, response);
      } finally {
        end();
      }
    },
    begin() {
      count++;
      return end;
    },
    over: () => (count === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
  };
}
