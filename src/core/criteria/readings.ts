import { type Said, type Stored, saidOf } from '../likeness/said.ts';
import { truthIn } from '../likeness/truths.ts';
import type { Save } from '../saving/save.ts';

/** A text that equals no value anybody wants, and may be true. */
const SOME_TRUTH = 'some text';

/**
 * All that a save says of a field, with what the CRM alone makes of it: where a field of truths takes every text for true, `"false"` is one
 * of them. Which fields those are, the stored value tells.
 */
export function readingsOf(save: Save, field: string, before: Stored): Said {
  const said = saidOf(save, field, before);
  if (!save.textsAreTrue || (before && typeof before.get(field) !== 'boolean')) return said;
  const isTrueHere = said.values.some(
    (value) => typeof value === 'string' && value !== '' && truthIn(value) === false,
  );
  return isTrueHere ? { ...said, values: [...said.values, SOME_TRUTH] } : said;
}
