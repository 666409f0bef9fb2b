import { type Effort, medianOf, type Outcome } from './goal.ts';
import { measure } from './wrk.ts';

/** What goes on beside the callers that are measured. */
export type Disturbance = {
  /** Of the outcome. */
  readonly name: string;
  /** Of a line about a round. */
  readonly label: string;
  /** Begins in a round, and gives what ends it. */
  begin(round: number): Promise<() => Promise<void>>;
};

/** What callers of unguarded paths notice of it: the p99 of their GETs beside it, against the p99 without it. The first round warms up. */
export async function measureBeside(
  gateway: string,
  { folder, rounds, seconds, onProgress }: Effort,
  { name, label, begin }: Disturbance,
): Promise<Outcome> {
  const p99Ms = async () => {
    const { p99Ms } = await measure(gateway, { method: 'GET', path: '/api/Other/%d' }, seconds, folder);
    return p99Ms;
  };
  const calm: number[] = [];
  const disturbed: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const before = await p99Ms();
    const end = await begin(round);
    const during = await p99Ms().finally(end);
    if (round > 0) {
      calm.push(before);
      disturbed.push(during);
    }
    onProgress(`${label}: p99 ${during.toFixed(1)} ms, without ${before.toFixed(1)} ms`);
  }
  const [without, beside] = [medianOf(calm), medianOf(disturbed)];
  return {
    name,
    figure: beside / without,
    unit: 'ratio',
    goal: { atMost: 2 },
    made: { 'ms without': without, 'ms beside it': beside },
  };
}
