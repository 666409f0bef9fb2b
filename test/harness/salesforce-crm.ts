import type { Fields } from './crm-collection.ts';
import { type Asked, type Said, type StandIn, startStandIn } from './stand-in.ts';

export type Salesforce = StandIn & {
  /** Records by type and the first 15 characters of the id. */
  readonly records: Map<string, Fields>;
};

type Result = { readonly status: number; readonly body: unknown };
type Json = Record<string, unknown>;

/** Salesforce as its documentation has it: names of types and fields in any case, ids of 15 and 18 characters, lists of calls. */
export async function startSalesforce(records: Readonly<Record<string, Fields>>): Promise<Salesforce> {
  const store = new Map(Object.entries(structuredClone(records)));
  const standIn = await startStandIn((asked): Said => {
    if (!asked.header('authorization')?.startsWith('Bearer '))
      return failed(401, 'INVALID_SESSION_ID', 'Session expired or invalid');
    const method = (asked.method === 'POST' && asked.query.get('_HttpMethod')) || asked.method;
    const { status, body } = run(method, segmentsOf(asked), asked.json, store);
    return body === null ? { status } : { status, body };
  });
  return { ...standIn, records: store };
}

function segmentsOf({ pathname }: Pick<Asked, 'pathname'>): readonly string[] {
  return pathname.split('/').slice(4);
}

function run(method: string, segments: readonly string[], json: Json, store: Map<string, Fields>): Result {
  const [place, first = '', second = '', third = ''] = segments;
  if (place === 'query')
    return { status: 200, body: { totalSize: store.size, done: true, records: [...store.values()] } };
  if (place === 'parameterizedSearch') return { status: 200, body: { searchRecords: [] } };
  if (place === 'sobjects')
    return third ? upsert(first, second, third, json, store) : row(method, first, second, json, store);
  if (place !== 'composite') return failed(404, 'NOT_FOUND', 'The requested resource does not exist');
  if (first === '') return { status: 200, body: { compositeResponse: composite(json, store) } };
  if (first === 'batch') return batch(json, store);
  if (first === 'graph')
    return {
      status: 200,
      body: {
        graphs: listIn(json, 'graphs').map((graph) => ({
          graphResponse: { compositeResponse: composite(graph, store) },
        })),
      },
    };
  if (first === 'tree') return tree(second, json, store);
  if (method === 'DELETE' || second !== '') return { status: 200, body: [] };
  return {
    status: 200,
    body: listIn(json, 'records').map((record) => {
      const { attributes, id, Id, ...fields } = record;
      const type = (attributes as { type: string }).type;
      const { status, body } = row(method, type, String(id ?? Id ?? ''), fields, store);
      return status < 300 ? { id, success: true, errors: [] } : { success: false, errors: body };
    }),
  };
}

function keyOf(type: string, id: string, store: Map<string, Fields>): string | undefined {
  return [...store.keys()].find(
    (key) => key.toLowerCase().startsWith(`${type.toLowerCase()}/`) && key.split('/')[1] === id.slice(0, 15),
  );
}

function row(method: string, type: string, id: string, fields: Fields, store: Map<string, Fields>): Result {
  if (method === 'POST' && id === '') {
    const made = `500000000000${100 + store.size}`;
    store.set(`${type}/${made}`, { Id: `${made}AAA`, ...fields });
    return { status: 201, body: { id: `${made}AAA`, success: true, errors: [] } };
  }
  const key = keyOf(type, id, store);
  if (key === undefined) return failed(404, 'NOT_FOUND', 'The requested resource does not exist');
  if (method === 'GET') return { status: 200, body: { attributes: { type }, ...store.get(key) } };
  if (method === 'DELETE') store.delete(key);
  else if (method === 'PATCH') change(key, fields, store);
  else return failed(405, 'METHOD_NOT_ALLOWED', `HTTP Method '${method}' not allowed`);
  return { status: 204, body: null };
}

function change(key: string, fields: Fields, store: Map<string, Fields>): void {
  const before = store.get(key) ?? {};
  const named = Object.entries(fields).map(([name, value]) => [
    Object.keys(before).find((other) => other.toLowerCase() === name.toLowerCase()) ?? name,
    value,
  ]);
  store.set(key, { ...before, ...(Object.fromEntries(named) as Fields) });
}

function upsert(
  type: string,
  field: string,
  value: string,
  fields: Fields,
  store: Map<string, Fields>,
): Result {
  const found = [...store].find(
    ([key, stored]) => key.toLowerCase().startsWith(`${type.toLowerCase()}/`) && stored[field] === value,
  );
  if (!found) return row('POST', type, '', fields, store);
  change(found[0], fields, store);
  return { status: 200, body: { id: found[1]['Id'], success: true, errors: [], created: false } };
}

/** With `allOrNone`, what was done is undone where one call fails. */
function composite(json: Json, store: Map<string, Fields>): readonly Json[] {
  const before = new Map(store);
  const answers = new Map<string, unknown>();
  const resolve = (value: unknown): unknown =>
    JSON.parse(
      JSON.stringify(value ?? null).replace(/@\{(\w+)\.(\w+)\}/g, (_, name, field) =>
        String((answers.get(name) as Json)?.[field]),
      ),
    );
  const results = listIn(json, 'compositeRequest').map((call) => {
    const url = String(resolve(call['url']));
    const { status, body } = run(
      String(call['method']),
      segmentsOf({ pathname: url }),
      resolve(call['body']) as Json,
      store,
    );
    answers.set(String(call['referenceId']), body);
    return { body, httpHeaders: {}, httpStatusCode: status, referenceId: call['referenceId'] };
  });
  if (json['allOrNone'] !== true || results.every(({ httpStatusCode }) => httpStatusCode < 300))
    return results;
  store.clear();
  for (const [key, fields] of before) store.set(key, fields);
  return results.map((result) => ({
    ...result,
    httpStatusCode: 400,
    body: [{ errorCode: 'PROCESSING_HALTED' }],
  }));
}

function batch(json: Json, store: Map<string, Fields>): Result {
  const results = listIn(json, 'batchRequests').map((call) => {
    const url = `/services/data/${String(call['url']).replace(/^\/?(services\/data\/)?/, '')}`;
    const { status, body } = run(
      String(call['method']),
      segmentsOf({ pathname: url }),
      (call['richInput'] ?? {}) as Json,
      store,
    );
    return { statusCode: status, result: body };
  });
  return { status: 200, body: { hasErrors: results.some(({ statusCode }) => statusCode >= 400), results } };
}

function tree(type: string, json: Json, store: Map<string, Fields>): Result {
  const results = listIn(json, 'records').map(({ attributes, ...fields }) => {
    for (const child of Object.values(fields)) {
      if (typeof child === 'object' && child !== null && 'records' in child) {
        const [first] = listIn(child as Json, 'records');
        tree((first?.['attributes'] as { type: string }).type, child as Json, store);
      }
    }
    row('POST', type, '', fields, store);
    return { referenceId: (attributes as Json)['referenceId'] };
  });
  return { status: 201, body: { hasErrors: false, results } };
}

function listIn(json: Json, name: string): readonly Json[] {
  return (json[name] ?? []) as Json[];
}

function failed(status: number, errorCode: string, message: string): Result {
  return { status, body: [{ message, errorCode }] };
}
