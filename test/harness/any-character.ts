import fc from 'fast-check';

const SURROGATES = { from: 0xd800, count: 0x800 } as const;

/**
 * Any character, as a unit of `fc.string`: what `unit: 'binary'` draws. That one makes a table of a million characters in each process, for
 * a second and at the price of its memory.
 */
export const anyCharacter: fc.Arbitrary<string> = fc.nat(0x10ffff - SURROGATES.count).map(
  (place) => String.fromCodePoint(place < SURROGATES.from ? place : place + SURROGATES.count),
  (value) => {
    const point = typeof value === 'string' ? (value.codePointAt(0) ?? -1) : -1;
    if (point < 0 || String.fromCodePoint(point) !== value) throw new Error('not one character');
    return point < SURROGATES.from ? point : point - SURROGATES.count;
  },
);
