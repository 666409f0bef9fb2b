import { describe, expect, it } from 'vitest';
import { drawCode } from '../../src/core/rule/code.ts';
import { systemRandom } from '../../src/system/random.ts';

describe('the system’s randomness', () => {
  it.each([
    ['numeric', '0123456789'],
    ['alphabetic', 'ABCDEFGHJKMNPQRSTUVWXYZ'],
    ['alphanumeric', '23456789ABCDEFGHJKMNPQRSTUVWXYZ'],
  ] as const)('makes every symbol of a %s code as likely as another', (type, alphabet) => {
    const counts = new Map([...alphabet].map((symbol) => [symbol, 0]));
    const draws = 250_000;
    for (let drawn = 0; drawn < draws; drawn += 10) {
      for (const symbol of drawCode({ type, length: 10 }, systemRandom.below)) {
        counts.set(symbol, (counts.get(symbol) ?? Number.NaN) + 1);
      }
    }
    const expected = draws / alphabet.length;
    const chiSquare = [...counts.values()].reduce(
      (sum, count) => sum + (count - expected) ** 2 / expected,
      0,
    );
    // The mean is the degrees of freedom; seven deviations above it is far beyond one run in a million.
    const freedom = alphabet.length - 1;
    expect(chiSquare).toBeLessThan(freedom + 7 * Math.sqrt(2 * freedom));
  });

  it('makes each symbol of a code independent of the one before', () => {
    const pairs = new Array<number>(100).fill(0);
    for (let drawn = 0; drawn < 200_000; drawn++) {
      const pair = Number(drawCode({ type: 'numeric', length: 2 }, systemRandom.below));
      pairs[pair] = (pairs[pair] ?? 0) + 1;
    }
    const chiSquare = pairs.reduce((sum, count) => sum + (count - 2000) ** 2 / 2000, 0);
    expect(chiSquare).toBeLessThan(99 + 7 * Math.sqrt(2 * 99));
  });

  it('reaches both ends of the codes', () => {
    const format = { type: 'numeric', length: 6 } as const;
    expect(drawCode(format, () => 0)).toBe('000000');
    expect(drawCode(format, (size) => size - 1)).toBe('999999');
    const ends = new Set(Array.from({ length: 1000 }, () => systemRandom.below(2)));
    expect([...ends].sort()).toEqual([0, 1]);
  });

  it('gives ids of 128 bits that do not repeat', () => {
    const ids = Array.from({ length: 1000 }, () => systemRandom.id());
    expect(new Set(ids).size).toBe(1000);
    for (const id of ids) expect(id).toMatch(/^[\w-]{22}$/);
  });
});
