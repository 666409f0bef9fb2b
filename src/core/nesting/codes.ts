import { isList, isObject, type Json, type JsonObject, textOf } from '../wire/json.ts';
import { codeOfField, type PresentedCode } from '../wire/parameter.ts';
import { keyOf, type Nesting, spellingOf } from './members.ts';

/** The codes that stand among the fields of nested records, each marked as its record's own. `document` is the request's, codes and all. */
export function nestedCodesIn(document: Json, nesting: Nesting): readonly PresentedCode[] {
  const all = [...nesting.values()];
  const ids = new Set(all.map(({ idField }) => keyOf(idField)));
  const relations = new Set(all.flatMap(({ relations }) => [...relations.keys()]));
  const codes: PresentedCode[] = [];

  function search(value: Json, record: string | undefined, isInside: boolean): void {
    if (isList(value)) for (const item of value) search(item, record, isInside);
    if (!isObject(value)) return;
    const own = isInside ? (idIn(value, ids) ?? record) : undefined;
    for (const [name, member] of value) {
      const code = isInside ? codeOfField(name, member) : undefined;
      if (code) codes.push(own === undefined ? code : { ...code, record: own });
      const isRelation = relations.has(keyOf(spellingOf(name).base));
      search(member, isRelation ? undefined : own, isInside || isRelation);
    }
  }
  search(document, undefined, false);
  return codes;
}

/** The id of a record, in it or in the `where` beside its fields. */
function idIn(value: JsonObject, ids: ReadonlySet<string>): string | undefined {
  for (const [name, member] of value) {
    const id = ids.has(keyOf(name)) ? textOf(member) : undefined;
    if (id !== undefined) return id;
  }
  const where = value.get('where');
  return isObject(where) ? idIn(where, ids) : undefined;
}
