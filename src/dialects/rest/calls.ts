import type { CollectionModule } from '../../core/saving/module.ts';
import type { Mount } from '../../core/saving/mount.ts';
import type { BatchEntry } from '../../core/saving/operation-entry.ts';
import { type Body, treeOf } from '../../core/wire/body.ts';
import type { Headers } from '../../core/wire/headers.ts';
import {
  at,
  isList,
  isObject,
  type Json,
  type JsonObject,
  pointerSteps,
  textOf,
} from '../../core/wire/json.ts';
import { isJsonType, readMediaType } from '../../core/wire/media-type.ts';
import { isSafe } from '../../core/wire/method.ts';
import { readQuery } from '../../core/wire/target.ts';
import type { Call, Calls } from '../dialect.ts';
import { cleanOf, codesIn, strangerIn, unreadable } from '../parts.ts';
import { operationIn } from './described.ts';
import { overrideFault } from './record.ts';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** The requests that a described batch lists; undefined where the request is none. */
export function callsIn(mount: Mount<CollectionModule>, body: Body): Calls | undefined {
  const { described = [], segments } = mount;
  if (!described.some(({ act }) => act.kind === 'batch')) return undefined;
  const tree = treeOf(body);
  const clean = cleanOf(tree);
  const operation = operationIn(described, clean);
  if (typeof operation === 'string') return unreadable(operation);
  const { act, definition, restOfQuery, when } = operation;
  if (act.kind !== 'batch') return undefined;
  const { batch } = act;
  const known = [
    batch.calls.slice(1),
    ...batch.envelopeFields,
    ...Object.values(definition.credentialFields ?? {}).map(firstOf),
    ...when.map(([pointer]) => firstOf(pointer)),
  ];
  const list = at(tree, batch.calls);
  if (body.kind !== 'json' || !isList(list))
    return unreadable(`Send the batch as JSON, with its requests in a list at "${batch.calls}".`);
  const stranger = isObject(clean) ? strangerIn(clean, known) : undefined;
  if (stranger !== undefined)
    return unreadable(
      `Leave out "${stranger}": it stands beside the requests of the batch. Where the API has such a member there, name it in "envelopeFields" of "batch".`,
    );
  if (!isNeutral(restOfQuery, definition))
    return unreadable(
      'Send the batch without a query. What chooses nothing by it is named in "neutralQuery" of the module.',
    );
  const folder = `/${segments.slice(0, -1).join('/')}`.replace(/(?<=[^/])$/, '/');
  return { kind: 'calls', calls: list.map((call) => callIn(call, batch, folder)), codes: codesIn(tree) };
}

/** Whether nothing in the query chooses a record, or a version of one. */
function isNeutral(query: string, { neutralQuery = [] }: CollectionModule): boolean {
  const neutral = new Set(neutralQuery.map((name) => name.toLowerCase()));
  return query === '' || readQuery(query).every(([name]) => neutral.has(name.toLowerCase()));
}

function callIn(call: Json, batch: BatchEntry, folder: string): Call {
  const clean = cleanOf(call);
  const places = [
    batch.method,
    batch.path,
    batch.body,
    ...(batch.headers === undefined ? [] : [batch.headers]),
  ];
  const known = [...places.map(firstOf), ...batch.envelopeFields];
  if (!isObject(call) || !isObject(clean) || strangerIn(clean, known) !== undefined)
    return unreadable(`It is {${known.join(', ')}}.`);
  const [method, path] = [at(clean, batch.method), at(clean, batch.path)];
  if (typeof method !== 'string' || !METHODS.includes(method))
    return unreadable(`Its method is one of ${METHODS.join(', ')}, in capitals.`);
  const place = placeOf(path, batch, folder);
  if (place === undefined)
    return unreadable(
      batch.base === undefined
        ? `Its path is a whole one below ${folder}, without a host.`
        : `Its path begins with a slash, and counts from ${batch.base}.`,
    );
  // Servers that look for the record themselves undo no encoding, or take a query for a part of the id.
  if (!isSafe(method) && /[%?#]/.test(place))
    return unreadable('The path of a write is written plainly: no encoding, and no query.');
  const headers = batch.headers === undefined ? new Map() : (at(call, batch.headers) ?? new Map());
  if (!isObject(headers)) return unreadable('Its headers are one object.');
  const pairs = pairsOf(headers);
  const type = pairs.find(([name]) => name.toLowerCase() === 'content-type')?.[1];
  if (type !== undefined && !isJsonType(readMediaType(type)?.essence ?? ''))
    return unreadable('Its body is JSON, and so says its Content-Type, where it has one.');
  const body = at(call, batch.body) ?? null;
  const fault = overrideFault(cleanOf(body));
  if (fault !== undefined) return unreadable(fault);
  return { kind: 'call', method, path: place, headers: pairs, body };
}

function placeOf(path: Json | undefined, { base }: BatchEntry, folder: string): string | undefined {
  if (typeof path !== 'string' || !path.startsWith('/')) return undefined;
  if (base !== undefined) return `${base}${path}`;
  return path.startsWith(folder) ? path : undefined;
}

function pairsOf(headers: JsonObject): Headers {
  return [...headers].map(([name, value]) => [name, textOf(value) ?? '']);
}

function firstOf(pointer: string): string {
  return pointerSteps(pointer)[0] ?? '';
}
