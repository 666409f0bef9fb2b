import type { ModuleDefinition } from '../core/saving/module.ts';
import type { UpstreamAnswer } from '../core/verdict/verdict.ts';
import { acceptHeaderFor, type Headers, valuesOf } from '../core/wire/headers.ts';
import type { Json } from '../core/wire/json.ts';
import { readJson } from '../core/wire/read-json.ts';
import { headersOfBodies, readHeadersOf } from '../dialects/caller-headers.ts';

/** What tells who asks, and what we say ourselves: where the request came from, and its trace. */
const WHO_ASKS = new Set(['authorization', 'cookie', 'x-request-id', 'traceparent', 'tracestate', 'b3']);

/**
 * The headers of a read of our own: who asks, and what the module declares. Nothing else of the caller goes with it, since any
 * header could steer the answer to another record, version or form than the one that is saved (`Accept-Profile`, `Accept-Datetime`,
 * `Prefer`, `X-Fields`). JSON in full is asked for, and not from a cache.
 */
export function ownReadHeaders(headers: Headers, definition: ModuleDefinition): Headers {
  const goes = declaredBy(definition);
  const kept = headers.filter(([name]) => saysWhoAsks(name.toLowerCase(), definition));
  const asked = kept.flatMap(([name, value]): Headers => {
    const other = acceptHeaderFor(name);
    return other === undefined ? [] : [[other, value]];
  });
  const isOther = ([name]: Headers[number]) => !asked.some(([other]) => other === name.toLowerCase());
  return [...kept.filter(isOther), ...asked, ...OURS.filter(([name]) => !goes.has(name))];
}

/** Whether a header, by its name in small letters, goes with every read of the module's records. */
export function saysWhoAsks(lower: string, definition: ModuleDefinition): boolean {
  return WHO_ASKS.has(lower) || lower.startsWith('x-forwarded-') || declaredBy(definition).has(lower);
}

const DECLARED = new WeakMap<ModuleDefinition, ReadonlySet<string>>();

/** What the module and its dialect declare, found once. */
function declaredBy(definition: ModuleDefinition): ReadonlySet<string> {
  const known = DECLARED.get(definition);
  if (known) return known;
  const names = [...readHeadersOf(definition), ...headersOfBodies(definition)];
  const declared = new Set(names.map((name) => name.toLowerCase()));
  DECLARED.set(definition, declared);
  return declared;
}

/** Some servers turn away who does not say what they are. */
const OURS: Headers = [
  ['accept', 'application/json'],
  ['accept-encoding', 'identity'],
  ['cache-control', 'no-cache'],
  ['user-agent', 'countersign'],
];

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
