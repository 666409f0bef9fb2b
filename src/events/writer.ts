import type { Log } from '../ports.ts';
import type { Journal } from './journal.ts';
import type { KeptEvent } from './kept-event.ts';

/** Writes events into a journal: one write at a time, and all that wait for it in the next one. */
export type Writer = {
  /** Resolves when the event is kept, or when it could not be kept now: then that is tried again. Never rejects. */
  write(event: KeptEvent): Promise<void>;
  /** Tries what is left once more, and no more. */
  close(): Promise<void>;
};

type Waiting = { readonly event: KeptEvent; readonly kept: () => void };

const MOST_TOGETHER = 100;
const MOST_WAITING = 10_000;
const AGAIN_MS = 1000;

/** `wrote` is called after each write. */
export function createWriter(journal: Journal, log: Log, wrote: () => void): Writer {
  let waiting: Waiting[] = [];
  let isWriting = false;
  let isOver = false;
  let last = Promise.resolve();

  async function writeAll(): Promise<void> {
    isWriting = true;
    while (waiting.length > 0) {
      const some = waiting.splice(0, MOST_TOGETHER);
      try {
        await journal.append(some.map(({ event }) => event));
        wrote();
      } catch (err) {
        waiting = [...some, ...waiting].slice(-MOST_WAITING);
        log.error({ err }, 'events could not be kept; they wait in memory');
        // Nobody waits for a store that is out.
        for (const { kept } of waiting) kept();
        if (isOver) break;
        await new Promise<void>((resolve) => void setTimeout(resolve, AGAIN_MS).unref());
        continue;
      }
      for (const { kept } of some) kept();
    }
    isWriting = false;
  }

  return {
    write: (event) =>
      new Promise((kept) => {
        waiting.push({ event, kept });
        if (!isWriting) last = writeAll();
      }),
    async close() {
      isOver = true;
      await Promise.race([last, new Promise<void>((resolve) => void setTimeout(resolve, AGAIN_MS).unref())]);
    },
  };
}
