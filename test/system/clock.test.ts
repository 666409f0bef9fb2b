import { expect, it } from 'vitest';
import { systemClock } from '../../src/system/clock.ts';
import { createHandClock } from '../../src/system/hand-clock.ts';

it('tells the machine’s time in milliseconds', () => {
  const before = Date.now();
  expect(systemClock.now()).toBeGreaterThanOrEqual(before);
  expect(systemClock.now()).toBeLessThanOrEqual(Date.now());
});

it('stands still until it is turned by hand', () => {
  const clock = createHandClock(1000);
  expect(clock.now()).toBe(1000);
  clock.advance(500);
  expect(clock.now()).toBe(1500);
});
