import type { CallerCounts } from '../ports/console.ts';

/** What was counted in the last 24 hours, by hours: it forgets by itself, and holds no more than a day has hours. */
export type DayCounter = {
  add(what: keyof CallerCounts, now: number): void;
  counts(now: number): CallerCounts;
};

const HOUR_MS = 3_600_000;
const HOURS = 24;
type Counts = { -readonly [Name in keyof CallerCounts]: number };
const none = (): Counts => ({
  asked: 0,
  entered: 0,
  wrong: 0,
  declined: 0,
  overridden: 0,
  fast: 0,
  filledIn: 0,
});

/** Nothing was counted yet. */
export function createDayCounter(): DayCounter {
  const hours = new Map<number, Counts>();
  return {
    add(what, now) {
      const hour = Math.floor(now / HOUR_MS);
      const counts = hours.get(hour) ?? none();
      counts[what]++;
      hours.set(hour, counts);
      for (const old of hours.keys()) if (old <= hour - HOURS) hours.delete(old);
    },
    counts(now) {
      const from = Math.floor(now / HOUR_MS) - HOURS;
      const sum = none();
      for (const [hour, counts] of hours)
        if (hour > from) for (const name of Object.keys(sum) as (keyof Counts)[]) sum[name] += counts[name];
      return sum;
    },
  };
}
