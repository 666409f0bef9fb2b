import { type Said, type Stored, saidOf } from '../likeness/said.ts';
import { isDisputed, truthIn } from '../likeness/truths.ts';
import type { Save } from '../saving/save.ts';
import type { Json } from '../wire/json.ts';
import { isTruth } from './truth.ts';

/** A text that equals no value anybody wants, and may be true. */
const SOME_TRUTH = 'some text';
const FALSEHOOD = '0';

/**
 * All that a save says of a field, with what the CRM alone makes of it: where a field of truths takes most texts for true, `"false"` may be
 * one of them, and where it takes most for false, `"yes"` may be. Which fields those are, the stored value tells; what is stored as the very
 * text is none.
 */
export function readingsOf(save: Save, field: string, before: Stored): Said {
  const said = saidOf(save, field, before);
  const { isFalseText } = save;
  const stored = before?.get(field);
  if (!isFalseText || (before && !isTruth(stored))) return said;
  const readAs = (truth: boolean) => (value: Json) =>
    typeof value === 'string' &&
    value !== stored &&
    truthIn(value) === !truth &&
    isFalseText(value) === !truth;
  const values = before ? said.values.map((value) => settledHere(value, stored, isFalseText)) : said.values;
  return {
    ...said,
    values: [
      ...values,
      ...(values.some(readAs(true)) ? [SOME_TRUTH] : []),
      ...(values.some(readAs(false)) && !isWord(stored) ? [FALSEHOOD] : []),
    ],
  };
}

/** A word of which only this CRM's reading counts, as the truth that it is there. */
function settledHere(value: Json, stored: Json | undefined, isFalseText: (text: string) => boolean): Json {
  return typeof value === 'string' && value !== stored && !isWord(stored) && isDisputed(value)
    ? !isFalseText(value)
    : value;
}

/** Whether what is stored is a word of a choice, which says no truth to the CRM. */
function isWord(stored: Json | undefined): boolean {
  return typeof stored === 'string' && /^(?:yes|no)$/i.test(stored);
}
