import { CONTROL_PREFIX } from '../../core/saving/route.ts';
import { problem } from '../../core/verdict/problem.ts';
import { dialectOf } from '../../dialects/all.ts';
import { refuse } from '../answer/refuse.ts';
import { askerOf } from '../request/asker.ts';
import { type Exchange, headOf, ownHeaders, withCaller } from '../request/exchange.ts';
import type { HttpContext } from '../request/http-context.ts';
import { readCallBody } from './control-body.ts';
import type { CallHandler, ControlCall } from './control-call.ts';
import { sendMany, sendOne, showStanding, withdrawOne } from './control-code.ts';
import { endGrant, openGrant } from './control-grant.ts';
import { identify } from './control-identify.ts';
import { overrideOne } from './control-override.ts';

/** A kind of call of the control API: its path below the prefix with the names in it, and what answers it. */
type ControlRoute = {
  readonly path: RegExp;
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly answer: CallHandler;
};

/** All calls of the control API, as `docs/openapi.yaml` has them. */
export const ROUTES: readonly ControlRoute[] = [
  { path: /^\/rules\/([^/]+)\/records\/([^/]+)$/, method: 'GET', answer: showStanding },
  { path: /^\/rules\/([^/]+)\/records\/([^/]+)\/code$/, method: 'POST', answer: sendOne },
  { path: /^\/rules\/([^/]+)\/records\/([^/]+)\/code$/, method: 'DELETE', answer: withdrawOne },
  { path: /^\/rules\/([^/]+)\/records\/([^/]+)\/override$/, method: 'POST', answer: overrideOne },
  { path: /^\/rules\/([^/]+)\/records\/([^/]+)\/grant$/, method: 'POST', answer: openGrant },
  { path: /^\/grants\/current$/, method: 'DELETE', answer: endGrant },
  { path: /^\/rules\/([^/]+)\/code$/, method: 'POST', answer: sendMany },
  { path: /^\/rules\/([^/]+)\/identify$/, method: 'POST', answer: identify },
];

/** The control API. Authorised by the CRM, which has to show the record to the caller. */
export async function handleControl(sent: Exchange, context: HttpContext): Promise<void> {
  const exchange = await withCaller(sent, context.callers);
  const { method, target, request } = exchange;
  const below = target.plain ? target.path.slice(CONTROL_PREFIX.length) : '';
  const routes = ROUTES.filter(({ path }) => path.test(below));
  if (routes.length === 0) {
    const unknown = problem('not-found', `There is no ${CONTROL_PREFIX} call with this path.`);
    return refuse(unknown, exchange, context);
  }
  const route = routes.find((one) => one.method === method);
  if (!route) {
    const methods = routes.map((one) => one.method).join(' or ');
    const other = problem('not-found', `This call is a ${methods}.`, { status: 405 });
    return refuse(other, exchange, context);
  }
  const [, rule = '', record = ''] = (route.path.exec(below) ?? []).map((name) => decodeURIComponent(name));
  const definition = context.modules.get(context.policy.ruleNamed(rule)?.module ?? '');
  const dialect = definition && dialectOf(definition);
  // The session stands in the address where the CRM has it in no header.
  const session = dialect?.sessionOf(headOf(exchange), null);
  const reader = context.upstreamOf(definition?.upstream).readerFor(ownHeaders(exchange), session);
  const call: ControlCall = {
    exchange,
    rule,
    record,
    body: new Map(),
    viewer: { ...askerOf(exchange), reader },
    dialect,
    refuse: (problem) => refuse(problem, exchange, context, rule),
  };
  if (method !== 'POST') {
    request.resume();
    return route.answer(call, context);
  }
  await using received = await context.bodies.read(request, exchange.origin);
  if (!received.ok) return await call.refuse(received.problem);
  const reading = await readCallBody(exchange, received.spool, context.fieldBytes);
  await (reading.ok ? route.answer({ ...call, body: reading.body }, context) : call.refuse(reading.problem));
}
