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
  return (
    WORDS.get(folded) === false ||
    DISPUTED.has(folded) ||
    (/\d/.test(folded) && mayBeNumber(text, 0) && !/[a-z]/.test(folded))
  );
}

/** Whether a text is a word for a truth, of which readers may still differ which. */
export function isTruthWord(text: string): boolean {
  const folded = fold(text);
  return WORDS.has(folded) || DISPUTED.has(folded);
}

/** Whether a text is a word that is true to some readers, and false to others. */
export function isDisputed(text: string): boolean {
  return DISPUTED.has(fold(text));
}

const WORDS: ReadonlyMap<string, boolean> = new Map([
  ...['true', '1', 'on', 'yes'].map((word) => [word, true] as const),
  ...['', 'false', '0'].map((word) => [word, false] as const),
]);

/**
 * To Rails all texts but `0`, `f`, `false` and `off` are true, to forms of Django all but `0` and `false`; to PHP's filter and to Laravel `y` and
 * `t` are false.
 */
const DISPUTED: ReadonlySet<string> = new Set(['off', 'no', 'n', 'f', 'null', 'y', 't']);
