import { expect, it } from 'vitest';
import { createFence } from '../../src/stores/redis/redis-fence.ts';
import { fullRow } from './full-row.ts';
import { rowWith } from './redis-setup.ts';

const CODE_UNTIL = fullRow('a', 1).fencedUntil;

function fenceThatSaw(version: number) {
  const fence = createFence();
  fence.remember(fullRow('a', version), undefined);
  return { fence, before: fence.recall('a') };
}

it.each([
  ['an earlier version while the code may be valid', 6, CODE_UNTIL - 1, false],
  ['an earlier version once the code has expired', 6, CODE_UNTIL, true],
  ['the same version', 7, 0, true],
  ['a later version', 8, 0, true],
])('judges %s', (_, version, now, admitted) => {
  const { fence, before } = fenceThatSaw(7);
  expect(fence.isCredible(fullRow('a', version), now, before)).toBe(admitted);
});

it('believes that a row is gone, and a row that it never saw', () => {
  const { fence, before } = fenceThatSaw(7);
  expect(fence.isCredible(undefined, 0, before)).toBe(true);
  expect(fence.isCredible(fullRow('b', 1), 0, undefined)).toBe(true);
});

it('is not pushed back by an answer that comes after a later one', () => {
  const fence = createFence();
  fence.remember(fullRow('a', 8), undefined);
  fence.remember(fullRow('a', 7), undefined);
  expect(fence.recall('a')?.version).toBe(8);
});

it('starts again from an earlier version that was admitted', () => {
  const { fence, before } = fenceThatSaw(7);
  fence.remember(fullRow('a', 2), before);
  expect(fence.recall('a')?.version).toBe(2);
});

it('forgets the rows first that it saw longest ago, and never keeps more than it may', () => {
  const fence = createFence(2);
  for (const key of ['a', 'b', 'a', 'c']) fence.remember(rowWith('used', key, 1), fence.recall(key));
  expect(['a', 'b', 'c'].map((key) => fence.recall(key)?.version)).toEqual([1, undefined, 1]);
});

it('prunes what nobody needs any more', () => {
  const fence = createFence();
  fence.remember(fullRow('over', 1, 10), undefined);
  fence.remember(fullRow('needed', 1, 11), undefined);
  expect(fence.prune(10)).toBe(1);
  expect(fence.recall('needed')?.version).toBe(1);
  expect(fence.prune(10)).toBe(0);
});
