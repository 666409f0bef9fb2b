import { foldName } from '../../core/likeness/fold.ts';
import { candidatesOf } from '../../core/likeness/likeness.ts';
import { saidOf } from '../../core/likeness/said.ts';
import { remembered } from '../../core/remembered.ts';
import type { Mount, RestModule } from '../../core/saving/mount.ts';
import type { Save } from '../../core/saving/save.ts';
import { type Body, treeOf, withoutCodes } from '../../core/wire/body.ts';
import { at, isEmpty, isList, isObject, type Json, type JsonObject, textOf } from '../../core/wire/json.ts';
import { isSafe, OVERRIDE_FIELDS, OVERRIDE_HEADERS } from '../../core/wire/method.ts';
import type { PresentedCode } from '../../core/wire/parameter.ts';
import { readJson } from '../../core/wire/read-json.ts';
import type { Dialect, Reading } from '../dialect.ts';
import { codesIn, type Part, savesOf, unreadable } from '../parts.ts';
import { besides, secondOf, withBesides } from '../places.ts';
import { problemEnvelope } from '../problem-envelope.ts';

const UPDATES = new Set(['PUT', 'PATCH', 'POST']);
/** What frameworks answer when they cannot write the answer that a client's headers want: then the record may be stored (Rails raises `UnknownFormat` in `respond_to`). */
const AFTER_THE_SAVE = new Set([406, 408, 416]);
/** Members by which Rails and Laravel, ASP.NET and Slim take another method than the request line's. */
const OVERRIDES = [...OVERRIDE_FIELDS, ...OVERRIDE_HEADERS];

/**
 * Plain REST: POST on the collection creates; PUT, PATCH and POST on `{path}/{id}` update; DELETE deletes; GET reads back.
 * Where the module has a list (`records`), a request on the collection saves each of its items. Anything else below a
 * module's path is a write that nobody can judge.
 */
export const rest: Dialect<RestModule> = {
  name: 'rest',
  dropsCookies: false,
  recognise({ method }, { segments, definitions: [definition] }) {
    if (isSafe(method)) {
      const isList = segments.length === 0;
      return isList || (segments.length === 1 && isId(segments[0] ?? '', definition))
        ? 'read'
        : 'unmapped-read';
    }
    if (segments.length === 0) {
      return method === 'POST' || (definition.records !== undefined && UPDATES.has(method))
        ? 'body'
        : 'unknown';
    }
    if (segments.length > 1 || !isId(segments[0] ?? '', definition)) return 'unknown';
    if (method === 'DELETE') return 'bodyless';
    return UPDATES.has(method) ? 'body' : 'unknown';
  },
  whyUnknown({ segments, definitions: [definition] }) {
    const [segment = '', ...below] = segments;
    if (below.length > 0 || segments.length === 0 || isId(segment, definition)) return undefined;
    return `The module ${definition.name} has numbered ids ("ids: numbered"), and this path ends with a name that has no digit. If that is the id of a record, set "ids: any" in the module.`;
  },
  controlNames: ({ definitions: [{ idField }] }) => [idField, ...OVERRIDES],
  read: (head, mount, body, guarded) =>
    body ? readSaves(head.method, mount, body, guarded) : readDelete(mount),
  sessionOf: () => undefined,
  recordPath: (definition, id) => `${definition.path}/${encodeURIComponent(id)}`,
  recordOf(definition, asked, { body, version }) {
    const fields = at(body, definition.record);
    if (!isObject(fields)) return { kind: 'unreadable' };
    const record = { fields, ...(version ? { version } : {}) };
    const id = textOf(fields.get(definition.idField));
    return id === undefined && !ONE_SPELLING.test(asked)
      ? { kind: 'unreadable' }
      : { kind: 'found', record, id };
  },
  outcomeOf({ status }) {
    if (status >= 200 && status < 300) return 'saved';
    return status >= 400 && status < 500 && !AFTER_THE_SAVE.has(status) ? 'notSaved' : 'unknown';
  },
  createdIdOf(definition, { body }) {
    const document = readJson(body);
    const fields = document.ok ? at(document.value, definition.record) : undefined;
    return isObject(fields) ? textOf(fields.get(definition.idField)) : undefined;
  },
  nesting: ({ idField }) => ({ idField, idOf: (text) => text, listsAreValues: false, isOwn: () => false }),
  refusal: problemEnvelope,
};

function readDelete(mount: Mount<RestModule>): Reading {
  const save: Save = {
    module: mount.definitions[0].name,
    operation: 'delete',
    id: idOf(mount),
    fields: new Map(),
  };
  return { kind: 'saves', saves: [save], codes: [], body: null };
}

/**
 * `45`, `045` and `45x` are one record to a database, and so are `A1` and `a1`. The answer tells which spelling is its own; where
 * it does not, only ids that have one spelling are taken: plain numbers and GUIDs in small letters.
 */
