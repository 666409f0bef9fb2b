import { givenIds } from '../../core/likeness/likeness.ts';
import { at, isEmpty, isList, isObject, type Json, type JsonObject, textOf } from '../../core/wire/json.ts';
import type { GraphqlModule, Mutation } from './graphql-module.ts';

/** A record that a mutation is about; without an id it is new, and `upserts` where it may be there already. */
export type NamedRecord = { readonly id: string | null; readonly upserts?: true };

/** The id there, or the ids of a list; undefined where there is none. */
export function idsAt(args: JsonObject, pointer: string): readonly string[] | undefined {
  const value = at(args, pointer);
  const ids = (isList(value) ? value : [value]).map((one) => textOf(one));
  return ids.length > 0 && ids.every((id) => id !== undefined && id !== '') ? (ids as string[]) : undefined;
}

/**
 * The records that the fields are of: `ids` are those that the mutation names, if it does, and `others` is what stands beside the fields.
 * A text says why none can be meant, or two.
 */
export function recordsNamed(
  fields: JsonObject,
  ids: readonly string[] | undefined,
  others: readonly JsonObject[],
  { operation }: Pick<Mutation, 'operation'>,
  definition: GraphqlModule,
): readonly NamedRecord[] | string {
  const { idField, creates } = definition;
  const merging =
    operation === 'create' ? others.flatMap((level) => mergingIn(level, definition))[0] : undefined;
  if (merging !== undefined)
    return `Leave "${merging}" out: which record is changed where it finds one, nobody knows before. Send the change to its record. Where it chooses none, list it in "envelopeFields" of the module.`;
  const own = idsIn(fields, definition);
  const beside = others.flatMap((level) => idsIn(level, definition));
  const brought = operation === 'create' ? [...own, ...beside] : own;
  const named = ids ?? brought.slice(0, 1);
  const [first] = named;
  if (first === undefined)
    return operation === 'create' || (operation === 'update' && creates === 'upsert')
      ? [{ id: null }]
      : `Name the record by its "${idField}".`;
  if (operation === 'create' && creates !== 'upsert')
    return `To create a record, leave "${idField}" out: the server may change the one that has it. Where clients choose ids, set "creates: upsert" of the module.`;
  const stranger = [...own, ...beside].find((id) => named.some((one) => one !== id));
  if (stranger !== undefined)
    return `"${idField}" names another record, "${stranger}", than the argument. Where it is none of a record, list it in "envelopeFields" of the module.`;
  return named.map((id) => (operation === 'create' ? { id, upserts: true } : { id }));
}

/** Arguments by which a create changes a record that it finds: `on_conflict` of Hasura, `upsert` of Dgraph. */
function mergingIn(
  level: JsonObject,
  { envelopeFields = [] }: Pick<GraphqlModule, 'envelopeFields'>,
): string[] {
  return [...level]
    .filter(([, value]) => !isEmpty(value) && value !== false)
    .map(([name]) => name)
    .filter((name) => MERGES.test(name) && !envelopeFields.includes(name));
}

const MERGES = /^(?:upsert|on_?conflict|overwrite|merge)/i;

/** The ids that a level of the arguments gives, in any spelling. */
function idsIn(
  level: JsonObject,
  { idField, envelopeFields = [] }: Pick<GraphqlModule, 'idField' | 'envelopeFields'>,
): readonly string[] {
  const own = new Map([...level].filter(([name]) => !envelopeFields.includes(name)));
  return givenIds(own, idField)
    .filter((value) => !isEmpty(value))
    .map((value) => textOf(value) ?? text(value));
}

function text(value: Json): string {
  return isObject(value) ? '{…}' : '[…]';
}
