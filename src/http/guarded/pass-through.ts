import { faultAfterAsking } from '../../core/saving/upstream-fault.ts';
import type { Upstream } from '../../ports.ts';
import { streamAnswer } from '../answer/respond.ts';
import { type Exchange, streamedHeaders } from '../request/exchange.ts';
import type { HttpContext } from '../request/http-context.ts';

/** Streams an exchange that is not held, both ways, as it comes. Who leaves before the answer ends it. */
export async function passThrough(
  exchange: Exchange,
  upstream: Upstream,
  { uploads }: Pick<HttpContext, 'uploads'>,
): Promise<void> {
  const { request, response, target } = exchange;
  // A client that has left sends no further event: its upload would be waited for without end.
  if (response.destroyed) return;
  const leave = uploads.begin(exchange);
  if (response.destroyed) return leave();
  try {
    const sent = upstream.stream(request, target.path + target.query, streamedHeaders(exchange));
    response.once('close', () => {
      leave();
      sent.giveUp();
    });
    await streamAnswer(response, await sent.answer);
  } catch (fault) {
    throw faultAfterAsking(fault);
  }
}
