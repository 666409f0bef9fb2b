import type { Fields } from './crm-collection.ts';
import { type Asked, type Said, type StandIn, startStandIn } from './stand-in.ts';

export type SuiteCrm = StandIn & {
  /** Rows by table and id, `tasks/45`. */
  readonly rows: Map<string, Fields>;
};

/** Some of its aliases. https://github.com/salesagility/SuiteCRM/blob/hotfix/Api/V8/Config/services/beanAliases.php */
const ALIASES: Readonly<Record<string, string>> = { Task: 'Tasks', Note: 'Notes', Call: 'Calls' };
const MODULES = ['Tasks', 'Notes', 'Calls'];

/**
 * SuiteCRM's V8 API as its source has it: Slim 3 takes the method from `X-Http-Method-Override` and `_METHOD`, the handlers'
 * parameters are those of the path, the query and the body laid over each other, and every attribute becomes a property.
 */
export async function startSuiteCrm(rows: Readonly<Record<string, Fields>>): Promise<SuiteCrm> {
  const table = new Map(Object.entries(structuredClone(rows)));
  const standIn = await startStandIn((asked) => {
    if (!asked.header('authorization')?.startsWith('Bearer '))
      return { status: 401, body: { error: 'access_denied', hint: 'Missing "Authorization" header' } };
    try {
      return replyTo(asked, table);
    } catch (error) {
      return failed(400, (error as Error).message);
    }
  });
  return { ...standIn, rows: table };
}

function replyTo(asked: Asked, rows: Map<string, Fields>): Said {
  const [, , api, place, moduleName, id, ...others] = asked.pathname.split('/');
  const method = methodOf(asked);
  const { _METHOD, ...body } = asked.json;
  const parameters: Fields = { moduleName, id, ...Object.fromEntries(asked.query), ...body };
  if (api !== 'V8') return failed(404, 'Not found');
  if (place === 'logout' && method === 'POST') return said(200, { meta: { message: 'Logged out' } });
  if (place !== 'module') return failed(404, 'Not found');
  if (others[0] === 'relationships' && method === 'POST') {
    const related = rows.get(keyOf(dataIn(parameters), rows));
    if (related) related['contact_id'] = parameters['id'];
    return said(201, { meta: { message: 'added' } });
  }
  if (moduleName === undefined) return method === 'PATCH' ? update(body, rows) : create(body, rows, method);
  if (id === undefined) return said(200, { data: [...rows.keys()] });
  const key = keyOf({ type: String(parameters['moduleName']), id: String(parameters['id']) }, rows);
  if (!rows.has(key)) return failed(400, `${key} is not found`);
  if (method === 'DELETE') rows.delete(key);
  return method === 'DELETE' ? said(200, { meta: { message: 'deleted' } }) : said(200, shown(key, rows));
}

/** Source: Slim 3, `Request::getMethod()`. */
function methodOf(asked: Asked): string {
  const override =
    asked.header('x-http-method-override') ?? (asked.method === 'POST' ? asked.json['_METHOD'] : undefined);
  return typeof override === 'string' ? override.toUpperCase() : asked.method;
}

type Data = { readonly type: string; readonly id?: string; readonly attributes?: Fields };

function dataIn(body: Fields): Data {
  const stranger = Object.keys(body).find((name) => !['data', 'moduleName', 'id'].includes(name));
  if (stranger !== undefined) throw new Error(`The option "${stranger}" does not exist.`);
  const data = body['data'] as Data | undefined;
  if (typeof data?.type !== 'string') throw new Error('The required option "type" is missing.');
  return data;
}

/** MySQL compares ids without regard to case. */
function keyOf({ type, id }: Data, rows: Map<string, Fields>): string {
  const known = ALIASES[type] ?? type;
  if (!MODULES.includes(known)) throw new Error(`Module with name ${type} is not found`);
  const key = `${known.toLowerCase()}/${id}`;
  return [...rows.keys()].find((other) => other.toLowerCase() === key.toLowerCase()) ?? key;
}

function update(body: Fields, rows: Map<string, Fields>): Said {
  const data = dataIn(body);
  const key = keyOf(data, rows);
  const bean = { ...rows.get(key) };
  if (!rows.has(key)) return failed(400, `${data.type} module with id ${data.id} is not found`);
  return store(key, { ...bean, ...data.attributes }, rows);
}

function create(body: Fields, rows: Map<string, Fields>, method: string): Said {
  const data = dataIn(body);
  if (method !== 'POST') return failed(405, 'Method not allowed');
  if (data.id !== undefined && rows.has(keyOf(data, rows)))
    return failed(400, `Bean ${data.type} is already exist`);
  const id = data.id ?? `new-${rows.size}`;
  return store(keyOf({ ...data, id }, rows), { id, ...data.attributes }, rows, 201);
}

/** Like `SugarBean::save()`: by the bean's own properties. */
function store(key: string, bean: Fields, rows: Map<string, Fields>, status = 200): Said {
  const { table_name, ...fields } = bean;
  const place = `${table_name ?? key.split('/')[0]}/${fields['id']}`;
  rows.set(place, { ...rows.get(place), ...fields });
  if (fields['deleted'] === '1' || fields['deleted'] === 1) rows.delete(place);
  return rows.has(place) ? said(status, shown(place, rows)) : said(status, { data: null });
}

function shown(key: string, rows: Map<string, Fields>): Fields {
  const { id, ...attributes } = rows.get(key) ?? {};
  return { data: { type: 'Task', id, attributes, relationships: {} } };
}

function said(status: number, body: unknown): Said {
  return { status, body, headers: { 'content-type': 'application/vnd.api+json' } };
}

/** Source: `ErrorResponse.php`; one object, no list. */
function failed(status: number, detail: string): Said {
  return said(status, { errors: { status, title: null, detail } });
}
