import {
  at,
  codesIn,
  type Dialect,
  isObject,
  type Json,
  type JsonObject,
  type OwnModule,
  type Plugin,
  type Reading,
  readJson,
  type Save,
  savesOf,
  textOf,
  treeOf,
  unreadable,
  withoutCodes,
} from 'countersign/plugin';
import { z } from 'zod';

type TrytonModule = OwnModule & { readonly type: string; readonly fields: readonly string[] };
type Part = Parameters<typeof savesOf>[0][number];

/** Methods of every model that only read; trytond declares them so. */
const READS =
  /^model\.[\w.]+\.(?:read|search|search_read|search_count|fields_get|fields_view_get|view_toolbar_get|default_get|autocomplete|history_revisions|on_change\w*|get_preferences\w*|get_keys|get_groups)$/;
/** Log-in, log-out, and what a client asks of the server itself. */
const ABOUT_THE_SERVER = new Set([
  'common.db.login',
  'common.db.logout',
  'common.server.version',
  'system.listMethods',
]);

/**
 * Tryton 6 by JSON-RPC: each call is a POST to `/{database}/` of `{id, method, params}`, whose last parameter is the context, and answers
 * 200 with a `result` or an `error`. https://docs.tryton.org/projects/server/en/6.0/ref/protocols.html
 */
const tryton: Dialect<TrytonModule> = {
  name: 'tryton',
  dropsCookies: false,
  recognise({ method }, { segments }) {
    if (method === 'GET' || method === 'HEAD') return 'unmapped-read';
    return method === 'POST' && segments.length === 0 ? 'body' : 'unknown';
  },
  controlNames: () => ['method', 'params'],
  read(_head, { definitions }, body): Reading {
    const clean = body && withoutCodes(body);
    const call = clean?.kind === 'json' ? treeOf(clean) : undefined;
    if (!body || !clean || !isObject(call))
      return unreadable('Send the call as JSON, {"id", "method", "params"}.');
    const { method, params } = { method: call.get('method'), params: call.get('params') };
    const strange = [...call.keys()].find((name) => !['id', 'method', 'params', 'jsonrpc'].includes(name));
    if (strange !== undefined || typeof method !== 'string' || !isList(params))
      return unreadable('A call is {"id", "method", "params"}, and "params" a list.');
    if (ABOUT_THE_SERVER.has(method) || READS.test(method)) return { kind: 'harmless', body: clean };
    const [, type, verb = ''] = /^model\.(.+)\.(\w+)$/.exec(method) ?? [];
    const definition = definitions.find((one) => one.type === type);
    if (!definition) return { kind: 'unmapped', body: clean, about: { type: type ?? method } };
    if (!isObject(params.at(-1))) return unreadable('The last of the "params" is the context, an object.');
    const parts = partsOf(verb, params.slice(0, -1), listIn(treeOf(body), 'params'), definition);
    return typeof parts === 'string' ? unreadable(parts) : savesOf(parts, codesIn(treeOf(body)), clean);
  },
  sessionOf: () => undefined,
  recordPath: ({ path }) => `${path}/`,
  recordBody: ({ type, fields }, id) => {
    const ids = readJson(Buffer.from(`[[${NUMBER.test(id) ? id : 0}]]`));
    const [list = []] = ids.ok && isList(ids.value) ? ids.value : [];
    return new Map<string, Json>([
      ['id', '0'],
      ['method', `model.${type}.read`],
      ['params', [list, [...new Set(['id', ...fields])], new Map()]],
    ]);
  },
  recordOf(_definition, _id, { body }) {
    if ((at(body, '/error') ?? null) !== null) return { kind: 'withheld' };
    const [record, second] = listIn(body, 'result');
    if (!isObject(record) || second !== undefined) return { kind: 'unreadable' };
    return { kind: 'found', record: { fields: record }, id: textOf(record.get('id')) };
  },
  // What fails is rolled back.
  outcomeOf({ status, body }) {
    if (status !== 200) return status >= 400 && status < 500 ? 'notSaved' : 'unknown';
    const answer = readJson(body);
    if (!answer.ok || !isObject(answer.value)) return 'unknown';
    return (answer.value.get('error') ?? null) === null ? 'saved' : 'notSaved';
  },
  nesting: () => ({ idField: 'id', idOf: (text) => text, listsAreValues: true, isOwn: () => false }),
  // Its clients take any other status for a broken server.
  refusal({ slug, detail, rules, fields }, asked) {
    const id = asked?.body && textOf(at(treeOf(asked.body), '/id'));
    const body = JSON.stringify({
      id: id === undefined ? null : Number(id),
      error: ['UserError', [detail, slug, null]],
      slug,
      rules,
      fields,
    });
    return { status: 200, contentType: 'application/json', body };
  },
};

