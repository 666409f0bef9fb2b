import { describe, expect, it } from 'vitest';
import { type CodeFormat, drawCode, normaliseCode } from '../../src/core/rule/code.ts';
import { jsonOf } from '../../src/core/wire/json.ts';

const numeric: CodeFormat = { type: 'numeric', length: 6 };
const alphabetic: CodeFormat = { type: 'alphabetic', length: 6 };
const alphanumeric: CodeFormat = { type: 'alphanumeric', length: 6 };

describe('a code is drawn', () => {
  it.each<[CodeFormat, string, string, number]>([
    [numeric, '000000', '999999', 10],
    [alphabetic, 'AAAAAA', 'ZZZZZZ', 23],
    [alphanumeric, '222222', 'ZZZZZZ', 31],
  ])('%j from %s to %s', (format, first, last, size) => {
    const sizes: number[] = [];
    const end = (below: number) => sizes.push(below) * 0 + below - 1;
    expect(drawCode(format, () => 0)).toBe(first);
    expect(drawCode(format, end)).toBe(last);
    expect(sizes).toEqual(Array(6).fill(size));
  });

  it.each([alphabetic, alphanumeric])('without look-alikes: %j', (format) => {
    let turn = 0;
    const drawn = drawCode({ ...format, length: 62 }, (size) => turn++ % size);
    expect(drawn).not.toMatch(/[01OIL]/);
    expect(drawn).toMatch(/^[2-9A-Z]+$/);
  });
});

describe('what a person or a client makes of a code', () => {
  it.each<[unknown, CodeFormat, string]>([
    ['123456', numeric, '123456'],
    [' 123456\n', numeric, '123456'],
    ['123 456', numeric, '123456'],
    ['123-456', numeric, '123456'],
    ['123–456', numeric, '123456'],
    ['123\u00a0456', numeric, '123456'],
    ['１２３４５６', numeric, '123456'],
    ['١٢٣٤٥٦', numeric, '123456'],
    ['۱۲۳۴۵۶', numeric, '123456'],
    ['१२३ ४५६', numeric, '123456'],
    ['123\u200b456', numeric, '123456'],
    ['\u2068123456\u2069', numeric, '123456'],
    ['\u200f\ufeff123\u00ad456\u202c', numeric, '123456'],
    ['012345', numeric, '012345'],
    [12345, numeric, '012345'],
    [0, numeric, '000000'],
    [123456, numeric, '123456'],
    ['abcdef', alphabetic, 'ABCDEF'],
    ['ab-cd ef', alphabetic, 'ABCDEF'],
    ['ａbcdef', alphabetic, 'ABCDEF'],
    ['2a3b4c', alphanumeric, '2A3B4C'],
    [234567, alphanumeric, '234567'],
  ])('%j for %j is %s', (value, format, code) => {
    expect(normaliseCode(jsonOf(value), format)).toBe(code);
  });

  it('whichever of the digits that there are it is written in', () => {
    const written = Intl.supportedValuesOf('numberingSystem')
      .map((system) =>
        new Intl.NumberFormat(`en-u-nu-${system}`, { useGrouping: false }).format(9_876_543_210),
      )
      .filter((digits) => /^\p{Nd}{10}$/u.test(digits));
    expect(written.length).toBeGreaterThan(50);
    for (const digits of written)
      expect(normaliseCode(jsonOf(digits), { type: 'numeric', length: 10 }), digits).toBe('9876543210');
  });

  it.each<[unknown, CodeFormat]>([
    ['', numeric],
    [' ', numeric],
    ['12345', numeric],
    ['1234567', numeric],
    ['12345x', numeric],
    ['1.2e4', numeric],
    ['123.456', numeric],
    ['-12345', numeric],
    ['+123456', numeric],
    ['0x1234', numeric],
    ['123456\0', numeric],
    ['123456,123456', numeric],
    ['９'.repeat(201), numeric],
    [' '.repeat(300), numeric],
    [1234567, numeric],
    [-12345, numeric],
    [1.5, numeric],
    [null, numeric],
    [true, numeric],
    [['123456'], numeric],
    [{ code: '123456' }, numeric],
    ['abcde0', alphabetic],
    ['abcdeO', alphabetic],
    ['ABCDEI', alphabetic],
    ['12ABCD', alphanumeric],
    [12345, alphanumeric],
    [123456, alphabetic],
    ['😀😀😀', numeric],
  ])('%j for %j is none', (value, format) => {
    expect(normaliseCode(jsonOf(value), format)).toBeUndefined();
  });

  it.each(['1e5', '123456.0', '1.2e4', '-0', '1E+5', '123456e0'])('the JSON number %s is none', (lexeme) => {
    expect(normaliseCode({ lexeme }, numeric)).toBeUndefined();
  });
});
