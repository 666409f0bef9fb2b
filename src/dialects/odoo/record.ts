import type { Body } from '../../core/wire/body.ts';
import { at, isList, isNumber, isObject, type Json, type JsonObject, textOf } from '../../core/wire/json.ts';
import { readJson } from '../../core/wire/read-json.ts';
import { writeJson } from '../../core/wire/write-json.ts';
import type { ActionModule } from '../action-module.ts';
import type { Head, RecordReading } from '../dialect.ts';

/**
 * Who asks, by which API a record is read for them: by the session's cookie, by a key, or by what stands in the call; and what of the call's
 * context may choose which value of a field is meant.
 */
export type Session = (
  | { readonly api: 'web' | 'json' }
  | { readonly api: 'rpc'; readonly who: readonly Json[] }
) & { readonly context: JsonObject };

/**
 * What of a context chooses no value: what new records get, and how files are shown. All else may, as `allowed_company_ids`, `lang` and
 * `website_id` do: https://www.odoo.com/documentation/18.0/developer/howtos/company.html
 */
const NOT_CHOOSING = /^(?:default_|bin_size)/;

/** The session of a request, as text: its API, who asks, and its context. Undefined where the cookie alone says all of it. */
export function sessionIn({ headers }: Head, body: Body | null): string | undefined {
  const call = body?.kind === 'json' ? body.value : null;
  const params = at(call, '/params');
  const args = isObject(params) && params.get('service') === 'object' ? params.get('args') : undefined;
  if (isList(args)) return textFor('rpc', args.slice(0, 3), at(call, '/params/args/6/context'));
  const hasKey = headers.some(
    ([name, value]) => name.toLowerCase() === 'authorization' && /^bearer /i.test(value),
  );
  return hasKey && !isObject(params)
    ? textFor('json', null, at(call, '/context'))
    : textFor('web', null, at(call, '/params/kwargs/context'));
}

function textFor(api: Session['api'], who: Json, context: Json | undefined): string | undefined {
  const chosen = [...(isObject(context) ? context : [])].filter(([name]) => !NOT_CHOOSING.test(name));
  return api === 'web' && chosen.length === 0 ? undefined : writeJson([api, who, new Map(chosen)]);
}

/** The session that `sessionIn` wrote; that of the cookie where it wrote none. */
export function sessionOf(text: string | undefined): Session {
  const read = text === undefined ? undefined : readJson(Buffer.from(text));
  const [api, who, said] = read?.ok && isList(read.value) ? read.value : [];
  const context: JsonObject = isObject(said) ? said : new Map();
  if (api === 'rpc' && isList(who)) return { api, who, context };
  return { api: api === 'json' ? api : 'web', context };
}

/** Where a record is read. */
export function pathOf({ path, type }: ActionModule, { api }: Session): string {
  const base = path.replace(/\/$/, '');
  if (api === 'json') return `${base}/json/2/${type}/read`;
  return api === 'rpc' ? `${base}/jsonrpc` : `${base}/web/dataset/call_kw/${type}/read`;
}

/** What asks for it: all fields, a reference as its id, of files their size. */
export function questionOf({ type }: ActionModule, id: string, session: Session): Json {
  const kwargs = new Map<string, Json>([
    ['load', ''],
    ['context', new Map<string, Json>([...session.context, ['bin_size', true]])],
  ]);
  const ids: Json = [{ lexeme: id }];
  if (session.api === 'json') return new Map<string, Json>([...kwargs, ['ids', ids]]);
  const params =
    session.api === 'rpc'
      ? new Map<string, Json>([
          ['service', 'object'],
          ['method', 'execute_kw'],
          ['args', [...session.who, type, 'read', [ids], kwargs]],
        ])
      : new Map<string, Json>([
          ['model', type],
          ['method', 'read'],
          ['args', [ids]],
          ['kwargs', kwargs],
        ]);
  return new Map<string, Json>([
    ['jsonrpc', '2.0'],
    ['method', 'call'],
    ['params', params],
    ['id', { lexeme: '1' }],
  ]);
}

/** The record of an answer: a list of one, at the root or as the result of a call. None is nothing that the caller is shown. */
export function recordIn(answer: Json): RecordReading {
  const isCall = isObject(answer) && answer.has('jsonrpc');
  if (isCall && answer.has('error')) return { kind: 'withheld' };
  const list = isCall ? answer.get('result') : answer;
  if (!isList(list)) return { kind: 'unreadable' };
  const [record] = list;
  if (record === undefined) return { kind: 'withheld', answer: isCall ? MISSING_CALL : MISSING };
  const id = isObject(record) ? textOf(record.get('id')) : undefined;
  if (!isObject(record) || id === undefined) return { kind: 'unreadable' };
  return {
    kind: 'found',
    record: { fields: new Map([...record].map(([name, value]) => [name, plain(value)])) },
    id,
  };
}

/** A reference is `[7, "Acme"]` where names are loaded. */
function plain(value: Json): Json {
  const [id, name, ...more] = isList(value) ? value : [];
  return isNumber(id) && typeof name === 'string' && more.length === 0 ? id : value;
}

const GONE = {
  name: 'odoo.exceptions.MissingError',
  message: 'The record is not there, or is not shown to you.',
};
const MISSING = JSON.stringify(GONE);
const MISSING_CALL = JSON.stringify({
  jsonrpc: '2.0',
  id: null,
  error: { code: 200, message: 'Odoo Server Error', data: GONE },
});

/** Which status an error of a call means. https://github.com/odoo/odoo/blob/master/odoo/http.py */
export function withheldStatus(text: string): 401 | 403 | 404 {
  if (/SessionExpired|AccessDenied/.test(text)) return 401;
  return /AccessError/.test(text) ? 403 : 404;
}
