import { BESIDES } from '../../core/likeness/name-index.ts';
import { saidOf } from '../../core/likeness/said.ts';
import { REMOVALS } from '../../core/nesting/related.ts';
import type { CollectionModule } from '../../core/saving/module.ts';
import type { Save } from '../../core/saving/save.ts';
import { isEmpty, isList, isObject, type Json, type JsonObject, textOf } from '../../core/wire/json.ts';
import { withEmptied } from '../parts.ts';

/**
 * What becomes of a stored record beyond what a save says of it: one that `replaces` empties what the save leaves out, and a member that marks
 * it as removed may empty all of it. Or why nobody can tell. `guarded`: the names of which that matters.
 */
export function fateOf(
  { idField }: CollectionModule,
  guarded: readonly string[],
  replaces: boolean,
): (save: Save) => Save | string {
  const names = guarded.filter((name) => name !== idField);
  return (save) => {
    if (save.operation !== 'update') return save;
    const mark = markIn(save);
    if (mark === undefined) return replaces ? withEmptied(save, names) : save;
    const said = names.find((name) => saidOf(save, name, undefined).values.length > 0);
    return said === undefined
      ? { ...save, fields: withEmptied(save, names).fields }
      : `"${mark}" takes the record out, and "${said}" stands beside it. Send "${mark}" without what a rule reads, or delete the record by DELETE.`;
  };
}

/** CouchDB deletes the document that a save gives `_deleted`, by whatever method: https://docs.couchdb.org/en/stable/api/document/common.html */
function markIn({ fields }: Save): string | undefined {
  const beside = fields.get(BESIDES);
  const levels: readonly JsonObject[] = [fields, ...(isList(beside) ? beside.filter(isObject) : [])];
  return REMOVALS.find((name) => levels.some((level) => isMark(level.get(name))));
}

/** Whatever some reader takes for a truth. */
function isMark(value: Json | undefined): boolean {
  return value !== false && !isEmpty(value) && textOf(value) !== '0';
}
