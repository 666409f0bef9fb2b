import { withoutCodes } from '../core/body.ts';
import type { Door, TypedModule } from '../core/door.ts';
import { isList, isObject, type Json, type JsonObject, textOf } from '../core/json.ts';
import type { Outcome } from '../core/ledger.ts';
import type { Problem } from '../core/problem.ts';
import { readJson } from '../core/read-json.ts';
import type { Dialect, Envelope, Reading } from './dialect.ts';
import { codesIn, moduleNamed, savesOf, unreadable } from './parts.ts';
import { type Call, callOf } from './salesforce-call.ts';
import { callsOf } from './salesforce-composite.ts';
import { canonicalId } from './salesforce-id.ts';
import { type Finding, recordsOf } from './salesforce-records.ts';

/** In which the stored record is read, unless the module says another; all that are in service have it. */
const VERSION = 'v60.0';
const LISTS = new Set<Call['kind']>(['composite', 'batch', 'graph']);

/**
 * Salesforce's REST API below `/services/data`: records at `/vXX.X/sobjects/{Type}/{id}`, and lists of records and of calls, each
 * judged by itself. The bulk API, actions and all else that writes is unknown.
 * https://developer.salesforce.com/docs/platform/api-rest/guide/intro-rest.html
 */
export const salesforce: Dialect<TypedModule> = {
  name: 'salesforce',
  dropsCookies: false,
  recognise({ method }, door) {
    const call = callIn(method, door);
    if (method !== 'POST' && call.kind === 'read') return 'read';
    // `/sobjects/Contact/{id}/Account` writes the account, `/sobjects/Contact/Key__c/1` the contact: only the org knows which.
    if (call.kind === 'external' && moduleNamed(door, call.type).kind === 'unmapped') return 'unknown';
    if (call.kind === 'unknown') return 'unknown';
    return method === 'DELETE' ? 'bodyless' : 'body';
  },
  controlNames: () => ['_HttpMethod', 'id', 'ids'],
  read({ method }, door, body, guarded) {
    const call = callIn(method, door);
    const clean = body && withoutCodes(body);
    if (call.kind === 'read') return { kind: 'harmless', body: clean };
    if (body && body.kind !== 'json') {
      return call.kind === 'create' && moduleNamed(door, call.type).kind === 'unmapped'
        ? { kind: 'unmapped', body: clean }
        : unreadable('Send the save as JSON, application/json.');
    }
    const document = body ? body.value : null;
    const finding =
      LISTS.has(call.kind) && document !== null
        ? callsOf(call, document, door, guarded)
        : recordsOf(call, document, door);
    return readingOf(finding, call, document, clean);
  },
  sessionOf: () => undefined,
  recordPath: ({ path, type, version = VERSION }, id) =>
    `${path}/${version}/sobjects/${type}/${encodeURIComponent(id)}`,
  recordOf(_definition, _id, { body, version }) {
    if (!isObject(body)) return { kind: 'unreadable' };
    const record = { fields: body, ...(version ? { version } : {}) };
    const id = textOf(body.get('Id'));
    return { kind: 'found', record, id: id === undefined ? undefined : (canonicalId(id) ?? id) };
  },
  outcomeOf({ status, body }) {
    if (status >= 200 && status < 300) return outcomeIn(body);
    return status >= 400 && status < 500 ? 'notSaved' : 'unknown';
  },
  refusal,
};

function callIn(method: string, { segments: [version = '', ...segments] }: Door<TypedModule>): Call {
  const call = callOf(method, segments);
  return call.kind === 'read' || /^v\d{2,3}\.\d$/.test(version) ? call : { ...call, kind: 'unknown' };
}

/** Codes stand among the fields of their record; those of a list of records may stand at the top as well. */
function readingOf(
  finding: Finding,
  { kind }: Call,
  document: Json | null,
  body: Extract<Reading, { kind: 'saves' }>['body'],
): Reading {
  if (finding.kind === 'unreadable') return finding;
  const { parts, unmapped } = finding;
  if (parts.length === 0) return { kind: unmapped ? 'unmapped' : 'harmless', body };
  const isOne = kind === 'row' || kind === 'create';
  const reading = savesOf(parts, isOne || document === null ? [] : codesIn(document), body);
  return reading.kind === 'saves' && unmapped ? { ...reading, alsoUnmapped: true } : reading;
}

/** Lists answer 200 whatever became of their items. One that was stored is enough for the code to be spent. */
function outcomeIn(body: Uint8Array): Outcome {
  const reading = readJson(body);
  if (!reading.ok) return 'saved';
  const results = resultsIn(reading.value);
  return results === undefined || results.some(isStored) ? 'saved' : 'notSaved';
}

/** The results of the calls or records of a list; undefined where the answer is none to a list. */
function resultsIn(answer: Json): readonly Json[] | undefined {
  if (isList(answer)) return answer;
  if (!isObject(answer)) return undefined;
  const graphs = answer.get('graphs');
  if (isList(graphs)) return graphs.flatMap((graph) => resultsIn(memberOf(graph, 'graphResponse')) ?? []);
  const calls =
    answer.get('compositeResponse') ?? (answer.has('hasErrors') ? answer.get('results') : undefined);
  return isList(calls) ? calls.flatMap(callResultsIn) : undefined;
}

/** 204 and 201 are saves; a list of records among the calls has results of its own; another 200 was a read. */
function callResultsIn(call: Json): readonly Json[] {
  const status = textOf(memberOf(call, 'httpStatusCode')) ?? textOf(memberOf(call, 'statusCode'));
  if (status === undefined || status === '201' || status === '204')
    return [new Map([['success', status !== undefined || isStored(call)]])];
  const result = isObject(call) ? (call.get('body') ?? call.get('result')) : undefined;
  return status === '200' ? (isList(result) ? result : [result ?? null]) : [];
}

function isStored(result: Json): boolean {
  return isObject(result) && result.get('success') === true;
}

function memberOf(value: Json, name: string): Json {
  return isObject(value) ? ((value as JsonObject).get(name) ?? null) : null;
}

function refusal({ slug, status, detail, rules }: Problem): Envelope {
  const errorCode = slug.toUpperCase().replaceAll('-', '_');
  const error = { message: detail, errorCode, ...(rules.length > 0 ? { rules } : {}) };
  return { status, contentType: 'application/json;charset=UTF-8', body: JSON.stringify([error]) };
}
