import { guardedNames } from '../../core/likeness/guarded-names.ts';
import type { Mount } from '../../core/saving/mount.ts';
import { overriddenMethods } from '../../core/wire/headers.ts';
import { isList, isObject, type Json, type JsonObject, textOf } from '../../core/wire/json.ts';
import { cleanOf, type PartialReading, strangerIn, together, unreadable } from '../parts.ts';
import type { TypedModule } from '../typed-module.ts';
import { callOf, type SalesforceCall } from './salesforce-call.ts';
import { namespacesIn } from './salesforce-namespace.ts';
import { recordsOf } from './salesforce-records.ts';

/** Where the calls stand, and what a list of them and each of them may say. */
type PartShape = {
  readonly list: string;
  readonly beside: readonly string[];
  readonly body: string;
  readonly members: readonly string[];
};

const SHAPES = {
  composite: {
    list: 'compositeRequest',
    beside: ['allOrNone', 'collateSubrequests'],
    body: 'body',
    members: ['method', 'url', 'referenceId', 'body', 'httpHeaders'],
  },
  batch: {
    list: 'batchRequests',
    beside: ['haltOnBadRequest'],
    body: 'richInput',
    members: ['method', 'url', 'richInput'],
  },
} as const satisfies Record<string, PartShape>;

/** `vXX.X/…`, `/services/data/vXX.X/…`: plain segments, and a query. */
const ADDRESS = /^\/?(?:services\/data\/)?v\d{2,3}\.\d\/([\w.@{}[\]-]+(?:\/[\w.@{}[\]-]+)*)\/?(\?.*)?$/;

/**
 * The saves of a list of calls, each judged by itself: all of them are forwarded, or none. In `composite` and `graph` a call may
 * take a value from the answer to an earlier one, `@{other.id}`: not where the record's id stands, nor in a field of `guarded`,
 * since nobody knows it yet.
 * https://developer.salesforce.com/docs/platform/api-rest/guide/resources-composite-composite.html
 */
export function callsOf(
  { kind }: SalesforceCall,
  body: Json,
  mount: Mount<TypedModule>,
  guarded: readonly string[],
): PartialReading {
  if (kind !== 'graph') return listOf(SHAPES[kind === 'batch' ? 'batch' : 'composite'], body, mount, guarded);
  const graphs = isObject(body) ? body.get('graphs') : undefined;
  if (!isObject(body) || !isList(graphs) || strangerIn(cleanOf(body), ['graphs']) !== undefined)
    return unreadable('Send {"graphs": [{"graphId", "compositeRequest": […]}]}.');
  const shape = { ...SHAPES.composite, beside: ['graphId'] };
  return together(graphs.map((graph) => listOf(shape, graph, mount, guarded)));
}

function listOf(
  shape: PartShape,
  body: Json,
  mount: Mount<TypedModule>,
  guarded: readonly string[],
): PartialReading {
  const calls = isObject(body) ? body.get(shape.list) : undefined;
  const clean = cleanOf(body);
  if (!isObject(clean) || !isList(calls) || strangerIn(clean, [shape.list, ...shape.beside]) !== undefined)
    return unreadable(`Send the calls in a list, "${shape.list}".`);
  return together(
    calls.map((call, index) => {
      const finding = subcallOf(shape, call, mount, guarded);
      return finding.kind === 'found' ? finding : unreadable(`Call ${index + 1}: ${finding.detail}`);
    }),
  );
}

function subcallOf(
  shape: PartShape,
  subrequest: Json,
  mount: Mount<TypedModule>,
  guarded: readonly string[],
): PartialReading {
  const clean = cleanOf(subrequest);
  if (!isObject(subrequest) || !isObject(clean) || strangerIn(clean, shape.members) !== undefined)
    return unreadable(`It is {${shape.members.join(', ')}}.`);
  const [method, url] = [clean.get('method'), clean.get('url')];
  const headers = clean.get('httpHeaders');
  if (typeof method !== 'string' || typeof url !== 'string' || (headers !== undefined && !isObject(headers)))
    return unreadable('It has a "method" and a "url".');
  const pairs = [...(headers ?? [])].map(([name, value]) => [name, textOf(value) ?? ''] as const);
  if (method === 'GET' && !/_httpmethod/i.test(url) && overriddenMethods(pairs).length === 0)
    return { kind: 'found', parts: [], unmapped: false };
  const match = ADDRESS.exec(url);
  if (!match || match[2] !== undefined || overriddenMethods(pairs).length > 0)
    return unreadable('The "url" of a write is /services/data/vXX.X/…, plainly and without a query.');
  if (namespacesIn(pairs).length > 0)
    return unreadable('Write the names of fields in full, and leave "defaultNamespace" out of its headers.');
  const segments = (match[1] ?? '').split('/');
  // What it stands for may hold a slash, and lead to another type.
  if (url.includes('@{'))
    return unreadable('Write the id into the "url"; what "@{…}" will be is not known yet.');
  const finding = recordsOf(callOf(method, segments), subrequest.get(shape.body) ?? null, mount);
  if (finding.kind === 'unreadable') return finding;
  const field = finding.parts.flatMap(({ save }) => referringIn(save.fields, guarded)).at(0);
  return field === undefined
    ? finding
    : unreadable(`Write the value of "${field}"; what "@{…}" will be is not known yet.`);
}

/** The members whose value, or a part of it, is a reference, and which may be guarded fields. */
function referringIn(fields: JsonObject, guarded: readonly string[]): readonly string[] {
  const { meaningsOf } = guardedNames([], guarded);
  return [...fields]
    .filter(([name, value]) => name.includes('@{') || (refers(value) && meaningsOf(name).length > 0))
    .map(([name]) => name);
}

function refers(value: Json): boolean {
  if (isList(value)) return value.some(refers);
  if (isObject(value)) return [...value].some(([name, member]) => name.includes('@{') || refers(member));
  return typeof value === 'string' && value.includes('@{');
}
