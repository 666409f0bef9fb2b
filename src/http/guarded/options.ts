import type { ModuleDefinition } from '../../core/saving/module.ts';
import { faultAfterAsking } from '../../core/saving/upstream-fault.ts';
import type { OutgoingRequest } from '../../core/verdict/cleared.ts';
import { canonical, type Headers, valuesOf } from '../../core/wire/headers.ts';
import { readQuery } from '../../core/wire/target.ts';
import { credentialHeadersOf, headersOfBodies } from '../../dialects/caller-headers.ts';
import type { UpstreamResponse } from '../../ports.ts';
import { sendAnswer, streamAnswer } from '../answer/respond.ts';
import { asksForPage, isPreflight, namesAsked, withNames } from '../request/cors.ts';
import type { GuardedExchange } from '../request/exchange.ts';
import { type HttpContext, upstreamFor } from '../request/http-context.ts';

/**
 * Passes on an OPTIONS, which asks what may be done at a path. A script that looks at no method (PHP, CGI, a servlet's `service`) takes it for
 * a GET. So a page that only asks does so without credentials, and where `isGuarded`, the answer shows no record, and nothing is asked of one.
 */
export async function passOptions(
  outgoing: OutgoingRequest,
  exchange: GuardedExchange,
  isGuarded: boolean,
  context: HttpContext,
): Promise<void> {
  const { request, response } = exchange;
  const isPage = asksForPage(request);
  const named = isPage ? withoutCredentials(outgoing, exchange) : outgoing;
  const isShort = isGuarded || (isPage && exchange.toldByQuery.length > 0);
  const asked = isShort ? { ...named, path: telling(named.path, exchange, isPage) } : named;
  const isOurs = isPreflight(request, response);
  const { ours, others } = namesAsked(asked.headers);
  const headers = isOurs ? withAsked(asked.headers, others) : asked.headers;
  try {
    const cleared = context.gate.admit({ ...asked, headers }, 'read');
    const answer = await upstreamFor(exchange, context).forward(cleared);
    const told = isOurs && ours !== '' ? allowing(answer, ours) : answer;
    if (!isGuarded) return void (await streamAnswer(response, told));
    told.body.giveUp();
    sendAnswer(response, { ...told, headers: withoutContent(told.headers), body: new Uint8Array() });
  } catch (fault) {
    throw faultAfterAsking(fault);
  }
}

/** The question of a page, as browsers ask it. */
function withoutCredentials(outgoing: OutgoingRequest, { mount }: GuardedExchange): OutgoingRequest {
  const secret = new Set(['authorization', 'cookie', ...mount.definitions.flatMap(secretHeadersOf)]);
  return { ...outgoing, headers: outgoing.headers.filter(([name]) => !secret.has(canonical(name))) };
}

/**
 * The path with nothing in its query but what tells operations of a script apart and, where no page asks, who does: by the rest, a CRM could say
 * what is stored (`?net__gt=5000`).
 */
function telling(path: string, { target, toldByQuery, mount }: GuardedExchange, isPage: boolean): string {
  const asker = isPage ? [] : mount.definitions.flatMap(({ credentialQuery = [] }) => credentialQuery);
  const names = new Set([
    ...asker,
    ...toldByQuery.flatMap(({ template }) => template.query.map(({ name }) => name)),
  ]);
  const isTelling = (pair: string) => readQuery(`?${pair}`).every(([name]) => names.has(name));
  const pairs = target.query.slice(1).split('&').filter(isTelling).join('&');
  const bare = path.slice(0, path.length - target.query.length);
  return pairs === '' ? bare : `${bare}?${pairs}`;
}

function secretHeadersOf(definition: ModuleDefinition): readonly string[] {
  return [...credentialHeadersOf(definition), ...headersOfBodies(definition)].map(canonical);
}

const ASKED = 'access-control-request-headers';

/** The CRM does not know our headers. */
function withAsked(headers: Headers, names: string): Headers {
  const rest = headers.filter(([name]) => name.toLowerCase() !== ASKED);
  return names === '' ? rest : [...rest, [ASKED, names]];
}

/** Our headers are allowed by us, where the CRM allows the page. */
function allowing(answer: UpstreamResponse, ours: string): UpstreamResponse {
  const allowsPage = valuesOf(answer.headers, 'access-control-allow-origin').length > 0;
  return allowsPage
    ? { ...answer, headers: withNames(answer.headers, 'Access-Control-Allow-Headers', ours) }
    : answer;
}

/** What tells what may be done, and nothing of what is there. */
function withoutContent(headers: Headers): Headers {
  return headers.filter(([name]) => {
    const lower = name.toLowerCase();
    return !lower.startsWith('content-') && !OF_CONTENT.has(lower);
  });
}

const OF_CONTENT: ReadonlySet<string> = new Set([
  'etag',
  'last-modified',
  'link',
  'location',
  'digest',
  'repr-digest',
]);
