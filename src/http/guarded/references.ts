import { guardedNames } from '../../core/likeness/guarded-names.ts';
import type { Save } from '../../core/saving/save.ts';
import { isList, isObject, type Json } from '../../core/wire/json.ts';

/**
 * How batches say a value that is in the answer to another of their requests: `$1/Status` in OData 4.01, `@{1:$.data[0].Status}` in Zoho,
 * `{result=first:$.status}` in Graph APIs, and the ways of templates.
 */
const REFERENCE =
  /^\$[\w-]+(?:\/[A-Za-z_@][\w@.[\]-]*)+$|^\$[\w-]*\.[A-Za-z_][\w.[\]#/-]*$|@\{|\{result=|\{\{|\$\{|\{\$/;

/** A field that one of `guarded` may be, whose value is not known yet, since a server may take it from the answer to another request; undefined where there is none. */
export function referringField({ fields }: Save, guarded: readonly string[]): string | undefined {
  const { meaningsOf } = guardedNames([], guarded);
  return [...fields].find(([name, value]) => refers(value) && meaningsOf(name).length > 0)?.[0];
}

function refers(value: Json): boolean {
  if (isList(value)) return value.some(refers);
  if (isObject(value)) return [...value.values()].some(refers);
  return typeof value === 'string' && REFERENCE.test(value);
}
