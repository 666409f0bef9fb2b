import type { Mount } from '../../core/saving/mount.ts';
import { type Headers, overriddenMethods } from '../../core/wire/headers.ts';
import { isList, isObject, type Json, textOf } from '../../core/wire/json.ts';
import { codesOfHeaders } from '../../core/wire/parameter.ts';
import { readQuery } from '../../core/wire/target.ts';
import { cleanOf, type Finding, NOTHING, strangerIn, together, unreadable } from '../parts.ts';
import { targetIn } from './address.ts';
import { savesIn } from './calls.ts';
import { isODataJson } from './media-type.ts';
import type { ODataModule } from './odata-module.ts';

const MEMBERS = ['id', 'method', 'url', 'headers', 'body', 'dependsOn', 'atomicityGroup', 'if'];
/** What a write may ask of its answer. */
const ABOUT_THE_ANSWER = new Set(['$select', '$expand', '$format', 'api-version']);

/**
 * The saves of `{"requests": […]}`, call by call; a batch goes on whole or not at all.
 * http://docs.oasis-open.org/odata/odata-json-format/v4.01/odata-json-format-v4.01.html#sec_BatchRequestsandResponses
 */
export function batchOf(body: Json, mount: Mount<ODataModule>, guarded: readonly string[]): Finding {
  const calls = isObject(body) ? body.get('requests') : undefined;
  const clean = cleanOf(body);
  if (!isList(calls) || !isObject(clean) || strangerIn(clean, ['requests']) !== undefined)
    return unreadable('Send the batch as {"requests": […]}.');
  return together(
    calls.map((call, index) => {
      const finding = callOf(call, mount, guarded);
      return finding.kind === 'found' ? finding : unreadable(`Call ${index + 1}: ${finding.detail}`);
    }),
  );
}

function callOf(call: Json, mount: Mount<ODataModule>, guarded: readonly string[]): Finding {
  const clean = cleanOf(call);
  if (!isObject(call) || !isObject(clean) || strangerIn(clean, MEMBERS) !== undefined)
    return unreadable(`It is {${MEMBERS.join(', ')}}.`);
  const [method, url, headers = new Map()] = [clean.get('method'), clean.get('url'), call.get('headers')];
  if (typeof method !== 'string' || typeof url !== 'string' || !isObject(headers))
    return unreadable('It has a "method" and a "url".');
  const pairs: Headers = [...headers].map(([name, value]) => [name, textOf(value) ?? '']);
  if (overriddenMethods(pairs).length > 0) return unreadable('Send the call by the method that you mean.');
  // http://docs.oasis-open.org/odata/odata-json-format/v4.01: the names of methods are in any case.
  const verb = method.toUpperCase();
  if (verb === 'GET') return NOTHING;
  const target = targetIn(url, mount.path);
  if (!target || target.segments.some((segment) => segment.startsWith('$') && segment !== '$ref'))
    return unreadable('The "url" of a write is a plain address below the service root, and no batch.');
  if (readQuery(target.query).some(([name]) => !ABOUT_THE_ANSWER.has(name)))
    return unreadable('The "url" of a write has no query but $select and $expand.');
  const type = pairs.find(([name]) => name.toLowerCase() === 'content-type')?.[1];
  if (type !== undefined && !isODataJson(type)) return unreadable('The body of a write is JSON.');
  const body = call.get('body') ?? null;
  const finding = savesIn({ method: verb, segments: target.segments, body }, mount, guarded);
  if (finding.kind !== 'found') return finding;
  const codes = codesOfHeaders(pairs);
  return { ...finding, parts: finding.parts.map((part) => ({ ...part, codes: [...part.codes, ...codes] })) };
}
