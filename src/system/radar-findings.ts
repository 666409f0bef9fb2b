import type { RadarFlag } from '../core/verdict/radar-flag.ts';
import type { CallerCounts, RadarFinding, RadarThresholds } from '../ports/console.ts';
import type { Clock } from '../ports.ts';

/** A day, in milliseconds. */
export const DAY_MS = 86_400_000;

/** What is found of whom, once a day. */
export type Findings = {
  /** Those of the flags that were not told of them in the last 24 hours. */
  of(about: RadarFinding['about'], of: string, flags: readonly RadarFlag[]): readonly RadarFinding[];
};

/** Nothing was found yet. */
export function createFindings({ asked, withinMs, records }: RadarThresholds, clock: Clock): Findings {
  const told = new Map<string, number>();
  const thresholds: Record<RadarFlag, number | string> = {
    'many-asked-few-entered': asked,
    'entered-too-fast': `${withinMs}ms`,
    'one-address-many-records': records,
    'address-filled-in-before': records,
  };

  return {
    of(about, of, flags) {
      const now = clock.now();
      const isUntold = (flag: RadarFlag) => {
        const name = `${about}\n${of}\n${flag}`;
        const last = told.get(name);
        if (last !== undefined && now - last < DAY_MS) return false;
        put(told, name, now);
        return true;
      };
      // One record is enough to ask about an address; a caller is flagged by several.
      const thresholdOf = (flag: RadarFlag) =>
        flag === 'address-filled-in-before' && about === 'address' ? 1 : thresholds[flag];
      return flags.filter(isUntold).map((flag) => ({ flag, about, of, threshold: thresholdOf(flag) }));
    },
  };
}

/** Of a caller or a country. */
export function askedFlags(
  { asked: most, entered: share }: RadarThresholds,
  { asked, entered }: Pick<CallerCounts, 'asked' | 'entered'>,
): readonly RadarFlag[] {
  return asked >= most && entered / asked < share ? ['many-asked-few-entered'] : [];
}

/** What is flagged of a caller, by what they did in a day. */
export function callerFlags(thresholds: RadarThresholds, counts: CallerCounts): readonly RadarFlag[] {
  return [
    ...askedFlags(thresholds, counts),
    ...(counts.fast > 0 ? (['entered-too-fast'] as const) : []),
    ...(counts.filledIn >= thresholds.records ? (['address-filled-in-before'] as const) : []),
  ];
}

/** Callers, addresses, countries and messages that are remembered; the oldest are forgotten first. */
const MOST = 10_000;

/** Remembers it as the newest. */
export function put<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > MOST && oldest !== undefined) map.delete(oldest);
}
