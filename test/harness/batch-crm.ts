import { posix } from 'node:path';
import type { Fields } from './crm-collection.ts';
import { type Said, type StandIn, startStandIn } from './stand-in.ts';

export type BatchCrm = StandIn & {
  /** Records by their path, `/api/orders/45`. */
  readonly records: Map<string, Fields>;
};

type Json = Record<string, unknown>;
type Sub = { readonly method?: unknown; readonly path?: unknown; readonly body?: unknown };

/**
 * Records at `/api/{set}/{id}`, and batches of requests as Parse Server has them, at `/api/batch`, but more lenient than that: a path may
 * have a host, a query, encodings, dots and any case, a method any case, a body may be a text, and say the method itself.
 */
export async function startBatchCrm(records: Readonly<Record<string, Fields>>): Promise<BatchCrm> {
  const store = new Map(Object.entries(structuredClone(records)));
  const standIn = await startStandIn(({ method, pathname, json }): Said => {
    if (pathname.toLowerCase() === '/api/batch') return { status: 200, body: batch(json, store) };
    return one(method, pathname, json, store);
  });
  return { ...standIn, records: store };
}

function batch(json: Json, store: Map<string, Fields>): unknown {
  const calls = (json['requests'] ?? json['Requests'] ?? []) as readonly Sub[];
  return calls.map(({ method, path, body }) => {
    const fields = (typeof body === 'string' ? JSON.parse(body) : (body ?? {})) as Json;
    const where = decodeURIComponent(String(path).replace(/^https?:\/\/[^/]+/, '')).replace(/[?#].*$/, '');
    const meant = String(fields['_method'] ?? method ?? 'GET').toUpperCase();
    if (/\/batch$/i.test(where)) return { success: batch(fields, store) };
    const { status, body: said } = one(meant, posix.join('/', where), fields, store);
    return status < 300 ? { success: said ?? {} } : { error: { code: status, error: 'no' } };
  });
}

function one(method: string, path: string, fields: Json, store: Map<string, Fields>): Said {
  const place = path.toLowerCase();
  const record = store.get(place);
  if (method === 'POST' && place.split('/').length === 3) {
    const id = String(100 + store.size);
    store.set(`${place}/${id}`, { ...fields, id });
    return { status: 201, body: { id } };
  }
  if (!record) return { status: 404, body: { error: 'there is none' } };
  if (fields['subject'] === 'refused by the CRM') return { status: 400, body: { error: 'not so' } };
  if (method === 'GET') return { status: 200, body: record };
  if (method === 'DELETE') store.delete(place);
  else store.set(place, { ...record, ...fields });
  return { status: 200, body: store.get(place) ?? {} };
}
