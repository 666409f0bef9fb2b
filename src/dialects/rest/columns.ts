import { foldFieldAnew } from '../../core/likeness/fold.ts';
import { namingOf } from '../../core/likeness/naming.ts';
import type { CollectionModule, Columns } from '../../core/saving/module.ts';
import { at, isList, isNumber, isObject, type Json, type JsonObject } from '../../core/wire/json.ts';

/*
 * Members that are lists of columns: `custom_fields: [{"id": 4, "value": "x"}]` is the field `custom_fields_4`. What a list leaves out stays as it
 * is, wherever an item stands.
 */

/** What a save says of the record's fields, its columns each under a name of its own, or why nobody can say. */
export function saidFields(fields: JsonObject, { columns = {} }: CollectionModule): JsonObject | string {
  let said = fields;
  for (const [member, kind] of Object.entries(columns)) {
    const second = [...fields.keys()].find((name) => name !== member && leadsTo(member, name));
    if (second !== undefined) return `Call the member "${second}" "${member}", as the module does.`;
    const list = said.get(member);
    if (list === undefined) continue;
    if (!isList(list)) return `The member "${member}" has to be a list of columns.`;
    const found = new Map<string, Json>([...said].filter(([name]) => name !== member));
    const taken = new Set([...found.keys()].map(foldFieldAnew));
    for (const item of list) {
      const column = columnIn(item, kind);
      if (typeof column === 'string') return `In the list "${member}", ${column}`;
      const name = `${member}_${column.name}`;
      const key = foldFieldAnew(name);
      if (taken.has(key)) return `The column "${name}" is there twice; leave one of them out.`;
      taken.add(key);
      found.set(name, column.value);
    }
    said = found;
  }
  return said;
}

/** Whether some reader takes a name for the list's, or for a path into it: `customFields`, `custom_fields.0.value`, `custom_fields-0-value`. */
function leadsTo(member: string, name: string): boolean {
  const { field, within } = namingOf(name);
  return [field, ...within].includes(foldFieldAnew(member));
}

/** The fields of a stored record under the names that saves have for them. A column that is there twice is shown by neither. */
export function shownFields(fields: JsonObject, { columns = {}, read }: CollectionModule): JsonObject {
  const found = Object.entries(read?.fields ?? {}).flatMap(([name, pointer]) => {
    const value = at(fields, pointer);
    return value === undefined ? [] : [[name, value] as const];
  });
  for (const [member, kind] of Object.entries(columns)) {
    const list = fields.get(member);
    for (const item of isList(list) ? list : []) {
      const column = columnIn(item, kind);
      if (typeof column !== 'string') found.push([`${member}_${column.name}`, column.value]);
    }
  }
  if (found.length === 0) return fields;
  const once = Map.groupBy(found, ([name]) => foldFieldAnew(name)).values();
  return new Map([...fields, ...[...once].flatMap((same) => (same.length === 1 ? same : []))]);
}

/** The name and the value of an item, or what is wrong with it. */
function columnIn(item: Json, { name, value, beside = [] }: Columns): { name: string; value: Json } | string {
  if (!isObject(item)) return 'each item has to be an object.';
  const own = nameIn(item.get(name));
  const given = item.get(value);
  if (own === undefined)
    return `each item has to have "${name}", a whole number or a word that begins with a letter.`;
  if (given === undefined) return `each item has to have "${value}".`;
  const other = [...item.keys()].find((member) => ![name, value, ...beside].includes(member));
  return other === undefined
    ? { name: own, value: given }
    : `leave the member "${other}" out, or where it neither names the column nor is its value, list it in "beside".`;
}

/** A name that all servers read alike: neither `01` nor `1abc`, which are 1 to some of them. */
function nameIn(name: Json | undefined): string | undefined {
  const text = isNumber(name) ? name.lexeme : name;
  return typeof text === 'string' && /^(?:0|[1-9]\d{0,18}|[A-Za-z_][\w-]*)$/.test(text) ? text : undefined;
}
