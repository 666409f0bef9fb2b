import { expect, it } from 'vitest';
import { fold } from '../../src/core/likeness/fold.ts';

/** The Unicode collation algorithm by another hand than ours: what it finds equal, a database may store as equal. */
const root = new Intl.Collator('und', { sensitivity: 'base' });
const LETTERS = [...'abcdefghijklmnopqrstuvwxyz', 'ae', 'oe', 'ss', 'th', 'ts', 'iv', 'li', 'de', 'fi', 'st'];

function* characters(pattern: RegExp): Generator<string> {
  for (let point = 1; point < 0x110000; point++) {
    if (point >= 0xd800 && point < 0xe000) continue;
    const character = String.fromCodePoint(point);
    if (pattern.test(character)) yield character;
  }
}

it('every character that collations skip is skipped', () => {
  const missed = [...characters(/./su)].filter(
    (character) => root.compare(`a${character}b`, 'ab') === 0 && fold(`a${character}b`) !== 'ab',
  );
  expect(missed).toEqual([]);
});

it('every character that collations take for plain letters is read as those', () => {
  const missed = [...characters(/(?!\p{Script=Han}|\p{Script=Hangul})[\p{L}\p{N}\p{S}]/u)].filter(
    (character) =>
      LETTERS.some((letters) => root.compare(character, letters) === 0 && fold(character) !== fold(letters)),
  );
  expect(missed).toEqual([]);
});
