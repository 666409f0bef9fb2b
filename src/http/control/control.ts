import { CONTROL_PREFIX } from '../../core/saving/route.ts';
import { problem } from '../../core/verdict/problem.ts';
import { dialectOf } from '../../dialects/all.ts';
import { refuse } from '../answer/refuse.ts';
import { askerOf } from '../request/asker.ts';
import { type Exchange, headOf, ownHeaders, withCaller } from '../request/exchange.ts';
import type { HttpContext } from '../request/http-context.ts';
import { readOrder } from './control-body.ts';
import {
  type CallHandler,
  type Order,
  sendMany,
  sendOne,
  showStanding,
  withdrawOne,
} from './control-code.ts';
import { endGrant, openGrant } from './control-grant.ts';
import { identify } from './control-identify.ts';
import { overrideOne } from './control-override.ts';

/** A call of the control API: its path below the prefix with the names in it, and who answers it. */
type ControlCall = {
  readonly path: RegExp;
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly answer: CallHandler;
};

export const CALLS: readonly ControlCall[] = [
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
  const calls = CALLS.filter(({ path }) => path.test(below));
  if (calls.length === 0) {
    const unknown = problem('not-found', `There is no ${CONTROL_PREFIX} call with this path.`);
    return refuse(unknown, exchange, context);
  }
  const call = calls.find((one) => one.method === method);
  if (!call) {
    const methods = calls.map((one) => one.method).join(' or ');
    const other = problem('not-found', `This call is a ${methods}.`, { status: 405 });
    return refuse(other, exchange, context);
  }
  const [, rule = '', record = ''] = (call.path.exec(below) ?? []).map((name) => decodeURIComponent(name));
  const definition = context.modules.get(context.policy.ruleNamed(rule)?.module ?? '');
  const dialect = definition && dialectOf(definition);
  // The session stands in the address where the CRM has it in no header.
  const session = dialect?.sessionOf(headOf(exchange), null);
  const reader = context.upstreamOf(definition?.upstream).readerFor(ownHeaders(exchange), session);
  const order: Order = {
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
    return call.answer(order, context);
  }
  await using received = await context.bodies.read(request, exchange.origin);
  if (!received.ok) return await order.refuse(received.problem);
  const reading = await readOrder(exchange, received.spool, context.fieldBytes);
  await (reading.ok ? call.answer({ ...order, body: reading.body }, context) : order.refuse(reading.problem));
}
