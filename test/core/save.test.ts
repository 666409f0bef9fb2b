import { describe, expect, it } from 'vitest';
import { isSameEverywhere, ownedAs, readOf, waysOf } from '../../src/core/saving/save.ts';
import { isOddNumber } from '../../src/dialects/rest/record.ts';
import { update } from './a-rule.ts';

describe('an id', () => {
  it.each(['45', 'A 46', '004', 'été', 'a@b.example', ''])('%j is the same to each reader', (id) => {
    expect(isSameEverywhere(id)).toBe(true);
  });

  it.each([
    ...[' 45', '45 ', '\t45', '45\n', '\u00a045', '4\u00005', '45\u200b', '\ufeff45', '4\u00ad5'],
    // Marks that nobody sees and that are no control characters.
    ...['4\u034f5', '4\u115f5', '4\u31645', '45\ufe0f', '4\u180b5'],
  ])('%j is cleaned by some', (id) => {
    expect(isSameEverywhere(id)).toBe(false);
  });

  it.each([
    ['0', false],
    ['45', false],
    ['-3', false],
    ['45.0', true],
    ['4.5e1', true],
    ['-0', true],
    ['0.0', true],
  ])('the number %s is written oddly: %s', (lexeme, isOdd) => {
    expect(isOddNumber({ lexeme })).toBe(isOdd);
    expect(isOddNumber(lexeme)).toBe(false);
  });
});

describe('a save', () => {
  const idOf = (text: string) => text.slice(0, 15);

  it('is read with the spellings of ids that its CRM has', () => {
    expect(waysOf(update({}, { idOf }))).toEqual({ idOf });
    expect(waysOf(update({}))).toEqual({});
  });

  it('is about the record that the CRM shows to its caller, and so is the read of its answer', () => {
    const own = ownedAs(update({}), '9');
    expect(own.own).toBe('9');
    expect(readOf(own)).toMatchObject({ operation: 'read', id: '45', own: '9' });
    expect('own' in readOf(update({}))).toBe(false);
    expect('own' in ownedAs(update({}), undefined)).toBe(false);
  });
});
