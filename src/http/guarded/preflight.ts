import { faultAfterAsking } from '../../core/saving/upstream-fault.ts';
import type { OutgoingRequest } from '../../core/verdict/cleared.ts';
import { type Headers, valuesOf } from '../../core/wire/headers.ts';
import { streamAnswer } from '../answer/respond.ts';
import { namesAsked, pageHeadersOf, withNames } from '../request/cors.ts';
import type { Exchange, GuardedExchange } from '../request/exchange.ts';
import { type HttpContext, upstreamFor } from '../request/http-context.ts';

/**
 * Asks the CRM what a page of another origin may send, without our headers, which it does not know; they are allowed by us, where it allows
 * the page.
 */
export async function passPreflight(
  outgoing: OutgoingRequest,
  exchange: GuardedExchange,
  context: Pick<HttpContext, 'gate' | 'upstreamOf'>,
): Promise<void> {
  const { headers, response } = exchange;
  const { ours, others } = namesAsked(headers);
  const rest = outgoing.headers.filter(([name]) => name.toLowerCase() !== ASKED);
  const asked: Headers = others === '' ? rest : [...rest, [ASKED, others]];
  try {
    const cleared = context.gate.admit({ ...outgoing, headers: asked }, 'read');
    const answer = await upstreamFor(exchange, context).forward(cleared);
    const allowsPage = valuesOf(answer.headers, 'access-control-allow-origin').length > 0;
    const known = allowsPage
      ? withNames(answer.headers, 'Access-Control-Allow-Headers', ours)
      : answer.headers;
    await streamAnswer(response, { ...answer, headers: ours === '' ? answer.headers : known });
  } catch (fault) {
    throw faultAfterAsking(fault);
  }
}

const ASKED = 'access-control-request-headers';

/** Answers the preflight of a call of the control API. */
export function answerPreflight({ headers, response }: Exchange): void {
  for (const [name, value] of pageHeadersOf(response)) response.setHeader(name, value);
  response.setHeader('Access-Control-Allow-Methods', 'GET, POST, DELETE');
  const { ours, others } = namesAsked(headers);
  const names = [ours, others].filter((part) => part !== '').join(', ');
  if (names !== '') response.setHeader('Access-Control-Allow-Headers', names);
  response.setHeader('Access-Control-Max-Age', '600');
  response.statusCode = 204;
  response.end();
}
