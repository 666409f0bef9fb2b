import type { Metrics } from '../ports/metrics.ts';
import type { Clock, Log } from '../ports.ts';
import type { Journal } from './journal.ts';
import { KEEP_MS } from './kept-event.ts';
import { createLanes, type Due } from './lanes.ts';
import type { Post } from './post.ts';

/** Tells one receiver what its journal holds, as long as no other process does. */
export type Dispatcher = {
  /** Something was written: look at once. */
  wake(): void;
  close(): Promise<void>;
};

/** What a dispatcher needs beside its journal. */
export type DispatcherTools = { readonly clock: Clock; readonly log: Log; readonly metrics: Metrics };

const AT_ONCE = 8;
const MOST_KEPT = 10_000;
/** How often the journal is looked at, and claimed further, where nobody wakes the dispatcher. */
const LOOK_MS = 1000;
/** How often what is due is looked for. */
const TICK_MS = 100;

/**
 * Begins at once. Events of one lane are told one after the other, those of others meanwhile; what is too old, or too much, is dropped and
 * counted.
 */
export function createDispatcher(
  receiver: string,
  journal: Journal,
  post: Post,
  tools: DispatcherTools,
): Dispatcher {
  const { clock, log, metrics } = tools;
  const lanes = createLanes();
  /** Rows that were read and are not told as a whole. */
  const open = new Set<number>();
  let first = 1;
  let next: number | undefined;
  let telling = 0;
  let lookAt = 0;
  let isOver = false;
  let isAwake = true;
  let running = Promise.resolve();

  async function run(): Promise<void> {
    while (!isOver) {
      try {
        if (isAwake || performance.now() >= lookAt) await look();
        tell();
      } catch (err) {
        next = undefined;
        log.warn({ err, receiver }, 'events could not be looked up; it is tried again');
      }
      measure();
      await pause(isAwake ? 0 : TICK_MS);
    }
  }

  /** Claims the journal, and reads what was written since. */
  async function look(): Promise<void> {
    isAwake = false;
    lookAt = performance.now() + LOOK_MS;
    const claimed = await journal.claim(first);
    if (!claimed) return forget();
    if (next === undefined) {
      forget();
      first = claimed.first;
      next = claimed.first;
    }
    const { tail } = claimed;
    for (let entry = await journal.read(next); entry || next < tail; entry = await journal.read(next)) {
      if (entry && entry.events.length > 0) {
        open.add(next);
        for (const event of entry.events) lanes.add({ place: next, event });
      }
      next++;
      // It drops them while it reads: after some days there may be any number.
      dropOldest();
    }
    advance();
  }

  function dropOldest(): void {
    while (lanes.size > MOST_KEPT) {
      const oldest = lanes.oldest();
      if (!oldest) return;
      end(oldest, 'dropped');
    }
  }

  /** Another process tells now. */
  function forget(): void {
    lanes.clear();
    open.clear();
    next = undefined;
  }

  function tell(): void {
    for (const due of lanes.take(performance.now(), AT_ONCE - telling)) {
      if (clock.now() - Date.parse(due.event.at) > KEEP_MS) end(due, 'dropped');
      else void tellOne(due);
    }
  }

  async function tellOne(due: Due): Promise<void> {
    telling++;
    try {
      const isTaken = await post.send(due.event);
      if (isTaken) end(due, 'delivered');
      else {
        lanes.ended(due, false, performance.now());
        metrics.eventTold({ receiver, result: 'failed' });
      }
    } finally {
      telling--;
    }
  }

  function end(due: Due, result: 'delivered' | 'dropped'): void {
    lanes.ended(due, true, performance.now());
    metrics.eventTold({ receiver, result });
    if (!lanes.holds(due.place) && open.delete(due.place))
      journal
        .told(due.place)
        .catch((err: unknown) => log.warn({ err, receiver }, 'an event that was sent may be sent again'));
    advance();
  }

  function advance(): void {
    if (next === undefined) return;
    while (first < next && !open.has(first)) first++;
  }

  function measure(): void {
    const oldest = lanes.oldest();
    const ageMs = oldest ? clock.now() - Date.parse(oldest.event.at) : 0;
    metrics.eventsWait({ receiver, waiting: lanes.size, oldestSeconds: Math.max(0, ageMs / 1000) });
  }

  let wakeUp = () => {};
  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      timer.unref();
      wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  running = run();
  return {
    wake() {
      isAwake = true;
      wakeUp();
    },
    async close() {
      isOver = true;
      wakeUp();
      await running;
      await post.close();
      await journal.release().catch(() => undefined);
    },
  };
}
