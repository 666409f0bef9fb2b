import { remembered } from '../remembered.ts';
import { OVERRIDE_HEADERS } from './method.ts';
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

/**
 * What we say ourselves of where a request came from and how it is framed; a client's word for it is not passed on. `expect` is
 * answered here.
 */
const OURS = new Set([
  'forwarded',
  'x-real-ip',
  'x-client-ip',
  'x-request-id',
  'host',
  'expect',
  'content-length',
]);

/** Headers by which IIS, Symfony and their kind take another path than the request line's. Only a proxy may set them. */
export const PATH_OVERRIDES: ReadonlySet<string> = new Set([
  'x-original-url',
  'x-rewrite-url',
  'x-original-uri',
  'x-original-host',
]);

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

/** What names a body's meaning or end, or the caller, of which two would be one too many for two readers. */
const SINGLE = new Set([
  'host',
  'content-type',
  'content-length',
  'content-encoding',
  'transfer-encoding',
  'authorization',
  'expect',
]);

/** What a header's name says of it. */
type Meaning = {
  readonly lower: string;
  /** As CGI, WSGI and PHP see it: they know no difference between `-`, `_` and, some of them, any other mark. */
  readonly canonical: string;
  /** Whether a client's header of this name never goes on: it is for this hop, contradicts what we say ourselves, or is a code. */
  readonly isOurs: boolean;
  readonly isMethodOverride: boolean;
  /** Whether it goes with a body that is written anew: it tells of the old one, or of another method. */
  readonly isOfOldBody: boolean;
  /** Whether it may stand only once. */
  readonly isSingle: boolean;
};

/** Clients send the same few names over and over. */
export const meaningOf = remembered((name: string): Meaning => {
  const lower = name.toLowerCase();
  const canonical = lower.replace(/[^a-z0-9]/g, '-');
  const isOurs =
    HOP_BY_HOP.has(canonical) ||
    OURS.has(canonical) ||
    PATH_OVERRIDES.has(canonical) ||
    canonical.startsWith('x-forwarded-') ||
    canonical.startsWith('otprules-') ||
    isParameter(name);
  const isMethodOverride = OVERRIDE_HEADERS.includes(canonical);
  return {
    lower,
    canonical,
    isOurs,
    isMethodOverride,
    isOfOldBody: isMethodOverride || BODY.has(canonical),
    isSingle: SINGLE.has(canonical),
  };
});

/** A name as CGI, WSGI and PHP see it. */
export function canonical(name: string): string {
  return meaningOf(name).canonical;
}

/** The pairs of Node's `rawHeaders`. */
export function pairsOf(raw: readonly string[]): Headers {
  const pairs: (readonly [string, string])[] = [];
  for (let index = 0; index < raw.length; index += 2) pairs.push([raw[index] ?? '', raw[index + 1] ?? '']);
  return pairs;
}

/** All values of a header, in any case. */
export function valuesOf(headers: Headers, name: string): readonly string[] {
  const values: string[] = [];
  for (const [other, value] of headers) if (meaningOf(other).lower === name) values.push(value);
  return values;
}

/**
 * What a client's headers become on their way to the CRM: nothing for this hop only, and so no framing, nothing that contradicts
 * what we say ourselves, no code in any spelling.
 */
export function endToEnd(headers: Headers): Headers {
  const named = namedBy(headers);
  return headers.filter(([name]) => {
    const { canonical, isOurs } = meaningOf(name);
    return !isOurs && !named.has(canonical);
  });
}

/** The same for a request whose body was judged and is written anew: nothing of the old body, no second method. */
export function withoutBody(headers: Headers): Headers {
  return headers.filter(([name]) => !isOfOldBody(name));
}

/** Whether a client's header of this name reaches the CRM as it was written. */
export function isForwarded(name: string): boolean {
  const { isOurs, isOfOldBody } = meaningOf(name);
  return !isOurs && !isOfOldBody;
}

/** What `Content-…` headers say that does not change what is saved where. Source: RFC 9110 §8, RFC 6266, RFC 1864, RFC 9530. */
const KNOWN_CONTENT = new Set(
  ['type', 'length', 'encoding', 'language', 'disposition', 'md5', 'digest'].map((name) => `content-${name}`),
);

/** Headers about the content that some server takes for its destination (`Content-Profile`), or for a part of it (`Content-Range`). */
export function strangeContentIn(headers: Headers): readonly string[] {
  return headers.map(([name]) => name).filter(isStrangeContent);
}

function isStrangeContent(name: string): boolean {
  const { canonical } = meaningOf(name);
  return canonical.startsWith('content-') && !KNOWN_CONTENT.has(canonical);
}

/**
 * The header by which a read is asked for what the header of a save says of its content: PostgREST writes to the schema of `Content-Profile`, and
 * reads from that of `Accept-Profile`. Undefined where there is none.
 */
export function acceptHeaderFor(name: string): string | undefined {
  return isStrangeContent(name) && !NOT_ASKED_FOR.has(canonical(name))
    ? `accept-${name.slice('content-'.length).toLowerCase()}`
    : undefined;
}

/** A part of a document, or the address of one. */
const NOT_ASKED_FOR = new Set(['content-range', 'content-location']);

/** Whether the header goes with the body as it came, so that it does not go with one that is written anew. */
export function isOfOldBody(name: string): boolean {
  return meaningOf(name).isOfOldBody;
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
  const methods: string[] = [];
  for (const [name, value] of headers)
    if (meaningOf(name).isMethodOverride) methods.push(value.trim().toUpperCase());
  return methods;
}

/** An answer's headers for the client: nothing for this hop only, nothing in our name. */
export function answerHeaders(headers: Headers): Headers {
  const named = namedBy(headers);
  return headers.filter(([name]) => {
    const { lower, canonical } = meaningOf(name);
    return !HOP_BY_HOP.has(lower) && !named.has(canonical) && !lower.startsWith('otprules-');
  });
}

const NONE: ReadonlySet<string> = new Set();

/** The headers that `Connection` takes to be for this hop only, by their canonical names. */
export function namedBy(headers: Headers): ReadonlySet<string> {
  const values = valuesOf(headers, 'connection');
  return values.length === 0 ? NONE : namesIn(values.join(','));
}

const namesIn = remembered(
  (list: string): ReadonlySet<string> => new Set(list.split(',').map((name) => canonical(name.trim()))),
);
