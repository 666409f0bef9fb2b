import { type Said, type Stored, saidOf } from '../likeness/said.ts';
import { truthIn } from '../likeness/truths.ts';
import type { Save } from '../saving/save.ts';
import type { Json } from '../wire/json.ts';
import { isTruth } from './truth.ts';

/** A text that equals no value anybody wants, and may be true. */
const SOME_TRUTH = 'some text';

/**
 * All that a save says of a field, with what the CRM alone makes of it: where a field of truths takes most texts for true, `"false"` may be
 * one of them. Which fields those are, the stored value tells; what is stored as the very text is none.
 */
export function readingsOf(save: Save, field: string, before: Stored): Said {
  const said = saidOf(save, field, before);
  const { isFalseText } = save;
  const stored = before?.get(field);
  if (!isFalseText || (before && !isTruth(stored))) return said;
  const isTrueHere = (value: Json) =>
    typeof value === 'string' && value !== stored && truthIn(value) === false && !isFalseText(value);
  return said.values.some(isTrueHere) ? { ...said, values: [...said.values, SOME_TRUTH] } : said;
}
