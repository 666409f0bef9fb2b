import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { propertySeed } from '../harness/property-seed.ts';

/** What a property is given, with these parameters of its own. */
function drawn(parameters: fc.Parameters<[number]> = {}): readonly number[] {
  const values: number[] = [];
  fc.assert(
    fc.property(fc.nat(), (value) => void values.push(value)),
    parameters,
  );
  return values;
}

describe.runIf(propertySeed() !== undefined)('a property', () => {
  test('draws the same values each time', () => {
    expect(drawn()).toHaveLength(100);
    expect(drawn()).toEqual(drawn());
    expect(drawn()).toEqual(drawn({ seed: propertySeed() as number }));
  });

  test('that names a seed keeps to it', () => {
    const seed = (propertySeed() as number) + 1;
    expect(drawn({ seed })).toEqual(drawn({ seed }));
    expect(drawn({ seed })).not.toEqual(drawn());
  });
});

test('PROPERTY_SEED asks for another seed, or for a new one each time', () => {
  expect(propertySeed('')).toBe(1);
  expect(propertySeed('-7')).toBe(-7);
  expect(propertySeed('random')).toBeUndefined();
  expect(() => propertySeed('0x1')).toThrow('PROPERTY_SEED is "random" or a whole number, not "0x1"');
});
