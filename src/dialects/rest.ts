import { type Body, treeOf, withoutCodes } from '../core/body.ts';
import type { Door, RestModule } from '../core/door.ts';
import { foldName } from '../core/fold.ts';
import { at, isList, isObject, type Json, type JsonObject, textOf } from '../core/json.ts';
import { candidatesOf } from '../core/likeness.ts';
import { codeOfField } from '../core/parameter.ts';
import type { PresentedCode, Save } from '../core/save.ts';
import type { Dialect, Reading } from './dialect.ts';
import { problemEnvelope } from './problem-envelope.ts';

const READS = new Set(['GET', 'HEAD', 'OPTIONS']);
const UPDATES = new Set(['PUT', 'PATCH', 'POST']);
/** Records of one request: each may cost a read of the CRM. */
const MAX_RECORDS = 200;

/**
 * Plain REST: POST on the collection creates; PUT, PATCH and POST on `{path}/{id}` update; DELETE deletes; GET reads back.
 * Where the module has a list (`records`), a request on the collection saves each of its items. Anything else below a
 * module's path is a write that nobody can judge.
 */
export const rest: Dialect<RestModule> = {
  name: 'rest',
  dropsCookies: false,
  recognise({ method }, { segments, definitions: [definition] }) {
    if (READS.has(method)) return 'read';
    if (segments.length === 0) {
      return method === 'POST' || (definition.records !== undefined && UPDATES.has(method))
        ? 'body'
        : 'unknown';
    }
    if (segments.length > 1 || !isId(segments[0] ?? '', definition)) return 'unknown';
    if (method === 'DELETE') return 'bodyless';
    return UPDATES.has(method) ? 'body' : 'unknown';
  },
  controlNames: ({ definitions: [{ idField }] }) => [idField, '_method'],
  read: (head, door, body) => (body ? readSaves(head.method, door, body) : readDelete(door)),
  sessionOf: () => undefined,
  recordPath: (definition, id) => `${definition.path}/${encodeURIComponent(id)}`,
  recordOf(definition, _id, { body, version }) {
    const fields = at(body, definition.record);
    if (!isObject(fields)) return { kind: 'unreadable' };
    const record = { fields, ...(version ? { version } : {}) };
    return { kind: 'found', record, id: textOf(fields.get(definition.idField)) };
  },
  outcomeOf({ status }) {
    if (status >= 200 && status < 300) return 'saved';
    return status >= 400 && status < 500 ? 'notSaved' : 'unknown';
  },
  refusal: problemEnvelope,
};

function readDelete(door: Door<RestModule>): Reading {
  const save: Save = {
    module: door.definitions[0].name,
    operation: 'delete',
    id: idOf(door),
    fields: new Map(),
  };
  return { kind: 'saves', saves: [save], codes: [], body: null };
}

/** `/bulk`, `/search` and their kind are no records, so a request on one is nothing that can be judged. */
function isId(segment: string, { ids }: RestModule): boolean {
  return ids === 'any' || /\d/.test(segment);
}

function idOf({ segments }: Door<RestModule>): string {
  return decodeURIComponent(segments[0] ?? '');
}

function readSaves(method: string, door: Door<RestModule>, body: Body): Reading {
  const { segments, definitions } = door;
  const [definition] = definitions;
  const clean = withoutCodes(body);
  const [tree, cleanTree] = [treeOf(body), treeOf(clean)];
  const fault = overrideFault(cleanTree);
  if (fault) return { kind: 'unreadable', detail: fault };
  const list =
    segments.length === 0 && definition.records !== undefined ? at(tree, definition.records) : undefined;
  if (isList(list)) {
    const reading = readList(definition, list, at(cleanTree, definition.records ?? ''), clean);
    return reading.kind === 'saves' ? { ...reading, codes: [...codesIn(tree), ...reading.codes] } : reading;
  }
  if (segments.length === 0 && method !== 'POST') {
    const detail = `A ${method} on the collection has its records in a list at "${definition.records}".`;
    return { kind: 'unreadable', detail };
  }
  const id = segments.length === 0 ? null : idOf(door);
  const reading = readRecord(definition, tree, cleanTree, id);
  if (typeof reading === 'string') return { kind: 'unreadable', detail: reading };
  const codes = definition.fields === '' ? reading.codes : [...codesIn(tree), ...reading.codes];
  return { kind: 'saves', saves: [reading.save], codes, body: clean };
}

function readList(
  definition: RestModule,
  list: readonly Json[],
  clean: Json | undefined,
  body: Body,
): Reading {
  if (list.length > MAX_RECORDS)
    return { kind: 'unreadable', detail: `Send at most ${MAX_RECORDS} records in one request.` };
  const saves: Save[] = [];
  const codes: PresentedCode[] = [];
  for (const [index, item] of list.entries()) {
    const cleanItem = isList(clean) ? (clean[index] ?? null) : null;
    const fields = at(cleanItem, definition.fields);
    const id = isObject(fields)
      ? candidatesOf(fields, definition.idField).find((value) => textOf(value))
      : undefined;
    const reading = readRecord(definition, item, cleanItem, textOf(id) ?? null);
    if (typeof reading === 'string')
      return { kind: 'unreadable', detail: `Record ${index + 1} of the list: ${reading}` };
    const { save } = reading;
    if (save.id !== null && saves.some((other) => other.id === save.id)) {
      return {
        kind: 'unreadable',
        detail: `Record ${index + 1} of the list: the record "${save.id}" stands in it twice.`,
      };
    }
    saves.push(save);
    codes.push(...reading.codes.map((code) => (save.id === null ? code : { ...code, record: save.id })));
  }
  return { kind: 'saves', saves, codes, body };
}

type RecordSave = { readonly save: Save; readonly codes: readonly PresentedCode[] };

/** One record's save, or what is wrong with it. */
function readRecord(
  definition: RestModule,
  document: Json,
  clean: Json,
  id: string | null,
): RecordSave | string {
  const fields = at(clean, definition.fields);
  if (!isObject(fields)) {
    const place = definition.fields === '' ? 'It' : `Its member ${definition.fields}`;
    return `${place} has to be one object with the record's fields.`;
  }
  const other = candidatesOf(fields, definition.idField).find((value) => textOf(value) !== id);
  if (id !== null && other !== undefined) {
    return `The member "${definition.idField}" and the address name two records; leave the member out, or make it equal.`;
  }
  const operation = id === null ? 'create' : 'update';
  return {
    save: { module: definition.name, operation, id, fields },
    codes: codesIn(at(document, definition.fields) ?? null),
  };
}

function codesIn(fields: Json): readonly PresentedCode[] {
  return isObject(fields) ? [...fields].flatMap(([name, value]) => codeOfField(name, value) ?? []) : [];
}

/** Frameworks take the method from a body's `_method`; a request that says two things is refused. */
function overrideFault(tree: Json): string | undefined {
  const name = isObject(tree)
    ? [...(tree as JsonObject).keys()].find((key) => foldName(key) === '_method')
    : undefined;
  return name === undefined
    ? undefined
    : `Leave out the member "${name}" and send the request by the method that you mean.`;
}
