import type { Mount } from '../../core/saving/mount.ts';
import { isList, isObject, type Json, type JsonObject, textOf } from '../../core/wire/json.ts';
import { strangerIn } from '../parts.ts';

/** A call of a method of a model, whichever API it came by. `args` begin with the ids. */
export type OdooCall = {
  readonly model: string;
  readonly method: string;
  readonly args: readonly Json[];
  readonly kwargs: JsonObject;
};

/** What a request asks for: a call of a method, nothing that saves, a new order of records, or nothing that could be judged. */
export type CallReading =
  | { readonly kind: 'call'; readonly call: OdooCall }
  | { readonly kind: 'harmless' }
  | { readonly kind: 'resequence'; readonly params: JsonObject }
  | { readonly kind: 'unreadable'; readonly detail: string };

/** The call of a request. https://github.com/odoo/odoo/blob/master/addons/web/controllers/dataset.py, addons/rpc/controllers */
export function callOf({ path, segments }: Pick<Mount, 'path' | 'segments'>, body: Json): CallReading {
  if (path.endsWith('/xmlrpc')) return unreadable('XML-RPC cannot be judged. Call /jsonrpc, or /json/2.');
  if (path.endsWith('/json')) return jsonTwo(segments, body);
  const params = isObject(body) ? body.get('params') : undefined;
  if (!isObject(params))
    return unreadable('Send one JSON-RPC call: {"jsonrpc", "method": "call", "params": {…}, "id"}.');
  return path.endsWith('/jsonrpc') ? service(params) : dataset(segments, params);
}

/** The address after `call_kw` is ignored: model and method stand in the body only. */
function dataset([place]: readonly string[], params: JsonObject): CallReading {
  if (place === 'search_read' || place === 'load') return { kind: 'harmless' };
  if (place === 'resequence') return { kind: 'resequence', params };
  if (place !== 'call_kw' && place !== 'call_button')
    return unreadable('Under /web/dataset, only call_kw, call_button and resequence can be judged.');
  const other = strangerIn(params, ['model', 'method', 'args', 'kwargs', 'path']);
  if (other !== undefined) return unreadable(`Leave out the member "${other}"; call_kw knows none.`);
  return made(params.get('model'), params.get('method'), params.get('args'), params.get('kwargs'));
}

/** `{"service": "object", "method": "execute_kw", "args": [db, uid, password, model, method, args, kwargs]}`. */
function service(params: JsonObject): CallReading {
  const [name, method, args] = ['service', 'method', 'args'].map((one) => params.get(one));
  if (name === 'common') return { kind: 'harmless' };
  if (name !== 'object' || !isList(args))
    return unreadable('Only the services "common" and "object" can be judged.');
  const [, , , model, what, ...rest] = args;
  if (method === 'execute_kw') return made(model, what, rest[0], rest[1]);
  return method === 'execute'
    ? made(model, what, rest, undefined)
    : unreadable('Call "execute_kw", with {"args": [db, uid, password, model, method, [args], {kwargs}]}.');
}

/** `POST /json/2/{model}/{method}` with `ids`, `context` and the parameters by their names. */
function jsonTwo([version, model, method, ...more]: readonly string[], body: Json): CallReading {
  if (version !== '2' || method === undefined || more.length > 0 || !isObject(body))
    return unreadable('Call POST /json/2/{model}/{method} with one object of parameters.');
  const kwargs = new Map([...body].filter(([name]) => name !== 'ids'));
  return made(model, method, body.has('ids') ? [body.get('ids') ?? []] : [], kwargs);
}

function made(model?: Json, method?: Json, args?: Json, kwargs?: Json): CallReading {
  const [type, name] = [textOf(model), textOf(method)];
  if (type === undefined || name === undefined || !/^\w+$/.test(name))
    return unreadable('Name a "model" and a "method".');
  const isNamed = isObject(kwargs) || (kwargs ?? null) === null;
  if (!isNamed || (args !== undefined && !isList(args)))
    return unreadable('"args" is a list, "kwargs" an object.');
  const call = { model: type, method: name, args: args ?? [], kwargs: isObject(kwargs) ? kwargs : new Map() };
  return { kind: 'call', call };
}

function unreadable(detail: string): CallReading {
  return { kind: 'unreadable', detail };
}
