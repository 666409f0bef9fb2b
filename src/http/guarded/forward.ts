import { faultAfterAsking } from '../../core/saving/upstream-fault.ts';
import type { Cleared } from '../../core/verdict/cleared.ts';
import type { Upstream } from '../../ports.ts';
import { streamAnswer } from '../answer/respond.ts';
import type { Exchange } from '../request/exchange.ts';

/** Sends what was cleared, and streams the answer. Once the CRM was asked, whatever goes wrong is a fault of its answer. */
export async function forward(
  cleared: Cleared,
  { response }: Exchange,
  upstream: Upstream,
  answered?: (status: number) => void,
): Promise<void> {
  try {
    const answer = await upstream.forward(cleared);
    answered?.(answer.status);
    await streamAnswer(response, answer);
  } catch (fault) {
    throw faultAfterAsking(fault);
  }
}