const NUMBER = /^[1-9]\d{0,18}$/;

function partsOf(
  verb: string,
  given: readonly Json[],
  raw: readonly Json[],
  definition: TrytonModule,
): readonly Part[] | string {
  const part = (
    operation: Save['operation'],
    id: string | null,
    fields: JsonObject,
    own: Json | undefined,
  ): Part => ({
    save: { module: definition.name, operation, id, fields },
    codes: codesIn(own),
  });
  switch (verb) {
    case 'create': {
      const [list] = given;
      if (given.length !== 1 || !isList(list) || !list.every(isObject))
        return 'Send [[{…}], context] to create.';
      const coded = isList(raw[0]) ? raw[0] : [];
      return list.map((fields, index) => part('create', null, worded(fields, definition), coded[index]));
    }
    case 'write': {
      const parts: Part[] = [];
      for (let index = 0; index < given.length; index += 2) {
        const [ids, fields] = [idsIn(given[index]), given[index + 1]];
        if (!ids || !isObject(fields))
          return 'Send [[1, 2], {…}, context] to write, with ids as whole numbers.';
        for (const id of ids) parts.push(part('update', id, worded(fields, definition), raw[index + 1]));
      }
      return parts;
    }
    case 'delete': {
      const ids = given.length === 1 ? idsIn(given[0]) : undefined;
      return (
        ids?.map((id) => part('delete', id, new Map(), undefined)) ?? 'Send [[1, 2], context] to delete.'
      );
    }
    default:
      return `What "${verb}" stores, nobody knows here. Save by create, write and delete.`;
  }
}

/** The commands of declared relations in the words that nested writes are read by. What is declared nowhere stays as it is, and is refused. */
function worded(fields: JsonObject, { relations = {} }: TrytonModule): JsonObject {
  return new Map(
    [...fields].map(([name, value]): [string, Json] => {
      const isToMany = typeof (Object.hasOwn(relations, name) ? relations[name] : undefined) === 'string';
      return [name, (isToMany && commandsIn(value)) || value];
    }),
  );
}

/** `[["write", [1], {…}, …], ["create", [{…}]], ["add" | "remove" | "delete", [1]]]`. */
function commandsIn(value: Json): Json | undefined {
  if (!isList(value) || !value.every((one) => isList(one) && typeof one[0] === 'string')) return undefined;
  const said: { [word in 'create' | 'update' | 'connect' | 'disconnect' | 'delete']: Json[] } = {
    ...{ create: [], update: [], connect: [], disconnect: [], delete: [] },
  };
  for (const [word, ...rest] of value as readonly (readonly Json[])[]) {
    const [first] = rest;
    if (word === 'write') {
      for (let index = 0; index < rest.length; index += 2) {
        const [ids, fields] = [rest[index], rest[index + 1]];
        if (!isList(ids) || !isObject(fields)) return undefined;
        for (const id of ids) said.update.push(new Map([...fields, ['id', id]]));
      }
      continue;
    }
    const place = { create: said.create, add: said.connect, remove: said.disconnect, delete: said.delete }[
      String(word)
    ];
    if (!place || rest.length !== 1 || !isList(first)) return undefined;
    place.push(...first);
  }
  return new Map(Object.entries(said).filter(([, list]) => list.length > 0));
}

/** Ids as trytond gives them. A text, a truth or `1.0` may be the same record to a database. */
function idsIn(value: Json | undefined): readonly string[] | undefined {
  if (!isList(value) || value.length === 0) return undefined;
  const ids = value.map((one) => (typeof one === 'object' && !isObject(one) ? (textOf(one) ?? '') : ''));
  return ids.every((id) => NUMBER.test(id)) ? ids : undefined;
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

function listIn(value: Json, name: string): readonly Json[] {
  const list = isObject(value) ? value.get(name) : undefined;
  return isList(list) ? list : [];
}

// biome-ignore lint/style/noDefaultExport: that is what a plug-in is
export default {
  name: 'tryton',
  dialects: {
    tryton: {
      schema: z.strictObject({
        path: z.string().describe('Path of the database, such as /crm.'),
        type: z.string().describe('The model, such as party.party.'),
        fields: z.array(z.string()).describe('The fields that rules read, send to or show.'),
      }),
      dialect: tryton as Dialect,
      sharesPath: true,
    },
  },
} satisfies Plugin;
