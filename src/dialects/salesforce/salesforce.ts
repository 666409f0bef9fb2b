import type { Outcome } from '../../core/ledger/spending.ts';
import type { Mount } from '../../core/saving/mount.ts';
import type { Problem } from '../../core/verdict/problem.ts';
import { withoutCodes } from '../../core/wire/body.ts';
import { isList, isObject, type Json, textOf } from '../../core/wire/json.ts';
import { readJson } from '../../core/wire/read-json.ts';
import type { Dialect, Envelope } from '../dialect.ts';
import { isRefusal } from '../outcome-of-calls.ts';
import { codesIn, moduleNamed, readingOf, unreadable } from '../parts.ts';
import { errorCodeOfSlug, particularsOf } from '../problem-envelope.ts';
import type { TypedModule } from '../typed-module.ts';
import { callOf, type SalesforceCall } from './salesforce-call.ts';
import { callsOf } from './salesforce-composite.ts';
import { canonicalId } from './salesforce-id.ts';
import { namespacesIn, readWithin } from './salesforce-namespace.ts';
import { recordsOf } from './salesforce-records.ts';

/** In which the stored record is read, unless the module says another; all that are in service have it. */
const VERSION = 'v60.0';
const LISTS = new Set<SalesforceCall['kind']>(['composite', 'batch', 'graph']);

/**
 * Salesforce's REST API below `/services/data`: records at `/vXX.X/sobjects/{Type}/{id}`, and lists of records and of calls, each
 * judged by itself. The bulk API, actions and all else that writes is unknown.
 * https://developer.salesforce.com/docs/platform/api-rest/guide/intro-rest.html
 */
export const salesforce: Dialect<TypedModule> = {
  name: 'salesforce',
  dropsCookies: false,
  // What `Sforce-Call-Options` says of names is read where the fields are.
  neutralHeaders: ['Sforce-Call-Options', 'Sforce-Auto-Assign', 'Sforce-Duplicate-Rule-Header', 'Sforce-Mru'],
  recognise({ method }, mount) {
    const call = callIn(method, mount);
    if (method !== 'POST' && call.kind === 'read') return 'read';
    // `/sobjects/Contact/{id}/Account` writes the account, `/sobjects/Contact/Key__c/1` the contact: only the org knows which.
    if (call.kind === 'external' && moduleNamed(mount, call.type).kind === 'unmapped') return 'unknown';
    if (call.kind === 'unknown') return 'unknown';
    return method === 'DELETE' ? 'bodyless' : 'body';
  },
  sureReads: () => ({ below: 'anything' }),
  controlNames: () => ['_HttpMethod', 'id', 'ids'],
  read({ method, headers }, mount, body, guarded) {
    const call = callIn(method, mount);
    const clean = body && withoutCodes(body);
    if (call.kind === 'read') return { kind: 'harmless', body: clean };
    if (body && body.kind !== 'json') {
      return call.kind === 'create' && moduleNamed(mount, call.type).kind === 'unmapped'
        ? { kind: 'unmapped', body: clean, about: { type: call.type } }
        : unreadable('Send the save as JSON, application/json.');
    }
    const document = body ? body.value : null;
    const finding =
      LISTS.has(call.kind) && document !== null
        ? callsOf(call, document, mount, guarded)
        : recordsOf(call, document, mount);
    // Codes stand among the fields of their record; those of a list of records may stand at the top as well.
    const isOne = call.kind === 'row' || call.kind === 'create';
    const reading = readingOf(finding, isOne || document === null ? [] : codesIn(document), clean);
    const types = mount.definitions.map(({ type }) => type);
    return readWithin(namespacesIn(headers), reading, types);
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
    return isRefusal(status) ? 'notSaved' : 'unknown';
  },
  nesting: () => ({
    idField: 'Id',
    idOf: canonicalId,
    listsAreValues: true,
    isOwn: (name) => name === 'attributes',
  }),
  refusal,
};

function callIn(
  method: string,
  { segments: [version = '', ...segments] }: Mount<TypedModule>,
): SalesforceCall {
  const call = callOf(method, segments);
  return call.kind === 'read' || /^v\d{2,3}\.\d$/.test(version) ? call : { ...call, kind: 'unknown' };
}

/** Lists answer 200 whatever became of their items. One that was stored is enough for the code to be spent. */
function outcomeIn(body: Uint8Array): Outcome {
  const reading = readJson(body);
  const results = reading.ok ? resultsIn(reading.value) : undefined;
  return results === undefined || results.includes(true) ? 'saved' : 'notSaved';
}

/** Whether each item of a list was stored; undefined where the answer is none to a list. */
function resultsIn(answer: Json): readonly boolean[] | undefined {
  if (isList(answer)) return answer.map(isStored);
  const graphs = memberOf(answer, 'graphs');
  if (isList(graphs))
    return graphs.flatMap((graph) => resultsIn(memberOf(graph, 'graphResponse') ?? null) ?? []);
  const calls = memberOf(answer, 'compositeResponse') ?? memberOf(answer, 'results');
  return isList(calls) ? calls.map(hasSaved) : undefined;
}

/** 201 and 204 are saves; 200 is one where it has results that say so, else it was a read. Rows of a tree have no status. */
function hasSaved(call: Json): boolean {
  const status = textOf(memberOf(call, 'httpStatusCode') ?? memberOf(call, 'statusCode'));
  if (status === undefined)
    return memberOf(call, 'id') !== undefined && memberOf(call, 'errors') === undefined;
  if (status === '201' || status === '204') return true;
  const result = memberOf(call, 'body') ?? memberOf(call, 'result') ?? null;
  return status === '200' && (isList(result) ? result : [result]).some(isStored);
}

function isStored(result: Json): boolean {
  return memberOf(result, 'success') === true;
}

function memberOf(value: Json | undefined, name: string): Json | undefined {
  return isObject(value) ? value.get(name) : undefined;
}

function refusal(problem: Problem): Envelope {
  const { slug, status, detail } = problem;
  const errorCode = errorCodeOfSlug(slug);
  const error = { message: detail, errorCode, ...particularsOf(problem) };
  return { status, contentType: 'application/json;charset=UTF-8', body: JSON.stringify([error]) };
}
