import { isList, isObject, type Json, type JsonObject } from '../wire/json.ts';
import type { Role } from './actions.ts';
import type { Members, Spelling } from './members.ts';
import { needNoMore } from './passed-over.ts';
import { fieldsIn, idIn, linkTo, NestingFault, needId, removalIn } from './related.ts';

/** One thing that a relation's value says of one record at its other end. */
export type Statement =
  /** Without an id, the record is new. */
  | { readonly kind: 'record'; readonly id: string | undefined; readonly fields: JsonObject }
  | { readonly kind: 'link' | 'unlink' | 'delete'; readonly id: string }
  /** A delete by that word: Directus only ends the link, unless the relation says otherwise, and so does SugarCRM. */
  | { readonly kind: 'delete'; readonly id: string; readonly mayStay: true };

/** What is said of a record that stands in a role which takes it out. */
function takenOut(role: 'delete' | 'disconnect', id: string): Statement {
  return role === 'delete' ? { kind: 'delete', id, mayStay: true } : { kind: 'unlink', id };
}

/** What one item of a list says of its record, in the role of the list. */
export function inItem(
  item: Json,
  role: Role,
  other: Members,
  ending: Spelling['ending'] = 'none',
): readonly Statement[] {
  if (isList(item)) throw new NestingFault('a list in the list of records cannot be read');
  if (!isObject(item)) {
    if (role === 'create') throw new NestingFault('a record that is created is an object of fields');
    if (role === 'update') throw new NestingFault('a record that is changed is an object with its id');
    const { id } = linkTo(item, other, ending);
    return [role === 'delete' || role === 'disconnect' ? takenOut(role, id) : { kind: 'link', id }];
  }
  if (isPair(item)) return inPair(item, role, other);
  const id = idIn(item, other);
  const fields = fieldsIn(item, other);
  if (role === 'create' && id !== undefined)
    throw new NestingFault(`leave "${other.idField}" out of a record that is created`);
  if (role === 'disconnect' || role === 'delete') {
    needNoMore(item, 'a related record that is taken out', other);
    return [takenOut(role, needId(id, other))];
  }
  if (role === 'update' || role === 'connect') needId(id, other);
  const mark = removalIn(item);
  if (mark) {
    needNoMore(item, 'a related record that is taken out', other);
    return [{ kind: mark, id: needId(id, other) }];
  }
  return [{ kind: 'record', id, fields }];
}

const PAIR = new Set(['where', 'data', 'update', 'create']);

function isPair(item: JsonObject): boolean {
  const isAbout = isObject(item.get('where')) || isObject(item.get('data'));
  return isAbout && [...item.keys()].every((name) => PAIR.has(name));
}

/** `{"where": {"id"}, "data" | "update" | "create": {…}}` of Prisma; `{"data": {…}}` of Strapi and JSON:API. */
function inPair(item: JsonObject, role: Role, other: Members): readonly Statement[] {
  const plain = [...item].find(([, member]) => !isObject(member));
  if (plain) throw new NestingFault(`"${plain[0]}" has to be one object`);
  const where = item.get('where');
  const id = isObject(where) ? needId(idIn(where, other), other) : undefined;
  if (isObject(where)) needNoMore(where, '"where"', other);
  const named = (name: string) => {
    const fields = item.get(name);
    return isObject(fields) ? [fields] : [];
  };
  const changes = [...named('data'), ...named('update')].flatMap((fields): readonly Statement[] => {
    if (id === undefined) return inItem(fields, role, other);
    const own = idIn(fields, other);
    if (own !== undefined && own !== id) throw new NestingFault('"where" and "data" name two records');
    return [{ kind: 'record', id, fields: fieldsIn(fields, other) }];
  });
  const created = named('create').flatMap((fields) => inItem(fields, 'create', other));
  if (changes.length + created.length > 0) {
    if (id !== undefined && (role === 'delete' || role === 'disconnect'))
      throw new NestingFault('a related record that is taken out has its "where" alone');
    const links: readonly Statement[] =
      id !== undefined && changes.length === 0 ? [{ kind: 'link', id }] : [];
    return [...links, ...changes, ...created];
  }
  const own = needId(id, other);
  return [role === 'delete' || role === 'disconnect' ? takenOut(role, own) : { kind: 'link', id: own }];
}
