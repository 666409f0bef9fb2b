import { CONTROL_PREFIX } from '../../core/saving/route.ts';
import { type Problem, problem } from '../../core/verdict/problem.ts';
import type { Target } from '../../core/wire/target.ts';
import { refuse } from '../answer/refuse.ts';
import { sendText } from '../answer/respond.ts';
import { createBodyReader } from '../body/read-body.ts';
import type { Exchange } from '../request/exchange.ts';
import type { HttpContext } from '../request/http-context.ts';

/** Providers' reports are small, and nobody knows who sends one until its body was read: they share little. */
const MOST_BYTES = 256 * 1024;
const BODIES = {
  limitBytes: MOST_BYTES,
  uploadBytes: MOST_BYTES,
  memoryBytes: MOST_BYTES,
  budgetBytes: 16 * MOST_BYTES,
  diskBytes: 0,
  unpackedRatio: 200,
  timeoutMs: 5000,
};

/** Reads the bodies of reports, apart from those of saves. */
export function createReportBodies() {
  return createBodyReader(BODIES);
}

/** The channel whose provider may report at this path; undefined where providers report at other paths. */
export function reportedChannelOf(
  { path, plain }: Target,
  { gate }: Pick<HttpContext, 'gate'>,
): string | undefined {
  const [, name] = (plain && /^\/reports\/([^/]+)$/.exec(path.slice(CONTROL_PREFIX.length))) || [];
  const channel = name === undefined ? undefined : decodeURIComponent(name);
  return channel !== undefined && gate.reports.areTakenFor(channel) ? channel : undefined;
}

/** A provider's report. Whatever it says of whichever message, a request that is the provider's own is answered alike. */
export async function handleReport(exchange: Exchange, channel: string, context: HttpContext): Promise<void> {
  const { method, request, response, target, origin, headers } = exchange;
  const turnAway = (problem: Problem) => refuse(problem, exchange, context);
  if (method === 'GET') {
    const greeting = context.gate.reports.greeting(channel, target.query);
    return greeting === undefined ? turnAway(UNSIGNED) : sendText(response, origin.requestId, 200, greeting);
  }
  if (method !== 'POST') return turnAway(problem('not-found', 'A report is a POST.', { status: 405 }));
  await using received = await context.reportBodies.read(request, origin);
  if (!received.ok) return turnAway(received.problem);
  const { spool } = received;
  const body = spool.length === 0 ? new Uint8Array() : await spool.read(0, spool.length);
  const outcome = await context.gate.reports.take(channel, { query: target.query, headers, body });
  if (outcome === 'taken') return sendText(response, origin.requestId, 204);
  // Anybody can send one that is not signed; the metric counts them.
  const level = outcome === 'unsigned' ? 'info' : 'warn';
  context.log[level]({ request: origin.requestId, channel, outcome }, 'a delivery report was refused');
  return await turnAway(outcome === 'unsigned' ? UNSIGNED : UNREADABLE);
}

const UNSIGNED = problem('request-unreadable', "This is not signed as the channel's provider signs.", {
  status: 403,
});
const UNREADABLE = problem('request-unreadable', 'This is no report of the kind that the channel takes.');
