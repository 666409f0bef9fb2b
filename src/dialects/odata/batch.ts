import type { Mount } from '../../core/saving/mount.ts';
import type { Headers } from '../../core/wire/headers.ts';
import { isList, isObject, type Json, textOf } from '../../core/wire/json.ts';
import { isSafe } from '../../core/wire/method.ts';
import { readQuery } from '../../core/wire/target.ts';
import type { Call, Calls } from '../dialect.ts';
import { cleanOf, codesIn, strangerIn, unreadable } from '../parts.ts';
import { pathIn, targetIn } from './address.ts';
import { isODataJson } from './media-type.ts';
import type { ODataModule } from './odata-module.ts';

const MEMBERS = ['id', 'method', 'url', 'headers', 'body', 'dependsOn', 'atomicityGroup', 'if'];
/** What a write may ask of its answer. */
const ABOUT_THE_ANSWER = new Set(['$select', '$expand', '$format', 'api-version']);

/**
 * The calls of `{"requests": […]}`, which is also what a batch in multipart is read as.
 * http://docs.oasis-open.org/odata/odata-json-format/v4.01/odata-json-format-v4.01.html#sec_BatchRequestsandResponses
 */
export function callsOf(body: Json, mount: Mount<ODataModule>): Calls {
  const calls = isObject(body) ? body.get('requests') : undefined;
  const clean = cleanOf(body);
  if (!isList(calls) || !isObject(clean) || strangerIn(clean, ['requests']) !== undefined)
    return unreadable('Send the batch as {"requests": […]}.');
  return { kind: 'calls', calls: calls.map((call) => callOf(call, mount)), codes: codesIn(body) };
}

function callOf(call: Json, { path: root }: Mount<ODataModule>): Call {
  const clean = cleanOf(call);
  if (!isObject(call) || !isObject(clean) || strangerIn(clean, MEMBERS) !== undefined)
    return unreadable(`It is {${MEMBERS.join(', ')}}.`);
  const [written, url, headers = new Map()] = [clean.get('method'), clean.get('url'), call.get('headers')];
  if (typeof written !== 'string' || typeof url !== 'string' || !isObject(headers))
    return unreadable('It has a "method" and a "url".');
  const pairs: Headers = [...headers].map(([name, value]) => [name, textOf(value) ?? '']);
  // http://docs.oasis-open.org/odata/odata-json-format/v4.01: the names of methods are in any case.
  const method = written.toUpperCase();
  const body = call.get('body') ?? null;
  const target = targetIn(url, root);
  if (isSafe(method)) return { kind: 'call', method, path: pathIn(url, root), headers: pairs, body };
  if (!target || target.segments.some((segment) => segment.startsWith('$') && segment !== '$ref'))
    return unreadable('The "url" of a write is a plain address below the service root, and no batch.');
  if (readQuery(target.query).some(([name]) => !ABOUT_THE_ANSWER.has(name)))
    return unreadable('The "url" of a write has no query but $select and $expand.');
  const type = pairs.find(([name]) => name.toLowerCase() === 'content-type')?.[1];
  if (type !== undefined && !isODataJson(type)) return unreadable('The body of a write is JSON.');
  return { kind: 'call', method, path: pathIn(url, root), headers: pairs, body };
}
