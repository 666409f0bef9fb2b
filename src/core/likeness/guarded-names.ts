import { foldField, foldName } from './fold.ts';
import { stepsIn } from './name-steps.ts';
import { namingOf } from './naming.ts';
import { resembled } from './resemblance.ts';
import { namesOf } from './said.ts';

/** Names that a write may say once only, and not in its address. */
export type GuardedNames = {
  /** Fields that rules read. */
  readonly fields: readonly string[];
  /** Those of the names, folded, that some reader takes a name for. */
  meaningsOf(name: string): readonly string[];
  /** Those of them that are fields. */
  fieldsIn(name: string): readonly string[];
};

/**
 * Compiles the names that steer a request or name its record, and those of fields that rules read. Of a field every spelling counts, and
 * `_status` may be `status`; but `_method` is none of `method`. `holders`: of lists in which such fields stand, with every spelling, too.
 */
export function guardedNames(
  steering: readonly string[],
  fields: readonly string[],
  holders: readonly string[] = [],
): GuardedNames {
  const steers = [...new Set(steering.map(foldName))];
  const guarded = new Set([...fields, ...holders].flatMap(namesOf));
  const fieldsIn = (name: string) => {
    const { field, within } = namingOf(name);
    return [...(field === undefined ? [] : [field]), ...within].filter((other) => guarded.has(other));
  };
  return {
    fields,
    fieldsIn,
    meaningsOf: (name) => [...new Set([...resembled(name, steers), ...fieldsIn(name)])],
  };
}

/** The way that leads to the meaning of a name, and the meaning: the `status` of two order lines are two, and so are `status` and `_status`. */
export function pathTo(meaning: string, name: string): string {
  const steps = stepsIn(name);
  const at = steps.findIndex((step) => [foldField(step), foldName(step)].includes(meaning));
  const mark = steps[at]?.startsWith('_') ? '_' : '';
  return [...steps.slice(0, Math.max(0, at)).map(foldField), mark + meaning].join('/');
}

/** The way that leads on from the meaning, folded; nothing where it leads to a place in a list, which any reader may count otherwise. */
export function wordsBelow(meaning: string, name: string): string {
  const steps = stepsIn(name);
  const at = steps.findIndex((step) => [foldField(step), foldName(step)].includes(meaning));
  const below = at < 0 ? [] : steps.slice(at + 1).map(foldField);
  return below.every((step) => /\p{L}/u.test(step)) ? below.join('/') : '';
}
