import type { FieldNode } from 'graphql/language';
import type { Mount } from '../../core/saving/mount.ts';
import type { Save } from '../../core/saving/save.ts';
import { at, isList, isObject, type Json, type JsonObject, jsonObjectOf } from '../../core/wire/json.ts';
import type { PresentedCode } from '../../core/wire/parameter.ts';
import {
  cleanOf,
  codesIn,
  extentFault,
  found,
  NOTHING,
  type Part,
  type PartialReading,
  unmappedAbout,
  unreadable,
} from '../parts.ts';
import { isSteeredBy, withBesides } from '../places.ts';
import { aboutMutation } from './about.ts';
import { type GraphqlModule, type Mutation, pointerOf } from './graphql-module.ts';
import { idsAt, type NamedRecord, recordsNamed } from './ids.ts';

/** The saves of one field of the Mutation type, with these arguments, codes and all. */
export function savesIn(
  { name: { value: name } }: FieldNode,
  args: JsonObject,
  { definitions }: Pick<Mount<GraphqlModule>, 'definitions'>,
): PartialReading {
  const findings = definitions.flatMap((definition) => {
    const mutation = Object.hasOwn(definition.mutations, name) ? definition.mutations[name] : undefined;
    return mutation ? [savesOf(name, mutation, args, definition)] : [];
  });
  const [finding, second] = findings;
  if (!finding) return unmappedAbout(aboutMutation(name, args, definitions));
  return second ? unreadable(`Two modules of the configuration name the mutation "${name}".`) : finding;
}

function savesOf(
  name: string,
  mutation: Mutation,
  args: JsonObject,
  definition: GraphqlModule,
): PartialReading {
  if (mutation.harmless) return NOTHING;
  const clean = cleanOf(args);
  const place = fieldsPlaceOf(mutation);
  const fields = place === undefined ? new Map<string, Json>() : at(clean, place);
  const idPlace = mutation.id === undefined ? undefined : pointerOf(mutation.id);
  const ids = idPlace === undefined ? undefined : idsAt(clean, idPlace);
  if (idPlace !== undefined && ids === undefined)
    return unreadable(
      `"${name}" has no id at "${mutation.id}". What chooses its records in another way, such as a filter, cannot be judged.`,
    );
  const fault = ids && extentFault(ids.length, fields ?? null);
  if (fault) return fault;
  const others = restOf(clean, [place, idPlace]);
  const codes = [...codesIn(args), ...codesAlong(args, place)];
  const list = isList(fields) ? fields : [fields ?? null];
  const raw = place === undefined ? undefined : at(args, place);
  const parts: Part[] = [];
  for (const [index, item] of list.entries()) {
    const one = fieldsOf(item, mutation);
    if (!one) return unreadable(`The fields of "${name}" are one object.`);
    const records = recordsNamed(one, ids, others, mutation, definition);
    if (typeof records === 'string') return unreadable(records);
    const own = codesIn(isList(raw) ? raw[index] : raw);
    for (const record of records)
      parts.push({ save: saveOf(definition, mutation, record, one, others), codes: [...codes, ...own] });
  }
  return found(...parts);
}

function saveOf(
  definition: GraphqlModule,
  { operation }: Mutation,
  { id, upserts }: NamedRecord,
  given: JsonObject,
  others: readonly JsonObject[],
): Save {
  const fields = withBesides(given, others);
  const about = {
    module: definition.name,
    id,
    fields,
    ...(isSteeredBy(others, definition) && { isSteered: true as const }),
  };
  if (upserts) return { ...about, operation: 'update', upserts };
  return { ...about, operation: id === null ? 'create' : operation };
}

/** Where the fields stand among the arguments; undefined where the mutation takes none. */
function fieldsPlaceOf({ fields, set, operation }: Mutation): string | undefined {
  if (fields !== undefined) return pointerOf(fields);
  return set || operation === 'delete' ? undefined : '';
}

/** What `set` says lies over what the arguments say. */
function fieldsOf(item: Json, { set }: Mutation): JsonObject | undefined {
  return isObject(item) ? new Map([...item, ...jsonObjectOf(set ?? {})]) : undefined;
}

/** What of the arguments stands beside the fields and the id, level by level. */
function restOf(args: JsonObject, places: readonly (string | undefined)[]): readonly JsonObject[] {
  if (places.includes('')) return [];
  const ways = places.flatMap((place) => (place === undefined ? [] : [place.split('/').slice(1)]));
  return levelsOf(args, ways).filter(({ size }) => size > 0);
}

function levelsOf(object: JsonObject, ways: readonly (readonly string[])[]): readonly JsonObject[] {
  const below = Map.groupBy(ways, ([step = '']) => step);
  const own = new Map([...object].filter(([name]) => !below.has(name)));
  const deeper = [...below].flatMap(([step, rest]) => {
    const member = object.get(step);
    const further = rest.map((way) => way.slice(1)).filter((way) => way.length > 0);
    return isObject(member) && further.length === rest.length ? levelsOf(member, further) : [];
  });
  return [own, ...deeper];
}

/** Codes among the members on the way to the fields. */
function codesAlong(args: JsonObject, pointer: string | undefined): readonly PresentedCode[] {
  const steps = (pointer ?? '').split('/').slice(1, -1);
  return steps.flatMap((_, index) => codesIn(at(args, `/${steps.slice(0, index + 1).join('/')}`)));
}
