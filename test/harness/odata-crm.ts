import type { Fields } from './crm-collection.ts';
import { lenientCallsIn } from './lenient-parts.ts';
import { type Asked, type Said, type StandIn, startStandIn } from './stand-in.ts';

export type OData = StandIn & {
  /** Records by entity set and key. */
  readonly records: Map<string, Fields>;
};

type Json = Record<string, unknown>;
type Store = Map<string, Fields>;

const ROOT = '/odata';
/** Navigation properties: the set at their other end, and on which side the reference stands. */
const NAVIGATION: Readonly<
  Record<string, { readonly set: string; readonly own?: string; readonly other?: string }>
> = {
  'Orders/Customer': { set: 'Customers', own: 'Customer_ID' },
  'Customers/Orders': { set: 'Orders', other: 'Customer_ID' },
};

/**
 * A service as the protocol has it, and as lenient as SAP CAP and ASP.NET: keys in parentheses or as segments, quoted or not, upserts,
 * deep updates, links, one property at a time, bound actions, `X-HTTP-Method`, batches in JSON.
 * http://docs.oasis-open.org/odata/odata/v4.01/odata-v4.01-part1-protocol.html
 */
export async function startOData(records: Readonly<Record<string, Fields>>): Promise<OData> {
  const store: Store = new Map(Object.entries(structuredClone(records)));
  const standIn = await startStandIn((asked): Said => {
    if (!asked.header('authorization')) return failed(401, 'Unauthorized');
    const method = (asked.method === 'POST' && asked.header('x-http-method')) || asked.method;
    return run(method, asked.pathname, asked.json, store, asked);
  });
  return { ...standIn, records: store };
}

function run(
  method: string,
  pathname: string,
  json: Json,
  store: Store,
  { header, body }: Pick<Asked, 'header' | 'body'>,
): Said {
  if (/^multipart\/mixed/i.test(header('content-type') ?? '')) return parts(body.toString(), store, header);
  const [first = '', ...rest] = pathname
    .slice(ROOT.length + 1)
    .replace(/\/$/, '')
    .split('/');
  if (first === '$batch') return batch(json, store, header);
  if (first === '$metadata') return { status: 200, body: '<edmx:Edmx Version="4.0"/>' };
  const [, set = first, inner] = /^(\w+)\((.*)\)$/.exec(first) ?? [];
  const bare = inner === undefined ? rest.shift() : undefined;
  const key = (inner ?? bare)
    ?.replace(/^\w+=/, '')
    .replace(/^'(.*)'$/, '$1')
    .replaceAll("''", "'")
    .replace(/^0+(?=\d)/, '');
  if (key === undefined) return collection(method, set, json, store);
  return record(method, set, key, rest, { json, raw: body.toString(), match: header('if-match') }, store);
}

function collection(method: string, set: string, json: Json, store: Store): Said {
  const all = [...store].filter(([name]) => name.startsWith(`${set}/`)).map(([, fields]) => fields);
  if (method === 'GET') return { status: 200, body: { value: all } };
  if (method !== 'POST') return failed(405, 'Method Not Allowed');
  const key = String(json['ID'] ?? 1000 + store.size);
  if (store.has(`${set}/${key}`)) return failed(400, 'Entity already exists');
  store.set(`${set}/${key}`, { ID: key });
  change(set, key, json, store);
  return { status: 201, body: shown(set, key, store) };
}

type Sent = { readonly json: Json; readonly raw: string; readonly match: string | undefined };

function record(
  method: string,
  set: string,
  key: string,
  [name, end, ...more]: readonly string[],
  { json, raw, match }: Sent,
  store: Store,
): Said {
  const place = `${set}/${key}`;
  const navigation = NAVIGATION[`${set}/${name?.replace(/\(.*$/, '')}`];
  if (method === 'GET')
    return store.has(place)
      ? { status: 200, headers: { etag: etagOf(place, store) }, body: shown(set, key, store) }
      : failed(404, 'Not Found');
  if (match !== undefined && match !== '*' && match !== etagOf(place, store))
    return failed(412, 'Precondition Failed');
  if (navigation && name?.endsWith(')'))
    return record(method, navigation.set, keyIn(name), [], { json, raw, match }, store);
  if (name?.endsWith('close') && method === 'POST') change(set, key, { Status: 'Closed' }, store);
  else if (navigation && end === '$ref') link(method, name ?? '', set, key, json, store);
  else if (navigation && method === 'POST') change(set, key, { [`${name}@delta`]: [json] }, store);
  else if (navigation && name) change(set, key, { [name]: json }, store);
  else if (name && end === '$value') change(set, key, { [name]: raw }, store);
  else if (name && more.length === 0)
    change(set, key, { [name]: method === 'DELETE' ? null : json['value'] }, store);
  else if (method === 'DELETE') store.delete(place);
  else if (method === 'PATCH' || method === 'PUT') change(set, key, json, store);
  else return failed(405, 'Method Not Allowed');
  return { status: 204 };
}

