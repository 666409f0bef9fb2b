import type { IncomingMessage, ServerResponse } from 'node:http';
import { CountersignError } from '../core/fault.ts';
import { CONTROL_PREFIX, type Route } from '../core/saving/route.ts';
import { UpstreamFault } from '../core/saving/upstream-fault.ts';
import { faultProblem } from '../core/verdict/fault-problem.ts';
import { type Problem, problem } from '../core/verdict/problem.ts';
import { isSafe } from '../core/wire/method.ts';
import { readTarget } from '../core/wire/target.ts';
import { refuse, refuseOr } from './answer/refuse.ts';
import { sendProblem, sendUnanswered } from './answer/respond.ts';
import { handleControl } from './control/control.ts';
import { handleReport, reportedChannelOf } from './control/reports.ts';
import { guardedBehind } from './guarded/beside.ts';
import { callFault } from './guarded/called-by-header.ts';
import { doubtAbout } from './guarded/doubt.ts';
import { otherMeaning } from './guarded/other-meaning.ts';
import { passThrough } from './guarded/pass-through.ts';
import { answerPreflight } from './guarded/preflight.ts';
import { guardedList, handleRead } from './guarded/read.ts';
import { unknownWrite } from './guarded/unknown-write.ts';
import { unmappedRead } from './guarded/unmapped.ts';
import { modeBeside, otherFault, steadyMethodOf, termsOf } from './guarded/unread.ts';
import { handleBody, handleBodyless } from './guarded/write.ts';
import { handlePage, linkIn } from './page/page.ts';
import { strangerOf } from './request/asker.ts';
import { asksForPage, isForeignPage, isPreflight, notePage } from './request/cors.ts';
import { atMount, type Exchange, exchangeOf, type GuardedExchange, headOf } from './request/exchange.ts';
import { headFault } from './request/head-fault.ts';
import { type HttpContext, upstreamFor } from './request/http-context.ts';
import { carriesMutation } from './request/mutation-in-query.ts';
import type { Origin } from './request/origin.ts';
import type { Terms } from './request/terms.ts';
import { asksForWebSocket, webSocketProblem } from './upgrade.ts';

const FOREIGN_PAGE = problem(
  'request-unreadable',
  'A page of another origin asks, which "cors" does not list. List the origin of the page under "cors.origins" of the configuration.',
  { status: 403 },
);

/** Answers one request. Never rejects. */
export type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** What happens to a request, in order. It never rejects; whatever goes wrong is answered, and nothing is forwarded in doubt. */
export function createHandler(context: HttpContext): Handler {
  return async (request, response) => {
    const origin = context.origins.originOf(request);
    const started = performance.now();
    notePage(request, response, context.cors, false);
    try {
      if (wasRead(request))
        throw new CountersignError('body-already-read', 'countersign is mounted behind a body parser');
      await dispatch(request, response, origin, context);
    } catch (fault) {
      await answerFault(fault, request, response, origin, context);
    } finally {
      const hasLeft = response.destroyed && !response.writableFinished;
      const status = hasLeft ? CLIENT_CLOSED_REQUEST : response.statusCode;
      const ms = Math.round(performance.now() - started);
      context.log.debug({ request: origin.requestId, method: request.method, status, ms }, 'request handled');
    }
  };
}

/** What logs call the status of an answer that nobody waited for. Source: nginx. */
const CLIENT_CLOSED_REQUEST = 499;

/** What cannot even be answered is cut: a fault that nobody catches would end the process, and everybody's requests with it. */
async function answerFault(
  fault: unknown,
  request: IncomingMessage,
  response: ServerResponse,
  origin: Origin,
  { log, gate, refusal: form }: HttpContext,
): Promise<void> {
  // Who has left is told nothing, and nothing went wrong.
  if (fault instanceof UpstreamFault && fault.kind === 'unwanted') return;
  const problem = faultProblem(fault);
  const level = problem.status >= 500 ? 'error' : 'warn';
  log[level]({ err: fault, request: origin.requestId }, 'a request could not be handled');
  try {
    const refusal = request.url?.startsWith(CONTROL_PREFIX) ? undefined : form;
    if (fault instanceof UpstreamFault) return sendUnanswered({ response, origin, refusal }, fault);
    sendProblem({ response, origin, refusal }, await gate.refuse(problem, strangerOf(request, origin)));
  } catch {
    response.destroy();
  }
}

