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
 * a GET. So a page that only asks does so without credentials, and where `isGuarded`, the answer shows no record.
 */
export async function passOptions(
  outgoing: OutgoingRequest,
  exchange: GuardedExchange,
  isGuarded: boolean,
  context: HttpContext,
): Promise<void> {
  const { request, response } = exchange;
  const asked = asksForPage(request) ? forPage(outgoing, exchange) : outgoing;
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

/** The question of a page, as browsers ask it: without credentials, and of a script only about the operation that it names. */
function forPage(
  outgoing: OutgoingRequest,
  { mount, target, toldByQuery }: GuardedExchange,
): OutgoingRequest {
  const secret = new Set(['authorization', 'cookie', ...mount.definitions.flatMap(secretHeadersOf)]);
  const headers = outgoing.headers.filter(([name]) => !secret.has(canonical(name)));
  if (toldByQuery.length === 0) return { ...outgoing, headers };
  const telling = new Set(toldByQuery.flatMap(({ template }) => template.query.map(({ name }) => name)));
  const isTelling = (pair: string) => readQuery(`?${pair}`).every(([name]) => telling.has(name));
  const pairs = target.query.slice(1).split('&').filter(isTelling).join('&');
  const path = outgoing.path.slice(0, outgoing.path.length - target.query.length);
  return { ...outgoing, path: pairs === '' ? path : `${path}?${pairs}`, headers };
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
