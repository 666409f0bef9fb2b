import { candidatesOf } from '../likeness/likeness.ts';
import type { WholeList } from '../saving/nested.ts';
import type { Save } from '../saving/save.ts';
import { isEmpty, isList, isObject, type Json, type JsonObject, textOf } from '../wire/json.ts';

/** The saves of the records that a whole list leaves out; undefined where the stored record does not show its list. */
export function leftOutOf(list: WholeList, stored: JsonObject): readonly Save[] | undefined {
  const [shown, ...others] = candidatesOf(stored, list.member);
  const ids = shown === undefined || others.length > 0 ? undefined : idsIn(shown, list.idField);
  return ids?.filter((id) => !list.kept.includes(id)).map((id) => unlinkedSave(list, id));
}

/** What becomes of a record that is left out: it refers to nobody. */
export function unlinkedSave({ module: name, references }: WholeList, id: string): Save {
  const fields = new Map<string, Json>(references.map((field) => [field, null]));
  return { module: name, operation: 'update', id, fields };
}

/** A list of ids or of records, `{"data": […]}`, or one of them. */
function idsIn(shown: Json, idField: string): readonly string[] | undefined {
  if (isEmpty(shown)) return [];
  if (isList(shown)) {
    const ids = shown.map((item) => idsIn(item, idField));
    return ids.includes(undefined) ? undefined : ids.flatMap((found) => found ?? []);
  }
  if (!isObject(shown)) {
    const id = textOf(shown);
    return id === undefined ? undefined : [id];
  }
  const id = textOf(shown.get(idField));
  if (id !== undefined) return [id];
  const data = shown.get('data');
  return data === undefined ? undefined : idsIn(data, idField);
}
