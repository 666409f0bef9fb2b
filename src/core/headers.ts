import { isParameter } from './parameter.ts';

/** Header names and values in pairs, as they came. */
export type Headers = readonly (readonly [name: string, value: string])[];

/** Meant for the next hop only. Source: RFC 9110 §7.6.1. */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
]);

/** What we say ourselves of where a request came from; a client's word for it is not passed on. */
const OURS = new Set(['forwarded', 'x-real-ip', 'x-client-ip', 'x-request-id']);

/** Headers by which IIS, Symfony and their kind take another path than the request line's. Only a proxy may set them. */
const PATH_OVERRIDES = new Set(['x-original-url', 'x-rewrite-url', 'x-original-uri', 'x-original-host']);

/** Headers by which frameworks take another method than the request line's. */
const METHOD_OVERRIDES = new Set(['x-http-method-override', 'x-http-method', 'x-method-override']);

/** Framing and meaning of a body, which a re-encoded body gets anew. */
const BODY = new Set([
  'content-length',
  'content-encoding',
  'content-type',
  'content-md5',
  'digest',
  'content-digest',
  'repr-digest',
  'expect',
]);

/** A name as CGI, WSGI and PHP see it: they know no difference between `-`, `_` and, some of them, any other mark. */
export function canonical(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '-');
}

/** The pairs of Node's `rawHeaders`. */
export function pairsOf(raw: readonly string[]): Headers {
  return Array.from(
    { length: raw.length / 2 },
    (_, index) => [raw[2 * index] ?? '', raw[2 * index + 1] ?? ''] as const,
  );
}

/** All values of a header, in any case. */
export function valuesOf(headers: Headers, name: string): readonly string[] {
  return headers.filter(([other]) => other.toLowerCase() === name).map(([, value]) => value);
}

/**
 * What a client's headers become on their way to the CRM: nothing for this hop only, nothing that contradicts what we say
 * ourselves, no code in any spelling. `expect` is answered here, so it goes too.
 */
export function endToEnd(headers: Headers): Headers {
  const named = new Set(
    valuesOf(headers, 'connection').flatMap((value) =>
      value.split(',').map((name) => canonical(name.trim())),
    ),
  );
  return headers.filter(([name]) => {
    const key = canonical(name);
    const isOurs =
      OURS.has(key) ||
      PATH_OVERRIDES.has(key) ||
      key.startsWith('x-forwarded-') ||
      isParameter(name) ||
      key.startsWith('otprules-');
    return !HOP_BY_HOP.has(key) && !named.has(key) && !isOurs && key !== 'expect' && key !== 'host';
  });
}

/** The same for a request whose body was judged and is written anew: nothing of the old body, no second method. */
export function withoutBody(headers: Headers): Headers {
  return headers.filter(([name]) => !BODY.has(canonical(name)) && !METHOD_OVERRIDES.has(canonical(name)));
}

/** The same without cookies, for CRMs that let cookies steer a request. */
export function withoutCookies(headers: Headers): Headers {
  return headers.filter(([name]) => canonical(name) !== 'cookie');
}

/** Whether a request brings a body: chunks, or a length that is not nothing. Source: RFC 9112 §6.3. */
export function announcesBody(headers: Headers): boolean {
  return (
    valuesOf(headers, 'transfer-encoding').length > 0 ||
    valuesOf(headers, 'content-length').some((length) => Number(length) !== 0)
  );
}

/** The methods that a client's overrides name. */
export function overriddenMethods(headers: Headers): readonly string[] {
  return headers
    .filter(([name]) => METHOD_OVERRIDES.has(canonical(name)))
    .map(([, value]) => value.trim().toUpperCase());
}

/** An answer's headers for the client: nothing for this hop only, nothing in our name. */
export function answerHeaders(headers: Headers): Headers {
  const named = new Set(
    valuesOf(headers, 'connection').flatMap((value) =>
      value.split(',').map((name) => name.trim().toLowerCase()),
    ),
  );
  return headers.filter(([name]) => {
    const key = name.toLowerCase();
    return !HOP_BY_HOP.has(key) && !named.has(key) && !key.startsWith('otprules-');
  });
}