const ONE_SPELLING = /^(?:0|[1-9]\d{0,18}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** `/bulk`, `/search` and their kind are no records, so a request on one is nothing that can be judged. */
function isId(segment: string, { ids }: RestModule): boolean {
  return ids === 'any' || /\d/.test(segment);
}

function idOf({ segments }: Mount<RestModule>): string {
  return decodeURIComponent(segments[0] ?? '');
}

function readSaves(
  method: string,
  mount: Mount<RestModule>,
  body: Body,
  guarded: readonly string[],
): Reading {
  const { segments, definitions } = mount;
  const [definition] = definitions;
  const clean = withoutCodes(body);
  const [tree, cleanTree] = [treeOf(body), treeOf(clean)];
  const fault = overrideFault(cleanTree);
  if (fault) return unreadable(fault);
  const { records } = definition;
  const list = segments.length === 0 && records !== undefined ? at(tree, records) : undefined;
  const second = segments.length === 0 ? secondOf(cleanTree, records ?? '') : undefined;
  if (second !== undefined) return unreadable(secondPlace(second));
  if (isList(list)) return readList(definition, list, cleanTree, codesIn(tree), clean);
  if (segments.length === 0 && (method !== 'POST' || (list !== undefined && records !== ''))) {
    return unreadable(`A ${method} on the collection has its records in a list at "${records}".`);
  }
  const id = segments.length === 0 ? null : idOf(mount);
  const reading = readRecord(definition, tree, cleanTree, id);
  if (typeof reading === 'string') return unreadable(reading);
  const codes = definition.fields === '' ? reading.codes : [...codesIn(tree), ...reading.codes];
  const replaces = method === 'PUT' && definition.put === 'replace' && id !== null;
  const fields = guarded.filter((name) => name !== definition.idField);
  const save = replaces ? withEmptied(reading.save, fields) : reading.save;
  return { kind: 'saves', saves: [save], codes, body: clean };
}

/** A save that replaces the record empties what it leaves out: a guarded field, or one that a message shows, is set to nothing. */
function withEmptied(save: Save, guarded: readonly string[]): Save {
  const left = guarded.filter((name) => saidOf(save, name, undefined).values.length === 0);
  const fields = new Map([...save.fields, ...left.map((name) => [name, null] as const)]);
  return { ...save, fields, replaces: true };
}

/** `document` is the body's, without codes; `codes` are those that stand beside the list. */
function readList(
  definition: RestModule,
  list: readonly Json[],
  document: Json,
  codes: readonly PresentedCode[],
  body: Body,
): Reading {
  const clean = at(document, definition.records ?? '');
  const others = besides(document, definition.records ?? '');
  const parts: Part[] = [];
  for (const [index, item] of list.entries()) {
    const cleanItem = isList(clean) ? (clean[index] ?? null) : null;
    const fields = at(cleanItem, definition.fields);
    const id = isObject(fields)
      ? candidatesOf(fields, definition.idField).find((value) => !isNoId(value))
      : undefined;
    const reading = readRecord(definition, item, cleanItem, textOf(id) ?? null, others);
    if (typeof reading === 'string') return unreadable(`Record ${index + 1} of the list: ${reading}`);
    parts.push(reading);
  }
  return savesOf(parts, codes, body);
}

/** One record's save, or what is wrong with it. */
function readRecord(
  definition: RestModule,
  document: Json,
  clean: Json,
  id: string | null,
  others: readonly JsonObject[] = [],
): Part | string {
  const second = secondOf(clean, definition.fields);
  if (second !== undefined) return secondPlace(second);
  const fields = at(clean, definition.fields);
  if (!isObject(fields)) {
    const place = definition.fields === '' ? 'It' : `Its member ${definition.fields}`;
    return `${place} has to be one object with the record's fields.`;
  }
  const ids = candidatesOf(fields, definition.idField);
  if (id === null && !ids.every(isNoId)) {
    return `To change a record, send the save to ${definition.path}/{id}; to create one, leave the member "${definition.idField}" out.`;
  }
  if (id !== null && ids.some((value) => textOf(value) !== id)) {
    return `The member "${definition.idField}" and the address name two records; leave the member out, or make it equal.`;
  }
  const operation = id === null ? 'create' : 'update';
  const judged = withBesides(fields, [...others, ...besides(clean, definition.fields)]);
  return {
    save: { module: definition.name, operation, id, fields: judged },
    codes: codesIn(at(document, definition.fields)),
  };
}

function secondPlace(name: string): string {
  return `Leave out the member "${name}"; some servers take it for the place of the record's fields.`;
}

/** What clients send for a record that has no id yet: nothing, 0, or the empty GUID of .NET. */
function isNoId(value: Json): boolean {
  return isEmpty(value) || /^[0-]+$/.test(textOf(value) ?? '');
}

const isOverride = remembered((name: string) =>
  OVERRIDES.includes(foldName(name).replace(/^x_.*/, (found) => found.replaceAll('_', '-'))),
);

/** Frameworks take the method from a body's `_method`; a request that says two things is refused. */
function overrideFault(tree: Json): string | undefined {
  const name = isObject(tree) ? [...tree.keys()].find(isOverride) : undefined;
  return name === undefined
    ? undefined
    : `Leave out the member "${name}" and send the request by the method that you mean.`;
}
