import type { Fields } from './crm-collection.ts';
import { type Asked, type Said, type StandIn, startStandIn } from './stand-in.ts';

export type EspoCrm = StandIn & {
  /** Records by type and id, `Task/45`. */
  readonly records: Map<string, Fields>;
};

/** EspoCRM as its routes have it: names of types with a first letter of any case, ids as MySQL compares them, reasons in a header. */
export async function startEspoCrm(records: Readonly<Record<string, Fields>>): Promise<EspoCrm> {
  const store = new Map(Object.entries(structuredClone(records)));
  const standIn = await startStandIn((asked) =>
    asked.header('authorization') === undefined && asked.header('x-api-key') === undefined
      ? { status: 401 }
      : replyTo(asked, store),
  );
  return { ...standIn, records: store };
}

function replyTo(asked: Asked, records: Map<string, Fields>): Said {
  const { method, json } = asked;
  const [controller = '', id, link] = asked.pathname.split('/').slice(3);
  const type = controller.charAt(0).toUpperCase() + controller.slice(1);
  const key = [...records.keys()].find((key) => key.toLowerCase() === `${type}/${id}`.toLowerCase());
  const route = `${method} ${type === 'MassAction' || type === 'App' || type === 'Action' ? type : ''}`;
  if (route === 'POST MassAction') return massAction(json, records);
  if (route === 'POST Action') return act(json, records);
  if (route === 'POST App') return { status: 200, body: true };
  if (id === 'action' && link === 'massUpdate')
    return massAction(
      { ...json, entityType: type, action: 'update', params: json, data: json['attributes'] },
      records,
    );
  if (link !== undefined && method === 'POST') return relate(json, records);
  if (id === undefined)
    return method === 'POST'
      ? create(type, json, records)
      : { status: 200, body: { total: records.size, list: [...records.values()] } };
  if (key === undefined) return failed(404, `Record ${id} does not exist.`);
  if (method === 'DELETE') records.delete(key);
  if (method === 'PUT' || method === 'PATCH') change(key, json, records);
  return { status: 200, body: method === 'DELETE' ? true : records.get(key) };
}

/** Source: `RecordService::filterInput()`: the id is not taken from the input. */
function change(key: string, { id: _id, ...fields }: Fields, records: Map<string, Fields>): void {
  records.set(key, { ...records.get(key), ...fields });
}

function create(type: string, fields: Fields, records: Map<string, Fields>): Said {
  const id = `new${records.size}`;
  records.set(`${type}/${id}`, { ...fields, id });
  return { status: 200, body: records.get(`${type}/${id}`) };
}

/** Source: `Core/MassAction/Api/PostProcess.php`, `Tools/MassUpdate/Data.php`. */
function massAction(json: Fields, records: Map<string, Fields>): Said {
  const { ids, where } = (json['params'] ?? {}) as { ids?: string[]; where?: unknown };
  const data = (json['data'] ?? {}) as Fields;
  if (!ids && !where) return failed(400, 'Bad search params for mass action.');
  const type = String(json['entityType']);
  const keys = [...records.keys()].filter((key) => key.startsWith(`${type}/`));
  const chosen = where ? keys : keys.filter((key) => ids?.some((id) => key === `${type}/${id}`));
  for (const key of chosen) {
    if (json['action'] === 'delete') records.delete(key);
    else change(key, (data['values'] ?? data) as Fields, records);
  }
  return { status: 200, body: { count: chosen.length, ids: chosen.map((key) => key.split('/')[1]) } };
}

function act(json: Fields, records: Map<string, Fields>): Said {
  const key = `${json['entityType']}/${json['id']}`;
  change(key, json['data'] as Fields, records);
  return { status: 200, body: records.get(key) };
}

function relate(json: Fields, records: Map<string, Fields>): Said {
  change(`Task/${json['id']}`, { parentId: 'other' }, records);
  return { status: 200, body: true };
}

function failed(status: number, reason: string): Said {
  return { status, headers: { 'X-Status-Reason': reason } };
}