async function dispatch(
  request: IncomingMessage,
  response: ServerResponse,
  origin: Origin,
  context: HttpContext,
): Promise<void> {
  const { gate, refusal } = context;
  const target = readTarget(request.url ?? '', request.headers.host);
  if (!target) {
    request.resume();
    const unread = problem('request-unreadable', 'Send the request to a path of this host.');
    return sendProblem({ response, origin, refusal }, await gate.refuse(unread, strangerOf(request, origin)));
  }
  const plain = exchangeOf(request, response, target, origin);
  const exchange = refusal ? { ...plain, refusal } : plain;
  if (asksForWebSocket(request)) return refuse(webSocketProblem(target, context), exchange, context);
  const route = context.routes.routeOf(target, steadyMethodOf(exchange));
  const terms = termsOf(route, context);
  switch (route.kind) {
    case 'control': {
      const link = linkIn(target);
      if (link !== undefined) return handlePage(exchange, link, context);
      notePage(request, response, context.cors, true);
      if (isPreflight(request, response)) return answerPreflight(exchange);
      const channel = reportedChannelOf(target, context);
      if (channel !== undefined) return handleReport(exchange, channel, context);
      if (!isSafe(exchange.method) && isForeignPage(request, response, origin))
        return refuse(FOREIGN_PAGE, exchange, context);
      return handleControl(plain, context);
    }
    case 'odd': {
      const detail = `Write the path plainly, as ${route.path}/… without encodings, dots or doubled slashes.`;
      const odd = problem('request-unreadable', detail);
      const upstream = context.upstreamOf(route.upstream);
      return refuseOr(odd, exchange, terms, context, () => passThrough(exchange, upstream, context));
    }
    case 'guarded':
      return handleGuarded(atMount(exchange, route), route, terms, context);
    case 'other': {
      const mode = modeBeside(exchange, route, context);
      const goOn = () => handleOther(exchange, route, terms, context);
      return mode ? refuseOr(unmappedRead('beside'), exchange, { mode }, context, goOn) : goOn();
    }
  }
}

/** What no module names: it goes on where it is open. */
function handleOther(
  exchange: Exchange,
  route: Extract<Route, { kind: 'other' }>,
  terms: Terms,
  context: HttpContext,
): Promise<void> {
  const goOn = () => passThrough(exchange, context.upstreamOf(route.upstream), context);
  const fault = otherFault(exchange, route, terms, context);
  return fault ? refuseOr(fault, exchange, terms, context, goOn) : goOn();
}

/** Behind `express.json()` the body is gone, and what was parsed is not what would be judged. */
function wasRead(request: IncomingMessage & { readonly body?: unknown }): boolean {
  return request.readableDidRead || request.body !== undefined;
}

function handleGuarded(
  exchange: GuardedExchange,
  route: Extract<Route, { kind: 'guarded' }>,
  terms: Terms,
  context: HttpContext,
): Promise<void> {
  const { mount, dialect } = exchange;
  const goOn = () => passThrough(exchange, upstreamFor(exchange, context), context);
  const turnAway = (refusal: Problem) => refuseOr(refusal, exchange, terms, context, goOn);
  const fault = headFault(exchange.headers, mount);
  if (fault) return turnAway(fault);
  // What a page asks about is judged when it sends that.
  const other = asksForPage(exchange.request) ? undefined : otherMeaning(exchange, terms, context);
  const isOpened = route.passthrough && isSafe(exchange.method);
  if (other && !isOpened) return refuseOr(other.problem, exchange, { mode: other.mode }, context, goOn);
  const called = callFault(exchange);
  const action = dialect.recognise(headOf(exchange), mount);
  const asks = action === 'read' || action === 'unmapped-read';
  if (action === 'unknown' || (asks && carriesMutation(exchange.target.query)))
    return route.passthrough ? goOn() : turnAway(called ?? unknownWrite(exchange, asks, context));
  if (called) return turnAway(called);
  const doubt = doubtAbout(exchange, asks, context);
  if (doubt) return turnAway(doubt);
  const isUnnamed = action === 'unmapped-read' && terms.unmappedReads === 'refuse';
  if (isUnnamed) return turnAway(unmappedRead('unnamed'));
  const behind = asks && !route.passthrough ? guardedBehind(exchange, context) : undefined;
  if (behind)
    return refuseOr(unmappedRead('beside'), exchange, { mode: behind }, context, () =>
      handleRead(exchange, route.passthrough, context),
    );
  if (asks) return handleRead(exchange, route.passthrough, context);
  const listing = guardedList(exchange, context);
  if (listing) return refuseOr(unmappedRead('list'), exchange, { mode: listing }, context, goOn);
  return action === 'bodyless'
    ? handleBodyless(exchange, terms, context)
    : handleBody(exchange, terms, context);
}