function link(method: string, name: string, set: string, key: string, json: Json, store: Store): void {
  const target = method === 'DELETE' ? null : json['@odata.id'];
  change(set, key, { [`${name}@odata.bind`]: NAVIGATION[`${set}/${name}`]?.own ? target : [target] }, store);
}

/** What a save says of a record and of those that it nests. */
function change(set: string, key: string, json: Json, store: Store): void {
  const fields: Record<string, unknown> = { ...(store.get(`${set}/${key}`) ?? { ID: key }) };
  for (const [member, value] of Object.entries(json)) {
    const [name = ''] = member.split('@');
    const navigation = NAVIGATION[`${set}/${name}`];
    if (!navigation) {
      if (!member.includes('@')) fields[name] = value;
      continue;
    }
    const items = (Array.isArray(value) ? value : [value]) as (Json | string | null)[];
    for (const item of items) {
      const other = typeof item === 'string' ? keyIn(item) : String(item?.['ID'] ?? 1000 + store.size);
      if (navigation.own !== undefined) fields[navigation.own] = item === null ? null : other;
      const reference = navigation.other === undefined ? {} : { [navigation.other]: key };
      if (item !== null)
        change(navigation.set, other, { ...(typeof item === 'string' ? {} : item), ...reference }, store);
    }
  }
  store.set(`${set}/${key}`, fields as Fields);
}

function keyIn(link: string): string {
  return (/\((?:\w+=)?'?([^')]*)'?\)$/.exec(link) ?? [])[1] ?? '';
}

function batch(json: Json, store: Store, header: Asked['header']): Said {
  const calls = (json['requests'] ?? []) as Json[];
  const responses = calls.map((call) => {
    const url = decodeURIComponent(String(call['url']))
      .replace(/^https?:\/\/[^/]+/, '')
      .replace(/\?.*$/, '');
    const path = url.startsWith('/') ? url : `${ROOT}/${url}`;
    const own = (call['headers'] ?? {}) as Record<string, string>;
    const method = own['X-HTTP-Method'] ?? String(call['method']).toUpperCase();
    const sent = {
      header: (name: string) => own[name] ?? header(name),
      body: Buffer.from(String(call['body'])),
    };
    const { status, body } = run(method, path, (call['body'] ?? {}) as Json, store, sent);
    return { id: call['id'], status, body };
  });
  return { status: 200, body: { responses } };
}

/** The same in multipart, answered so. */
function parts(text: string, store: Store, header: Asked['header']): Said {
  const requests = lenientCallsIn(text).map(({ body, ...call }) => ({
    ...call,
    body: body === '' ? {} : (JSON.parse(body) as Json),
  }));
  const own: Asked['header'] = (name) => (name === 'content-type' ? 'application/json' : header(name));
  const { responses } = batch({ requests }, store, own).body as {
    responses: { status: number; body?: unknown }[];
  };
  const answers = responses.map(
    ({ status, body }) =>
      `--r\r\nContent-Type: application/http\r\n\r\nHTTP/1.1 ${status} x\r\nContent-Type: application/json\r\n\r\n${JSON.stringify(body ?? {})}\r\n`,
  );
  const type = { 'content-type': 'multipart/mixed; boundary=r' };
  return { status: 200, headers: type, body: `${answers.join('')}--r--\r\n` };
}

function shown(set: string, key: string, store: Store): Json {
  return { '@odata.context': `$metadata#${set}/$entity`, ...store.get(`${set}/${key}`) };
}

function etagOf(place: string, store: Store): string {
  return `"${Buffer.from(JSON.stringify(store.get(place) ?? null))
    .toString('base64url')
    .slice(-16)}"`;
}

function failed(status: number, message: string): Said {
  return { status, body: { error: { code: String(status), message } } };
}
