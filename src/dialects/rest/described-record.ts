import { foldField } from '../../core/likeness/fold.ts';
import { givenIds } from '../../core/likeness/likeness.ts';
import type { CollectionModule } from '../../core/saving/module.ts';
import { isNoId, type Save } from '../../core/saving/save.ts';
import { at, isObject, type Json, type JsonObject, textOf } from '../../core/wire/json.ts';
import { codesIn, type Part } from '../parts.ts';
import { secondOf, withBesides } from '../places.ts';
import { levelsBeside } from './beside.ts';
import { saidFields } from './columns.ts';
import { fateOf } from './fate.ts';
import {
  fieldsAt,
  isOddNumber,
  maySteerRecord,
  ODD_NUMBER,
  secondPlace,
  UPSERT,
  withoutIds,
} from './record.ts';
import type { Document, Saving } from './saving.ts';

/** One record's save by a described operation, or what is wrong with it. `above`: what stands beside the list that the record is of. */
export function readDescribedRecord(
  { act, definition, when, template }: Saving,
  named: string | null,
  { tree, clean }: Pick<Document, 'tree' | 'clean'>,
  above: readonly JsonObject[],
  guarded: readonly string[],
): Part | string {
  const { fields: place, naming, set } = act;
  const second = place === undefined ? undefined : secondOf(clean, place);
  if (second !== undefined) return secondPlace(second);
  const given = place === undefined ? NOTHING : fieldsAt(clean, place);
  if (!isObject(given))
    return `${place === '' ? 'It' : `Its member ${place}`} has to be one object with the record's fields.`;
  const found = saidFields(given, definition);
  if (typeof found === 'string') return found;
  const pointers = [
    ...(naming.kind === 'records' ? [] : when.map(([pointer]) => pointer)),
    ...pointersOf(naming),
  ];
  const beside = [...above, ...levelsBeside(clean, place, pointers)];
  const id = named ?? idOfNew(definition, found);
  if (id === undefined) return `To create a record, leave the member "${definition.idField}" out. ${UPSERT}`;
  if (named === null && givenIds(found, definition.idField).some(isOddNumber)) return ODD_NUMBER;
  const stranger = [found, ...beside].find((level) => namesAnother(level, id, definition));
  if (stranger)
    return `The request names two records. Leave the member "${definition.idField}" out, or where it is none of a record, list it in "envelopeFields" of the module.`;
  const hidden = new Map([...found].filter(([name]) => set.has(name)));
  const stored = new Map([...[...found].filter(([name]) => !set.has(name)), ...set]);
  const isPut = template.method === 'PUT' && definition.creates === 'upsert' && act.operation === 'update';
  const isUpsert =
    id !== null && (act.operation === 'create' || named === null || (isPut && naming.kind !== 'self'));
  const save: Save = {
    module: definition.name,
    operation: isUpsert ? 'update' : id === null ? 'create' : act.operation,
    id,
    fields: withBesides(stored, [
      ...withoutIds(beside, definition),
      hidden,
      ...(act.isOpen ? [anythingOf(guarded, definition)] : []),
    ]),
    ...(isUpsert && { upserts: true as const }),
    ...(maySteerRecord(beside, definition) && { isSteered: true as const }),
    ...(act.isOpen && { verb: template.path.split('/').findLast((step) => /^\w+$/.test(step)) ?? 'write' }),
  };
  const replaces = act.replaces || (definition.put === 'replace' && (template.method === 'PUT' || isUpsert));
  const fated = fateOf(definition, guarded, replaces && place !== undefined)(save);
  return typeof fated === 'string'
    ? fated
    : { save: fated, codes: codesIn(place === undefined ? undefined : at(tree, place)) };
}

const NOTHING: JsonObject = new Map();

function pointersOf(naming: Saving['act']['naming']): readonly string[] {
  switch (naming.kind) {
    case 'id':
    case 'ids':
      return [naming.pointer];
    case 'records':
      return naming.id === undefined ? [] : [naming.id];
    default:
      return [];
  }
}

/** The id that a new record brings, null where it brings none, undefined where it may bring none. */
function idOfNew({ idField, creates }: CollectionModule, fields: JsonObject): string | null | undefined {
  const given = givenIds(fields, idField).filter((value) => !isNoId(value));
  if (given.length === 0) return null;
  return creates === 'upsert' ? textOf(given[0]) : undefined;
}

/** Whether a level of the request names a record by the module's id field that is not the one. */
function namesAnother(
  level: JsonObject,
  id: string | null,
  { idField, envelopeFields = [] }: CollectionModule,
): boolean {
  const own = new Map([...level].filter(([name]) => !envelopeFields.includes(name)));
  return givenIds(own, idField).some((value) => !isNoId(value) && textOf(value) !== id);
}

/**
 * What an operation may store of which nobody said what it stores: a value of any guarded field, which nobody knows. A reference is
 * left to those who ask about it by its own name.
 */
function anythingOf(guarded: readonly string[], { relations = {} }: CollectionModule): JsonObject {
  const references = new Set(Object.keys(relations).map(foldField));
  const open = guarded.filter((name) => !references.has(foldField(name)));
  return new Map<string, Json>(open.map((name) => [name, null]));
}
