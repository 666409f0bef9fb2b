import { namesAsked, pageHeadersOf } from '../request/cors.ts';
import type { Exchange } from '../request/exchange.ts';

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
