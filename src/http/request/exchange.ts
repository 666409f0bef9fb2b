import type { IncomingMessage, ServerResponse } from 'node:http';
import { isCollection, type ModuleDefinition } from '../../core/saving/module.ts';
import type { Described, DescribedOperation, Mount } from '../../core/saving/mount.ts';
import { meantAt } from '../../core/saving/operation.ts';
import type { Route } from '../../core/saving/route.ts';
import type { Caller } from '../../core/saving/save.ts';
import type { Problem } from '../../core/verdict/problem.ts';
import type { Body } from '../../core/wire/body.ts';
import {
  canonical,
  endToEnd,
  type Headers,
  overriddenMethods,
  pairsOf,
  withoutBody,
} from '../../core/wire/headers.ts';
import type { Target } from '../../core/wire/target.ts';
import { dialectOf } from '../../dialects/all.ts';
import type { Dialect, Envelope, Head } from '../../dialects/dialect.ts';
import { templateEnvelope } from '../../dialects/refusal-template.ts';
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
  /** The form of refusals, where it is configured. */
  readonly refusal?: Refuse | undefined;
};

/** Puts a refusal into the form that clients of the API understand. */
export type Refuse = (problem: Problem) => Envelope;

/** The exchange of a request whose target could be read. */
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
export type GuardedExchange = Exchange & {
  readonly mount: Mount;
  /** The operations of its path that the query tells from others. */
  readonly toldByQuery: readonly DescribedOperation[];
  /** Those whose path this is in another spelling. */
  readonly misspelt: readonly DescribedOperation[];
  readonly dialect: Dialect;
  /** Its body, once it was read: some CRMs are answered by what it says. */
  readonly body?: Body;
};

/**
 * The exchange at its mount, as the module lets it be meant: a POST may stand for the one method that it names, where the module lists
 * it.
 */
export function atMount(
  exchange: Exchange,
  { mount, described, toldByQuery, misspelt }: Extract<Route, { kind: 'guarded' }>,
): GuardedExchange {
  const overridden = overriddenIn(exchange, mount);
  const method = overridden ?? exchange.method;
  const called = calledSo(described, exchange.headers);
  const meant = meantAt(mount, called, method, exchange.target.path.slice(1).split('/'));
  const [definition] = meant.definitions;
  const refusal = refusalOf(definition) ?? exchange.refusal;
  const dialect = dialectOf(definition);
  const guarded = { ...exchange, mount: meant, toldByQuery, misspelt, dialect, refusal };
  return overridden === undefined ? guarded : { ...guarded, method, isOverride: true };
}

/**
 * Those whose headers the request has, each once and as it is written. One that wants no header counts only where
 * the headers call no other one of its method.
 */
function calledSo(described: readonly Described[], headers: Headers): readonly Described[] {
  const isSo = ([name, wanted]: Described['heads'][number]) => {
    const found = headers.filter(([other]) => canonical(other) === name);
    return found.length === 1 && found[0]?.[0].toLowerCase() === name && found[0][1].trim() === wanted;
  };
  const open = described.filter(({ heads }) => heads.every(isSo));
  const told = open.filter(({ heads }) => heads.length > 0);
  return open.filter(
    (one) => one.heads.length > 0 || !told.some(({ template }) => template.method === one.template.method),
  );
}

const REFUSALS = new WeakMap<ModuleDefinition, Refuse>();

/** The form of refusals of a module, made once. */
function refusalOf(definition: ModuleDefinition): Refuse | undefined {
  if (definition.refusal === undefined) return undefined;
  const made = REFUSALS.get(definition) ?? templateEnvelope(definition.refusal);
  REFUSALS.set(definition, made);
  return made;
}

function overriddenIn(
  { method: sent, headers }: Exchange,
  { definitions: [definition] }: Mount,
): string | undefined {
  if (sent !== 'POST' || !isCollection(definition)) return undefined;
  const listed: readonly string[] = definition.methodOverrides ?? [];
  const [method, ...others] = overriddenMethods(headers);
  return method !== undefined && others.length === 0 && listed.includes(method) ? method : undefined;
}

/** What a dialect sees of a request before its body. */
export function headOf({ method, target, headers }: Exchange): Head {
  return { method, query: target.query, headers };
}

/** The query without what an operation of the module names in it. */
export function queryBesides({ mount, target }: Pick<GuardedExchange, 'mount' | 'target'>): string {
  return mount.described?.[0]?.restOfQuery ?? target.query;
}

/** The path as it is sent, without its query: the module's own spelling and the client's segments. */
export function pathOf({ mount }: Pick<GuardedExchange, 'mount'>): string {
  const path = [mount.path, ...mount.segments].join('/');
  return mount.slash && !path.endsWith('/') ? `${path}/` : path;
}

/** Headers for traffic that is streamed. */
export function streamedHeaders({ headers, origin }: Pick<Exchange, 'headers' | 'origin'>): Headers {
  return [...endToEnd(headers), ...origin.headers];
}

/** Headers for a request that we write ourselves: the caller's credentials and wishes, nothing of the body as it came. */
export function ownHeaders({ headers, origin }: Exchange): Headers {
  return [...withoutBody(endToEnd(headers)), ...origin.headers];
}

/** The same exchange, with its body. */
export function withBody(exchange: GuardedExchange, body: Body): GuardedExchange {
  return { ...exchange, body };
}

/** The same exchange, with what can be verified of its caller, where anything can. */
export function withCaller<E extends Exchange>(exchange: E, callers: Callers): E | Promise<E> {
  if (!callers.haveSources) return exchange;
  return callers.callerOf(exchange.headers, exchange.origin).then((caller) => ({ ...exchange, caller }));
}
