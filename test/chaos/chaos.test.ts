import { beforeAll, expect, it } from 'vitest';
import { startRedisStore } from '../../bench/chaos/redis-store.ts';
import { type ChaosFigures, chaos } from '../../bench/chaos/run.ts';
import { PROGRAM } from '../harness/program.ts';
import { findRedisProgram } from '../harness/redis-binary.ts';

beforeAll(findRedisProgram, 240_000);

/** Something got through, was refused, and was tried again: else nothing would be shown. */
const EACH = ['200 used', 'otp-used', 'otp-invalid', 'otp-attempts-exhausted', 'otp-unavailable'];

const isEnough = ({ kills, failovers, saved, answers }: ChaosFigures) =>
  kills >= 20 && failovers >= 5 && saved > 10 && EACH.every((answer) => (answers[answer] ?? 0) > 5);

it('gateways are killed and Redis fails over under load, and no promise is broken', {
  timeout: 600_000,
}, async () => {
  const { figures, violations } = await chaos({
    isEnough,
    // Twice as often as by hand, and as many in half the time.
    seconds: 19,
    killEveryMs: 850,
    seed: 1,
    tellers: 12,
    program: PROGRAM,
    store: () => startRedisStore(1),
  });
  process.stdout.write(`chaos: ${JSON.stringify({ ...figures, violations: violations.length })}\n`);
  expect(violations).toEqual([]);
  expect(isEnough(figures)).toBe(true);
  expect(figures.rows).toBeGreaterThan(10);
});
