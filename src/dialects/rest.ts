import type { ModuleDefinition } from '../core/door.ts';
import { foldName } from '../core/fold.ts';
import { at, isObject, type Json, type JsonObject, textOf } from '../core/json.ts';
import { candidatesOf } from '../core/likeness.ts';
import { codeOfField, isParameter } from '../core/parameter.ts';
import type { PresentedCode, Save } from '../core/save.ts';
import type { Dialect, Door, Reading } from './dialect.ts';
import { problemEnvelope } from './problem-envelope.ts';

const READS = new Set(['GET', 'HEAD', 'OPTIONS']);
const UPDATES = new Set(['PUT', 'PATCH', 'POST']);

/**
 * Plain REST: POST on the collection creates; PUT, PATCH and POST on `{path}/{id}` update; DELETE deletes; GET reads back.
 * Anything else below a module's path is a write that nobody can judge.
 */
export const rest: Dialect = {
  name: 'rest',
  recognise(method, { segments }) {
    if (READS.has(method)) return 'read';
    if (method === 'DELETE' && segments.length === 1) return 'delete';
    if (segments.length === 0 ? method === 'POST' : segments.length === 1 && UPDATES.has(method))
      return 'save';
    return 'unknown';
  },
  read: readSave,
  readDelete: (door) => ({
    module: door.definition.name,
    operation: 'delete',
    id: idOf(door),
    fields: new Map(),
  }),
  recordPath: (definition, id) => `${definition.path}/${encodeURIComponent(id)}`,
  recordOf(definition, body, version) {
    const fields = at(body, definition.record);
    if (!isObject(fields)) return undefined;
    return {
      record: { fields, ...(version ? { version } : {}) },
      id: textOf(fields.get(definition.idField)),
    };
  },
  outcomeOf({ status }) {
    if (status >= 200 && status < 300) return 'saved';
    return status >= 400 && status < 500 ? 'notSaved' : 'unknown';
  },
  refusal: problemEnvelope,
};

function readSave(_method: string, door: Door, body: Json): Reading {
  const { definition } = door;
  const found = at(body, definition.fields);
  if (!isObject(body) || !isObject(found)) {
    const place = definition.fields === '' ? 'The body' : `The body's member ${definition.fields}`;
    return { ok: false, detail: `${place} has to be one JSON object with the record's fields.` };
  }
  const codes = [...codesIn(body), ...(found === body ? [] : codesIn(found))];
  const cleaned = withoutCodes(body, definition.fields.split('/').slice(1));
  const fields = at(cleaned, definition.fields) as JsonObject;
  const id = door.segments.length === 0 ? null : idOf(door);
  const fault = idFault(definition, fields, id) ?? overrideFault(cleaned) ?? overrideFault(fields);
  if (fault) return { ok: false, detail: fault };
  const save: Save = { module: definition.name, operation: id === null ? 'create' : 'update', id, fields };
  return { ok: true, saves: [save], codes, body: cleaned };
}

function idOf({ segments }: Door): string {
  return decodeURIComponent(segments[0] ?? '');
}

function codesIn(fields: JsonObject): PresentedCode[] {
  return [...fields].flatMap(([name, value]) => codeOfField(name, value) ?? []);
}

/** The body without any parameter of ours, at its top and along the path to the fields. */
function withoutCodes(body: JsonObject, path: readonly string[]): JsonObject {
  const [step, ...rest] = path;
  const kept = [...body].filter(([name]) => !isParameter(name));
  return new Map(
    kept.map(([name, value]) => [name, name === step && isObject(value) ? withoutCodes(value, rest) : value]),
  );
}

/** The body must not speak of another record than the address does. */
function idFault(definition: ModuleDefinition, fields: JsonObject, id: string | null): string | undefined {
  const other = candidatesOf(fields, definition.idField).find((value) => textOf(value) !== id);
  if (id === null || other === undefined) return undefined;
  return `The member "${definition.idField}" and the address name two records; leave the member out, or make it equal.`;
}

/** Frameworks take the method from a body's `_method`; a request that says two things is refused. */
function overrideFault(fields: JsonObject): string | undefined {
  const name = [...fields.keys()].find((key) => foldName(key) === '_method');
  return name === undefined
    ? undefined
    : `Leave out the member "${name}" and send the request by the method that you mean.`;
}
