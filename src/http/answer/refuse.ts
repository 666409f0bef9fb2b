import type { Problem } from '../../core/verdict/problem.ts';
import { askerOf } from '../request/asker.ts';
import type { Exchange } from '../request/exchange.ts';
import type { HttpContext } from '../request/http-context.ts';
import type { Terms } from '../request/terms.ts';
import { sendProblem } from './respond.ts';

/** Refuses a request that is not judged. `rule`: the one that a call of the control API names. */
export async function refuse(
  problem: Problem,
  exchange: Exchange,
  { gate }: Pick<HttpContext, 'gate'>,
  rule?: string,
): Promise<void> {
  const { request } = exchange;
  if (!problem.close && !request.readableDidRead) request.resume();
  sendProblem(exchange, await gate.refuse(problem, askerOf(exchange), rule));
}

/** The same where it is refused on these terms; else it is reported, and goes on. */
export async function refuseOr(
  problem: Problem,
  exchange: Exchange,
  { mode }: Pick<Terms, 'mode'>,
  { gate }: Pick<HttpContext, 'gate'>,
  goOn: () => Promise<void> | undefined,
): Promise<void> {
  if (mode === 'enforce') return refuse(problem, exchange, { gate });
  gate.report(problem, askerOf(exchange));
  await goOn();
}
