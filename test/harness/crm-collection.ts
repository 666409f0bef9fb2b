import type { Received } from './crm.ts';

export type Fields = Record<string, unknown>;

/** What the CRM says, before it goes on the wire. */
export type Reply = { readonly status: number; readonly etag?: string; readonly body?: unknown };

export const READS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** A collection of records as a plain REST CRM keeps it: POST creates; PUT, PATCH and POST merge; each has a version. */
export function createCollection(path: string, records: Map<string, Fields>) {
  const versions = new Map<string, number>();

  function shown(id: string, status = 200): Reply {
    return { status, etag: etagOf(id), body: records.get(id) };
  }

  function stored(id: string, fields: Fields, status = 200): Reply {
    records.set(id, fields);
    versions.set(id, (versions.get(id) ?? 1) + 1);
    return shown(id, status);
  }

  function etagOf(id: string): string {
    return `"${id}-${versions.get(id) ?? 1}"`;
  }

  function create({ method, body }: Received): Reply {
    if (method !== 'POST') return { status: 405, body: { error: 'not allowed' } };
    const id = String(1000 + records.size);
    return stored(id, { id, ...fieldsOf(body) }, 201);
  }

  function change({ method, headers, body }: Received, id: string): Reply {
    const wanted = headers.find(([name]) => name.toLowerCase() === 'if-match')?.[1];
    if (wanted !== undefined && wanted !== etagOf(id)) return { status: 412, body: { error: 'changed' } };
    if (method !== 'DELETE') return stored(id, { ...records.get(id), ...fieldsOf(body) });
    records.delete(id);
    return { status: 204 };
  }

  return {
    /** Undefined where the path is not the collection's. */
    reply(request: Received): Reply | undefined {
      const [pathname = ''] = request.path.split('?');
      if (pathname !== path && !pathname.startsWith(`${path}/`)) return undefined;
      const id = decodeURIComponent(pathname.slice(path.length + 1));
      const reads = READS.has(request.method);
      if (id === '') return reads ? { status: 200, body: [...records.values()] } : create(request);
      if (!records.has(id)) return { status: 404, body: { error: 'no such record' } };
      return reads ? shown(id) : change(request, id);
    },
  };
}

function fieldsOf(body: Buffer): Fields {
  return JSON.parse(body.toString()) as Fields;
}
