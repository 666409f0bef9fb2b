import type { Fields } from './crm-collection.ts';
import { type Asked, type Said, type StandIn, startStandIn } from './stand-in.ts';

export type Odoo = StandIn & {
  /** Records by model and id. */
  readonly records: Map<string, Fields>;
};

type Json = Record<string, unknown>;
type Store = Map<string, Fields>;
/** The other ends of x2many fields, and the fields that refer back. */
const X2MANY: Readonly<Record<string, readonly [model: string, inverse: string]>> = {
  'res.partner/sale_order_ids': ['sale.order', 'partner_id'],
};

/**
 * Odoo as its controllers say (`web/controllers/dataset.py`, `rpc/controllers/jsonrpc.py`, `json2.py`): the address after `call_kw` is
 * ignored, any public method can be called, commands of x2many fields write other records, a context has defaults.
 */
export async function startOdoo(records: Readonly<Record<string, Fields>>): Promise<Odoo> {
  const store: Store = new Map(Object.entries(structuredClone(records)));
  const standIn = await startStandIn((asked): Said => {
    const { pathname, json } = asked;
    if (pathname.startsWith('/json/2/')) return jsonTwo(asked, store);
    const params = (json['params'] ?? {}) as Json;
    const answer = (rest: object): Said => ({
      status: 200,
      body: { jsonrpc: '2.0', id: json['id'] ?? null, ...rest },
    });
    const failed = (name: string) =>
      answer({ error: { code: 200, message: 'Odoo Server Error', data: { name, message: name } } });
    const isRpc = pathname === '/jsonrpc';
    const [, uid] = (params['args'] ?? []) as unknown[];
    if (isRpc && params['service'] === 'common') return answer({ result: 2 });
    if (isRpc ? uid !== 2 : !asked.header('authorization'))
      return failed('odoo.http.SessionExpiredException');
    try {
      return answer({ result: isRpc ? execute(params, store) : dataset(pathname, params, store) });
    } catch (error) {
      return failed(String((error as Error).message));
    }
  });
  return { ...standIn, records: store };
}

function dataset(pathname: string, params: Json, store: Store): unknown {
  if (pathname === '/web/dataset/resequence') {
    const {
      model,
      ids,
      field = 'sequence',
      offset = 0,
    } = params as { model: string; ids: number[]; field?: string; offset?: number };
    for (const [index, id] of ids.entries()) write(model, [id], { [field]: index + offset }, {}, store);
    return true;
  }
  const {
    model,
    method,
    args = [],
    kwargs = {},
  } = params as { model: string; method: string; args?: unknown[]; kwargs?: Json };
  return call(model, method, args, kwargs, store);
}

function execute({ method, args }: Json, store: Store): unknown {
  const [, , , model, what, ...rest] = args as [unknown, unknown, unknown, string, string, ...unknown[]];
  return method === 'execute'
    ? call(model, what, rest, {}, store)
    : call(model, what, rest[0] as unknown[], (rest[1] ?? {}) as Json, store);
}

function jsonTwo({ pathname, json, header }: Asked, store: Store): Said {
  if (!header('authorization'))
    return { status: 401, body: { name: 'werkzeug.exceptions.Unauthorized', message: 'who?' } };
  const [, , , model = '', method = ''] = pathname.split('/');
  const { ids, ...kwargs } = json;
  try {
    return { status: 200, body: call(model, method, ids === undefined ? [] : [ids], kwargs, store) ?? null };
  } catch (error) {
    return { status: 404, body: { name: String((error as Error).message), message: 'no' } };
  }
}

function call(model: string, method: string, args: readonly unknown[], kwargs: Json, store: Store): unknown {
  const [first, second] = args;
  const context = (kwargs['context'] ?? {}) as Json;
  const ids = (Array.isArray(first) ? first : [first]) as number[];
  const vals = (second ?? kwargs['vals'] ?? kwargs['values'] ?? {}) as Json;
  switch (method) {
    case 'read':
    case 'web_read':
      return ids.map((id) => find(model, id, store));
    case 'search_read':
      return [...store.values()];
    case 'write':
      return write(model, ids, vals, context, store);
    case 'create': {
      const given = first ?? kwargs['vals_list'] ?? kwargs['vals'];
      const made = (Array.isArray(given) ? given : [given]).map((one) =>
        create(model, one as Json, context, store),
      );
      return Array.isArray(given) ? made : made[0];
    }
    case 'web_save':
      return Array.isArray(first) && first.length === 0
        ? create(model, vals, context, store)
        : write(model, ids, vals, context, store);
    case 'web_save_multi':
      return ids.map((id, index) =>
        write(model, [id], ((second ?? kwargs['vals_list']) as Json[])[index] ?? {}, context, store),
      );
    case 'unlink':
      return ids.map((id) => store.delete(`${model}/${id}`));
    case 'copy':
      return create(model, { ...find(model, ids[0] ?? 0, store), ...vals }, context, store);
    case 'action_done':
      return write(model, ids, { state: 'done' }, context, store);
    default:
      return true;
  }
}

function find(model: string, id: number, store: Store): Fields {
  const found = store.get(`${model}/${id}`);
  if (!found) throw new Error('odoo.exceptions.MissingError');
  return found;
}

function write(model: string, ids: readonly number[], vals: Json, context: Json, store: Store): boolean {
  for (const id of ids) {
    const fields: Json = { ...find(model, id, store) };
    for (const [name, value] of Object.entries(vals)) {
      const relation = X2MANY[`${model}/${name}`];
      if (relation) commands(relation, value as unknown[][], id, context, store);
      else fields[name] = value;
    }
    store.set(`${model}/${id}`, fields as Fields);
  }
  return true;
}

function create(model: string, vals: Json, context: Json, store: Store): number {
  const id = 100 + store.size;
  const defaults = Object.entries(context).flatMap(([name, value]) =>
    name.startsWith('default_') ? [[name.slice(8), value]] : [],
  );
  store.set(`${model}/${id}`, { id } as unknown as Fields);
  write(model, [id], { ...Object.fromEntries(defaults), ...vals, id }, context, store);
  return id;
}

function commands(
  [model, inverse]: readonly [string, string],
  list: unknown[][],
  owner: number,
  context: Json,
  store: Store,
): void {
  const all = () =>
    [...store].flatMap(([key, one]) =>
      key.startsWith(`${model}/`) && Number(one[inverse]) === owner ? [Number(one['id'])] : [],
    );
  const link = (ids: readonly number[], to: unknown) => write(model, ids, { [inverse]: to }, context, store);
  if (!Array.isArray(list[0])) return void link(list as unknown as number[], owner);
  for (const [code, id, vals] of list as [number, number, unknown][]) {
    if (code === 0) create(model, { ...(vals as Json), [inverse]: owner }, context, store);
    if (code === 1) write(model, [id], vals as Json, context, store);
    if (code === 2) store.delete(`${model}/${id}`);
    if (code === 3) link([id], false);
    if (code === 4) link([id], owner);
    if (code === 5) link(all(), false);
    if (code === 6) {
      link(
        all().filter((one) => !(vals as number[]).includes(one)),
        false,
      );
      link(vals as number[], owner);
    }
  }
}
