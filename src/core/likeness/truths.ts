import { fold } from './fold.ts';
import { isNumeric, mayBeNumber } from './numbers.ts';

/** What readers take a text for, where they want a truth; undefined where they may differ, or refuse it. */
export function truthIn(text: string): boolean | undefined {
  if (isOddFalsehood(text)) return undefined;
  const folded = fold(text);
  const word = WORDS.get(folded);
  if (word !== undefined) return word;
  return isNumeric(folded) && !(mayBeNumber(text, 0) && Number(folded) !== 0)
    ? Number(folded) !== 0
    : undefined;
}

/**
 * What readers take a number for, where they want a truth; undefined where they may differ: to Rails `0` is false and `0.0` is true, and a column
 * of integers makes 0 of `0.4`.
 */
export function truthOfNumber(lexeme: string): boolean | undefined {
  if (/^-?0$/.test(lexeme)) return false;
  return Math.abs(Number(lexeme)) >= 1 ? true : undefined;
}

/** Whether some reader takes a text that is not empty for false: `"0"`, `"off"`, `"no"`, a number that may be 0, blanks. */
export function isFalseToSome(text: string): boolean {
  const folded = fold(text);
  return (
    WORDS.get(folded) === false ||
    DISPUTED.has(folded) ||
    Number.parseFloat(folded) === 0 ||
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
  return DISPUTED.has(fold(text)) || isOddFalsehood(text);
}

/**
 * Whether a text is a zero, or a word for false, in no spelling that clients have for it: `"0.0"`, `"00"`, blanks. A column of numbers makes false
 * of it, and Rails, PHP and JavaScript make true of all but a few texts.
 */
function isOddFalsehood(text: string): boolean {
  if (USUAL.test(text)) return false;
  const folded = fold(text);
  return WORDS.get(folded) === false || (isNumeric(folded) && Number(folded) === 0);
}

/** How clients write what is false: Python and .NET begin the word with a capital. */
const USUAL = /^(?:0|false|False|FALSE)?$/;

const WORDS: ReadonlyMap<string, boolean> = new Map([
  ...['true', '1', 'on', 'yes'].map((word) => [word, true] as const),
  ...['', 'false', '0'].map((word) => [word, false] as const),
]);

/**
 * To Rails all texts but `0`, `f`, `false` and `off` are true, to forms of Django all but `0` and `false`; to PHP's filter and to Laravel `y` and
 * `t` are false.
 */
const DISPUTED: ReadonlySet<string> = new Set(['off', 'no', 'n', 'f', 'null', 'y', 't']);
