import type { UpstreamAnswer } from '../core/verdict/verdict.ts';
import { type Headers, valuesOf, withoutBody } from '../core/wire/headers.ts';
import type { Json } from '../core/wire/json.ts';
import { readJson } from '../core/wire/read-json.ts';

/** Headers that would make the answer to our own read another one than the record in full. */
const CONDITIONS = new Set([
  'if-match',
  'if-none-match',
  'if-modified-since',
  'if-unmodified-since',
  'if-range',
  'range',
  'accept',
  'accept-encoding',
  'prefer',
  'cache-control',
  'pragma',
]);

/** The caller's headers for a read of our own: his credentials, none of his wishes, and JSON in full, not from a cache. */
export function ownReadHeaders(headers: Headers): Headers {
  return [
    ...withoutBody(headers).filter(([name]) => !CONDITIONS.has(name.toLowerCase())),
    ['accept', 'application/json'],
    ['accept-encoding', 'identity'],
    ['cache-control', 'no-cache'],
  ];
}

/** The document of an answer, or why it is no whole, readable JSON with status 200. */
export function documentIn(
  answer: UpstreamAnswer,
): { readonly ok: true; readonly body: Json } | { readonly ok: false; readonly reason: string } {
  if (answer.status !== 200) return { ok: false, reason: `the CRM answered ${answer.status}` };
  const [encoding] = valuesOf(answer.headers, 'content-encoding');
  if (encoding && encoding.toLowerCase() !== 'identity')
    return { ok: false, reason: `the answer is encoded as ${encoding}` };
  const body = readJson(answer.body);
  return body.ok
    ? { ok: true, body: body.value }
    : { ok: false, reason: `the answer is not JSON: ${body.fault.message}` };
}
