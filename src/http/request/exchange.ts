import type { IncomingMessage, ServerResponse } from 'node:http';
import { isCollection, type Mount } from '../../core/saving/mount.ts';
import type { Caller } from '../../core/saving/save.ts';
import { endToEnd, type Headers, overriddenMethods, pairsOf, withoutBody } from '../../core/wire/headers.ts';
import type { Target } from '../../core/wire/target.ts';
import { dialectOf } from '../../dialects/all.ts';
import type { Dialect, Head } from '../../dialects/dialect.ts';
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

/** One request on the path of a module, or of several. */
export type GuardedExchange = Exchange & { readonly mount: Mount; readonly dialect: Dialect };

/** The exchange at its mount, as the module lets it be meant: a POST may stand for the one method that it names, where the module lists it. */
export function atMount(exchange: Exchange, mount: Mount): GuardedExchange {
  const [definition] = mount.definitions;
  const guarded = { ...exchange, mount, dialect: dialectOf(definition) };
  if (exchange.method !== 'POST' || !isCollection(definition)) return guarded;
  const listed: readonly string[] = definition.methodOverrides ?? [];
  const [method, ...others] = overriddenMethods(exchange.headers);
  const isMeant = method !== undefined && others.length === 0 && listed.includes(method);
  return isMeant ? { ...guarded, method, isOverride: true } : guarded;
}

/** What a dialect sees of a request before its body. */
export function headOf({ method, target, headers }: Exchange): Head {
  return { method, query: target.query, headers };
}

/** The path as it is sent, without its query: the module's own spelling and the client's segments. */
export function pathOf({ mount }: Pick<GuardedExchange, 'mount'>): string {
  return [mount.path, ...mount.segments].join('/');
}

/** Headers for traffic that is streamed. */
export function streamedHeaders({ headers, origin }: Pick<Exchange, 'headers' | 'origin'>): Headers {
  return [...endToEnd(headers), ...origin.headers];
}

/** Headers for a request that we write ourselves: the caller's credentials and wishes, nothing of the body as it came. */
export function ownHeaders({ headers, origin }: Exchange): Headers {
  return [...withoutBody(endToEnd(headers)), ...origin.headers];
}

/** The same exchange, with what can be verified of its caller, where anything can. */
export function withCaller<E extends Exchange>(exchange: E, callers: Callers): E | Promise<E> {
  if (!callers.haveSources) return exchange;
  return callers.callerOf(exchange.headers, exchange.origin).then((caller) => ({ ...exchange, caller }));
}
