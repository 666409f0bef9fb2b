import type { IncomingMessage, ServerResponse } from 'node:http';
import { unknownCaller } from '../core/caller.ts';
import type { Door } from '../core/door.ts';
import {
  canonical,
  endToEnd,
  type Headers,
  overriddenMethods,
  pairsOf,
  valuesOf,
  withoutBody,
} from '../core/headers.ts';
import type { Caller } from '../core/save.ts';
import type { Target } from '../core/target.ts';
import type { Callers } from './callers.ts';
import type { Origin } from './origin.ts';

/** One request and its answer, with what was found out about it. */
export type Exchange = {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The client's, or the one that its POST stands for. */
  readonly method: string;
  /** Whether it is a POST that stands for another method. */
  readonly isOverride?: boolean;
  readonly target: Target;
  readonly origin: Origin;
  /** The client's headers, as they came. */
  readonly headers: Headers;
  /** Who asks, once that was found out. */
  readonly caller?: Caller;
};

export function exchangeOf(
  request: IncomingMessage,
  response: ServerResponse,
  target: Target,
  origin: Origin,
): Exchange {
  return {
    request,
    response,
    method: request.method ?? '',
    target,
    origin,
    headers: pairsOf(request.rawHeaders),
  };
}

/** The exchange as its module lets it be meant: a POST may stand for the one method that it names, where the module lists it. */
export function asMeant(exchange: Exchange, { definitions: [definition] }: Door): Exchange {
  const listed: readonly string[] = definition.dialect === 'rest' ? (definition.methodOverrides ?? []) : [];
  const [method, ...others] = overriddenMethods(exchange.headers);
  const isMeant =
    exchange.method === 'POST' && method !== undefined && others.length === 0 && listed.includes(method);
  return isMeant ? { ...exchange, method, isOverride: true } : exchange;
}

/** Headers for traffic that is streamed, from a request that has no answer of ours. */
export function exchangeHeaders(request: IncomingMessage, origin: Origin): Headers {
  return [...endToEnd(pairsOf(request.rawHeaders)), ...origin.headers];
}

/** Headers for traffic that is streamed. */
export function streamedHeaders({ headers, origin }: Exchange): Headers {
  return [...endToEnd(headers), ...origin.headers];
}

/** Headers for a request that we write ourselves: the caller's credentials and wishes, nothing of the body as it came. */
export function ownHeaders({ headers, origin }: Exchange): Headers {
  return [...withoutBody(endToEnd(headers)), ...origin.headers];
}

/** The same exchange, with what can be verified of its caller. */
export async function withCaller(exchange: Exchange, callers: Callers): Promise<Exchange> {
  return { ...exchange, caller: await callers.callerOf(exchange.headers, exchange.origin) };
}

/**
 * Under which name the caller's requests are counted: his verified name, else his credentials, or where there are none, his
 * address. A session of the CRM is no name: whoever is refused could log in anew, and be another. Nor is the name of Basic
 * credentials, before they are checked: anybody could use up what another may ask for.
 */
export function principalOf({
  headers,
  origin,
  caller,
}: Pick<Exchange, 'headers' | 'origin' | 'caller'>): string {
  if (caller?.user) return `user\n${caller.user}`;
  const [authorization] = valuesOf(headers, 'authorization');
  return authorization === undefined ? origin.ip : credentialOf(authorization);
}

/** Credentials without what a caller may spell as he likes: blanks, the scheme's case, a password's encoding, a JWT's signature. */
function credentialOf(authorization: string): string {
  const [scheme = '', ...rest] = authorization.trim().split(/\s+/);
  const token = rest.join('');
  if (/^basic$/i.test(scheme))
    return `basic ${Buffer.from(token, 'base64').toString('latin1').split(':')[0]?.toLowerCase()}`;
  const [head, claims, ...signature] = token.split('.');
  return `${scheme.toLowerCase()} ${signature.length === 1 ? `${head}.${claims}` : token}`;
}

/** The token of a grant. Two are none: they could be read as one or the other. */
export function grantIn(headers: Headers): string | undefined {
  const [token, ...others] = headers.filter(([name]) => canonical(name) === 'otprules-grant');
  return others.length === 0 ? token?.[1] : undefined;
}

/** Who asks, as far as it was found out. */
export function callerOf({ origin, caller }: Pick<Exchange, 'origin' | 'caller'>): Caller {
  return caller ?? unknownCaller(origin.ip);
}
