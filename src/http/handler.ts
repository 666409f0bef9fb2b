import type { IncomingMessage, ServerResponse } from 'node:http';
import { CountersignError } from '../core/fault.ts';
import type { Route } from '../core/saving/route.ts';
import { UpstreamFault } from '../core/saving/upstream-fault.ts';
import { type Problem, problem } from '../core/verdict/problem.ts';
import { announcesBody, overriddenMethods } from '../core/wire/headers.ts';
import { isSafe, OVERRIDE_FIELDS } from '../core/wire/method.ts';
import { readTarget } from '../core/wire/target.ts';
import { faultProblem } from './answer/fault-problem.ts';
import { sendProblem } from './answer/respond.ts';
import { handleControl } from './control/control.ts';
import { handleReport, reportedChannelOf } from './control/reports.ts';
import { passThrough } from './guarded/pass-through.ts';
import { handleRead, mayShowGuarded } from './guarded/read.ts';
import { handleBody, handleBodyless } from './guarded/save.ts';
import { letsPass } from './guarded/shadow.ts';
import { unmappedRead } from './guarded/unmapped-read.ts';
import { unmappedWrite } from './guarded/unmapped-write.ts';
import { atDoor, type Exchange, exchangeOf, headOf } from './request/exchange.ts';
import { contentFault, headFault } from './request/head-fault.ts';
import type { Origin } from './request/origin.ts';
import type { Porch } from './request/porch.ts';
import { queryFault } from './request/query-fault.ts';

export type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** The porch: what happens to a request, in order. It never rejects; whatever goes wrong is answered, and nothing is forwarded in doubt. */
export function createHandler(porch: Porch): Handler {
  return async (request, response) => {
    const origin = porch.origins.originOf(request);
    const started = performance.now();
    try {
      if (wasRead(request))
        throw new CountersignError('body-already-read', 'countersign is mounted behind a body parser');
      await dispatch(request, response, origin, porch);
    } catch (fault) {
      // Who has left is told nothing, and nothing went wrong.
      if (fault instanceof UpstreamFault && fault.kind === 'unwanted') return;
      const refusal = faultProblem(fault);
      porch.log[refusal.status >= 500 ? 'error' : 'warn'](
        { err: fault, request: origin.requestId },
        'a request could not be handled',
      );
      tryToSend(refusal, response, origin);
    } finally {
      const hasLeft = response.destroyed && !response.writableFinished;
      const status = hasLeft ? CLIENT_CLOSED_REQUEST : response.statusCode;
      const ms = Math.round(performance.now() - started);
      porch.log.debug({ request: origin.requestId, method: request.method, status, ms }, 'request handled');
    }
  };
}

/** What logs call the status of an answer that nobody waited for. Source: nginx. */
const CLIENT_CLOSED_REQUEST = 499;

/** What cannot even be refused is cut: a fault that nobody catches would end the process, and everybody's requests with it. */
function tryToSend(refusal: Problem, response: ServerResponse, origin: Origin): void {
  try {
    sendProblem({ response, origin }, refusal);
  } catch {
    response.destroy();
  }
}

function dispatch(
  request: IncomingMessage,
  response: ServerResponse,
  origin: Origin,
  porch: Porch,
): Promise<void> {
  const target = readTarget(request.url ?? '', request.headers.host);
  const refuse = async (refusal: Problem) => {
    request.resume();
    sendProblem({ response, origin }, refusal);
  };
  if (!target) return refuse(problem('request-unreadable', 'Send the request to a path of this host.'));
  if (request.headers.upgrade?.toLowerCase() === 'websocket') {
    return refuse(
      problem(
        'request-unreadable',
        'WebSockets are not passed on here. To open the path, add it to "websockets" of the configuration.',
        { status: 426 },
      ),
    );
  }
  const exchange = exchangeOf(request, response, target, origin);
  const refuseOrPass = (refusal: Problem) =>
    letsPass(refusal, exchange, porch) ? passThrough(exchange, porch.upstream) : refuse(refusal);
  const route = porch.routes.routeOf(target);
  switch (route.kind) {
    case 'control': {
      const channel = reportedChannelOf(target, porch);
      if (channel !== undefined) return handleReport(exchange, channel, porch);
      return handleControl(exchange, porch);
    }
    case 'odd':
      return refuseOrPass(
        problem(
          'request-unreadable',
          `Write the path plainly, as ${route.path}/… without encodings, dots or doubled slashes.`,
        ),
      );
    case 'guarded':
      return handleGuarded(exchange, route, porch);
    case 'other':
      if (!route.passthrough && mayShowGuarded(exchange, porch)) return refuse(unmappedRead('beside'));
      return isOpen(exchange, route.passthrough, porch)
        ? passThrough(exchange, porch.upstream)
        : refuseOrPass(unmappedWrite(nameOf(exchange)));
  }
}

/** Behind `express.json()` the body is gone, and what was parsed is not what would be judged. */
function wasRead(request: IncomingMessage & { readonly body?: unknown }): boolean {
  return request.readableDidRead || request.body !== undefined;
}

/**
 * Reads pass, `passthrough` passes, other writes follow `unmappedWrites`. A read that asks to be taken for a write is one, and so is
 * one with a body: Vtiger's mobile API saves what a GET brings.
 */
function isOpen({ method, headers }: Exchange, passthrough: boolean, { unmappedWrites }: Porch): boolean {
  const isRead = isSafe(method) && overriddenMethods(headers).every(isSafe);
  return (isRead && !announcesBody(headers)) || passthrough || unmappedWrites === 'forward';
}

/** What the client is told that nobody maps. */
function nameOf({ method, headers }: Exchange): string {
  return isSafe(method) && announcesBody(headers) ? `${method} with a body` : method;
}

function handleGuarded(
  sent: Exchange,
  route: Extract<Route, { kind: 'guarded' }>,
  porch: Porch,
): Promise<void> {
  const exchange = atDoor(sent, route.door);
  const { door, dialect } = exchange;
  const refuse = async (refusal: Problem) => {
    if (letsPass(refusal, exchange, porch)) return passThrough(exchange, porch.upstream);
    exchange.request.resume();
    sendProblem(exchange, refusal);
  };
  const fault = headFault(exchange.headers, door);
  if (fault) return refuse(fault);
  const action = dialect.recognise(headOf(exchange), door);
  if (action === 'unknown') {
    return route.passthrough ? passThrough(exchange, porch.upstream) : refuse(unmappedWrite(exchange.method));
  }
  // A list may be asked for by its fields, but a read that asks to be taken for a write is none.
  const names = () =>
    action === 'read' ? OVERRIDE_FIELDS : [...OVERRIDE_FIELDS, ...porch.guardedNamesOf(door)];
  const doubt = queryFault(exchange.target.query, names);
  if (doubt) return refuse(doubt);
  const strange = action === 'read' ? undefined : contentFault(exchange.headers);
  if (strange) return refuse(strange);
  if (action === 'read') return handleRead(exchange, route.passthrough, porch);
  // Behind a path that all modules share, `passthrough` opens what no module maps, and nothing else.
  const opened = route.passthrough ? ({ ...porch, unmappedWrites: 'forward' } as const) : porch;
  return action === 'bodyless' ? handleBodyless(exchange, opened) : handleBody(exchange, opened);
}
