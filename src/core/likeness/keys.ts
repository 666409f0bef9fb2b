import { remembered } from '../remembered.ts';
import { type Json, type Scalar, textOf } from '../wire/json.ts';
import { isDate } from './dates.ts';
import { bareOf, fold, isPlain } from './fold.ts';
import { isNumeric } from './numbers.ts';

/**
 * A key for a value that a save brings: where both have one, `mayBecome` says yes where the keys are equal, and only there. Undefined for
 * what may become more than one text: numbers, truths, lists, texts that some column cuts.
 */
export function keyOfValue(value: Json): string | undefined {
  return typeof value === 'string' ? keyOfState(value).key : undefined;
}

/** Remembered, because the fields that rules read mostly hold states, of which there are few. */
const keyOfState = remembered((text) => ({ key: isPlain(text) ? keyOfText(text) : undefined }));

/** The key of what criteria want; undefined where more than one text may become it. */
export function keyOfWanted(wanted: Scalar): string | undefined {
  return typeof wanted === 'string' ? keyOfText(textOf(wanted) ?? '') : undefined;
}

function keyOfText(text: string): string | undefined {
  const key = fold(text);
  return key === '' || isNumeric(key) || isDate(key) ? undefined : bareOf(key);
}
