import { beforeAll, expect, it } from 'vitest';
import { startRedisStore } from '../../bench/chaos/redis-store.ts';
import { chaos } from '../../bench/chaos/run.ts';
import { PROGRAM } from '../harness/program.ts';
import { findRedisProgram } from '../harness/redis-binary.ts';

beforeAll(findRedisProgram, 240_000);

it('gateways are killed and Redis fails over under load, and no promise is broken', {
  timeout: 600_000,
}, async () => {
  const enough = { kills: 20, failovers: 5 };
  const { figures, violations } = await chaos({
    ...enough,
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
  expect(figures.kills).toBeGreaterThanOrEqual(enough.kills);
  expect(figures.failovers).toBeGreaterThanOrEqual(enough.failovers);
  // Something got through, was refused, and was tried again: else nothing was shown.
  for (const answer of ['200 used', 'otp-used', 'otp-invalid', 'otp-attempts-exhausted', 'otp-unavailable'])
    expect(figures.answers[answer] ?? 0).toBeGreaterThan(5);
  expect(figures.saved).toBeGreaterThan(10);
  expect(figures.rows).toBeGreaterThan(10);
});
