import { isEmpty, isList, isObject, isScalar, type Json, type JsonObject } from '../wire/json.ts';
import { actionOf, type Role } from './actions.ts';
import { inItem, type Statement } from './items.ts';
import type { Members, Spelling } from './members.ts';
import { needNothingGuarded, needOnly } from './passed-over.ts';
import { isNothing, linkTo, NestingFault } from './related.ts';

/** All that it says. `isWhole`: related records that it does not name are left out. */
export type Statements = {
  readonly statements: readonly Statement[];
  readonly isWhole: boolean;
  /** Whether it is about one record: a scalar or one object. */
  readonly isSingle: boolean;
};

const NOTHING: Statements = { statements: [], isWhole: true, isSingle: true };

/** Reads the value of a relation, in the shapes of the APIs that have them. Throws a `NestingFault` for what could be read otherwise. */
export function statementsIn(value: Json, other: Members, ending: Spelling['ending'] = 'none'): Statements {
  if (isList(value)) {
    const statements = value.flatMap((item) => inItem(item, 'set', other, ending));
    return { statements, isWhole: ending !== 'part', isSingle: false };
  }
  if (!isObject(value)) {
    if (isEmpty(value)) return NOTHING;
    return { statements: [linkTo(value, other, ending)], isWhole: true, isSingle: true };
  }
  if (value.size === 0) return NOTHING;
  if (value.has('__op')) return inOperation(value, other);
  if (value.get('__type') === 'Relation') {
    needOnly(value, ['__type', 'className']);
    needNothingGuarded(value.get('className') ?? null, '"className"', other);
    return { ...NOTHING, isWhole: false, isSingle: false };
  }
  const [only] = [...value.keys()];
  if (isWrapper(value)) {
    for (const name of ['links', 'meta']) needNothingGuarded(value.get(name) ?? null, `"${name}"`, other);
    return statementsIn(value.get('data') ?? null, other, ending);
  }
  if ([...value.keys()].every((name) => /^\d*$/.test(name))) {
    // `items[0][id]=5`: the places of a list. Laravel's `sync` has ids there, and Rails any number in `items_attributes`.
    const arePlaces = [...value.keys()].every((name, index) => name === '' || name === String(index));
    if (!arePlaces && ending !== 'part')
      throw new NestingFault('its names can be places of a list or ids; send a list');
    return statementsIn([...value.values()], other, ending);
  }
  const roles = [...value.keys()].map((name) => actionOf(name));
  if (roles.some((role) => role !== undefined)) {
    if (roles.includes(undefined))
      throw new NestingFault(`"${only}" and what stands beside it can be read as a record or as actions`);
    return inActions(value, other);
  }
  return { statements: inItem(value, 'set', other, ending), isWhole: true, isSingle: true };
}

/** `{"data": …}` of JSON:API and Strapi, with nothing of the record beside it. */
function isWrapper(value: JsonObject): boolean {
  return value.has('data') && [...value.keys()].every((name) => ['data', 'links', 'meta'].includes(name));
}

/** `{"create": […], "update": […], "delete": […]}`, `{"connect": […], "disconnect": […], "set": […]}` and their kind. */
function inActions(value: JsonObject, other: Members): Statements {
  const statements: Statement[] = [];
  let isWhole = false;
  for (const [name, items] of value) {
    const role = actionOf(name);
    if (role === 'option') needOption(name, items, other);
    if (role === undefined || role === 'option' || isNothing(items)) {
      isWhole ||= role === 'set';
      continue;
    }
    if (role === 'filter' || items === true)
      throw new NestingFault(`"${name}" chooses its records without naming them; name them by their ids`);
    if (role === 'set') isWhole = true;
    const list = isWrappedList(items) ? items.get('data') : items;
    for (const item of isList(list) ? list : [list ?? null]) statements.push(...inItem(item, role, other));
  }
  return { statements, isWhole, isSingle: false };
}

/** Options are plain, as Strapi's `{"strict": true}`. */
function needOption(name: string, option: Json, other: Members): void {
  if (isObject(option) ? ![...option.values()].every(isScalar) : !isScalar(option))
    throw new NestingFault(`"${name}" holds objects or lists; leave it out`);
  needNothingGuarded(option, `"${name}"`, other);
}

/** `{"data": […]}` of Prisma's `createMany`. */
function isWrappedList(value: Json): value is JsonObject {
  return isObject(value) && isList(value.get('data')) && [...value.keys()].every(isOfCreateMany);
}

const isOfCreateMany = (name: string) => name === 'data' || name === 'skipDuplicates';

/** Parse's `{"__op": "AddRelation", "objects": […]}`. https://docs.parseplatform.org/rest/guide/#relations */
function inOperation(value: JsonObject, other: Members): Statements {
  const items = (name: string) => {
    needOnly(value, ['__op', name]);
    const list = value.get(name);
    if (!isList(list)) throw new NestingFault(`"${name}" has to be a list`);
    return list;
  };
  const all = (role: Role) => items('objects').flatMap((item) => inItem(item, role, other));
  switch (value.get('__op')) {
    case 'AddRelation':
    case 'Add':
    case 'AddUnique':
      return { statements: all('connect'), isWhole: false, isSingle: false };
    case 'RemoveRelation':
    case 'Remove':
      return { statements: all('disconnect'), isWhole: false, isSingle: false };
    case 'Batch': {
      const said = items('ops').map((item) => statementsIn(item, other));
      const isWhole = said.some((one) => one.isWhole);
      return { statements: said.flatMap(({ statements }) => statements), isWhole, isSingle: false };
    }
    case 'Delete':
      needOnly(value, ['__op']);
      return NOTHING;
    default:
      throw new NestingFault('the operation "__op" cannot be read; say which records are added or removed');
  }
}
