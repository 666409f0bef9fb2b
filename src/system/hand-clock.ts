import type { Clock } from '../ports.ts';

/** A clock that stands still until it is turned. */
export type HandClock = Clock & { advance(durationMs: number): void };

/** A clock for suites, which starts at `start`, in milliseconds since 1970. */
export function createHandClock(start: number): HandClock {
  let now = start;
  return {
    now: () => now,
    advance(durationMs) {
      now += durationMs;
    },
  };
}
