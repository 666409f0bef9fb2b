import { foldName } from '../../core/likeness/fold.ts';
import { givenIds } from '../../core/likeness/likeness.ts';
import { remembered } from '../../core/remembered.ts';
import type { CollectionModule } from '../../core/saving/module.ts';
import { isNoId } from '../../core/saving/save.ts';
import {
  at,
  isList,
  isNumber,
  isObject,
  type Json,
  type JsonObject,
  pointerSteps,
  textOf,
} from '../../core/wire/json.ts';
import { OVERRIDE_FIELDS, OVERRIDE_HEADERS } from '../../core/wire/method.ts';
import { codesIn, type Part } from '../parts.ts';
import { besides, maySteer, secondOf, withBesides } from '../places.ts';
import { saidFields } from './columns.ts';

/** Members by which Rails and Laravel, ASP.NET and Slim take another method than the request line's. */
export const OVERRIDES = [...OVERRIDE_FIELDS, ...OVERRIDE_HEADERS];

/** What is told of a request whose records stand nowhere in it. */
export const FILTER =
  'The records stand in this request by no id: it chooses them in another way, such as a filter, so what it saves cannot be judged. Name them by their ids.';

/** One record's save, or what is wrong with it. */
export function readRecord(
  definition: CollectionModule,
  document: Json,
  clean: Json,
  id: string | null,
  others: readonly JsonObject[] = [],
): Part | string {
  const second = secondOf(clean, definition.fields);
  if (second !== undefined) return secondPlace(second);
  const given = fieldsAt(clean, definition.fields);
  if (!isObject(given)) {
    const place = definition.fields === '' ? 'It' : `Its member ${definition.fields}`;
    const isMany = isList(given) && id === null && definition.records === undefined;
    const many = isMany
      ? ` Where the API takes lists here, say so in the module: records: "${definition.fields}".`
      : '';
    return `${place} has to be one object with the record's fields.${many}`;
  }
  const fields = saidFields(given, definition);
  if (typeof fields === 'string') return fields;
  const own = besides(clean, definition.fields);
  const ids = [...givenIds(fields, definition.idField), ...idsBeside(own, definition)];
  const brought =
    id === null && definition.creates === 'upsert' ? ids.find((value) => !isNoId(value)) : undefined;
  if (brought !== undefined) {
    if (isOddNumber(brought)) return ODD_NUMBER;
    const part = readRecord(definition, document, clean, textOf(brought) ?? '', others);
    return typeof part === 'string' ? part : { ...part, save: { ...part.save, upserts: true } };
  }
  if (id === null && !ids.every(isNoId)) {
    return `To change a record, send the save to ${definition.path}/{id}; to create one, leave the member "${definition.idField}" out. ${UPSERT}`;
  }
  if (id !== null && ids.some((value) => textOf(value) !== id)) {
    return `The member "${definition.idField}" and the address name two records; leave the member out, or make it equal.`;
  }
  const operation = id === null ? 'create' : 'update';
  const beside = [...others, ...withoutIds(own, definition)];
  const judged = withBesides(fields, beside);
  return {
    save: {
      module: definition.name,
      operation,
      id,
      fields: judged,
      ...(maySteerRecord(beside, definition) && { isSteered: true as const }),
    },
    codes: codesIn(at(document, definition.fields)),
  };
}

/** What stands where the fields do. A save that leaves their place out says nothing of them; what stands beside it is read all the same. */
export function fieldsAt(document: Json, place: string): Json | undefined {
  let here: Json | undefined = document;
  for (const step of pointerSteps(place)) {
    if (!isObject(here)) return undefined;
    here = here.get(step) ?? NOTHING;
  }
  return here;
}

const NOTHING: JsonObject = new Map();

/** The ids that stand beside the fields: WordPress takes the record from there, and not from the address. */
function idsBeside(levels: readonly JsonObject[], definition: CollectionModule): readonly Json[] {
  return levels.flatMap((level) => [...level].flatMap((member) => idsOf(member, definition)));
}

/** The same levels without them: nobody is told to declare such a member, since another id under its name would pass then. */
export function withoutIds(
  levels: readonly JsonObject[],
  definition: CollectionModule,
): readonly JsonObject[] {
  return levels.map(
    (level) => new Map([...level].filter((member) => idsOf(member, definition).length === 0)),
  );
}

function idsOf(
  [name, value]: readonly [string, Json],
  { idField, envelopeFields = [] }: CollectionModule,
): readonly Json[] {
  return envelopeFields.includes(name) ? [] : givenIds(new Map([[name, value]]), idField);
}

/** Whether it is a number that is written in a way in which no address has it: `45.0` and `4.5e1` are 45 to whoever reads JSON. */
export function isOddNumber(value: Json): boolean {
  return isNumber(value) && !/^(?:0|-?[1-9]\d*)$/.test(value.lexeme);
}

/** What a client is told whose id is such a number. */
export const ODD_NUMBER = 'Write the id as a whole number, in digits alone: 45, and neither 45.0 nor 4.5e1.';

/** What to do where clients choose ids. */
export const UPSERT = 'Where clients choose the ids of new records, set "creates: upsert" in the module.';

/** Whether what stands beside the fields may choose a version of the record. */
export function maySteerRecord(beside: readonly JsonObject[], definition: CollectionModule): boolean {
  return beside.some((level) => maySteer(level, (name) => isOfRecord(name, definition)));
}

/** What names the record or who asks, says what JSON:API always does, or was declared: it chooses no version of it. */
function isOfRecord(
  name: string,
  { idField, envelopeFields = [], credentialFields = {} }: CollectionModule,
): boolean {
  const key = foldName(name);
  const owners = Object.values(credentialFields).map((pointer) => pointerSteps(pointer)[0] ?? '');
  return [idField, ...ALWAYS, ...envelopeFields, ...owners].some((known) => foldName(known) === key);
}

const ALWAYS = ['id', 'type', 'links', 'jsonapi', 'included', 'relationships'];

/** What to leave out, so that all servers find the record at one place. */
export function secondPlace(name: string): string {
  return `Leave out the member "${name}"; some servers take it for the place of the record's fields.`;
}

const isOverride = remembered((name: string) =>
  OVERRIDES.includes(foldName(name).replace(/^x_.*/, (found) => found.replaceAll('_', '-'))),
);

/**
 * Frameworks take the method from a body's `_method`; a request that says two things is refused. `known`: pointers to what an operation
 * reads there.
 */
export function overrideFault(tree: Json, known: readonly string[] = []): string | undefined {
  const isMeant = (name: string) => isOverride(name) && !known.includes(`/${name}`);
  const name = isObject(tree) ? [...tree.keys()].find(isMeant) : undefined;
  return name === undefined
    ? undefined
    : `Leave out the member "${name}" and send the request by the method that you mean.`;
}
