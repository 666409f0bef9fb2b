import { fold } from './fold.ts';
import { isNumeric, mayBeNumber } from './numbers.ts';

/** What readers take a text for, where they want a truth; undefined where they may differ, or refuse it. */
export function truthIn(text: string): boolean | undefined {
  const folded = fold(text);
  const word = WORDS.get(folded);
  if (word !== undefined) return word;
  return isNumeric(folded) && !(mayBeNumber(text, 0) && Number(folded) !== 0)
    ? Number(folded) !== 0
    : undefined;
}

/** Whether some reader takes a text that is not empty for false: `"0"`, `"off"`, `"no"`, a number that may be 0, blanks. */
export function isFalseToSome(text: string): boolean {
  const folded = fold(text);
  return WORDS.get(folded) === false || (/\d/.test(folded) && mayBeNumber(text, 0) && !/[a-z]/.test(folded));
}

const WORDS: ReadonlyMap<string, boolean> = new Map([
  ...['true', '1', 'on', 'yes', 'y', 't'].map((word) => [word, true] as const),
  ...['', 'false', '0', 'off', 'no', 'n', 'f', 'null'].map((word) => [word, false] as const),
]);
