import type { Rule } from '../../core/rule/rule.ts';
import type { Route } from '../../core/saving/route.ts';
import type { Problem } from '../../core/verdict/problem.ts';
import { isSafe } from '../../core/wire/method.ts';
import { atMount, type Exchange, headOf } from '../request/exchange.ts';
import { headFault } from '../request/head-fault.ts';
import type { HttpContext } from '../request/http-context.ts';
import { meantMethods } from '../request/meant-methods.ts';
import type { Terms } from '../request/terms.ts';
import { guardedBeside, writeBehind } from './beside.ts';
import { otherMeaning } from './other-meaning.ts';
import { unmappedFault } from './unmapped.ts';

/** The method, where the request names no second one: what is listed for one method is not open to two. */
export function steadyMethodOf(exchange: Exchange): string {
  const { method } = exchange;
  return meantMethods(exchange).every((other) => other === method) ? method : '';
}

/** Behind a path that all modules share, `passthrough` opens what no module maps, and nothing else. */
export function termsOf(route: Route, { mode, unmappedReads, unmappedWrites }: HttpContext): Terms {
  const isOpened = 'passthrough' in route && route.passthrough;
  return {
    mode: mode === 'shadow' ? 'shadow' : 'enforce',
    unmappedReads: isOpened ? 'forward' : unmappedReads,
    unmappedWrites: isOpened ? 'forward' : unmappedWrites,
  };
}

/** How reads are guarded of the records that a request to what no module names could show, unless its path is open. */
export function modeBeside(
  exchange: Exchange,
  { passthrough }: Extract<Route, { kind: 'other' }>,
  context: HttpContext,
): Rule['mode'] | undefined {
  return passthrough ? undefined : guardedBeside(exchange, context);
}

/** Why a request to what no module names may not go on. */
export function otherFault(
  exchange: Exchange,
  { passthrough }: Extract<Route, { kind: 'other' }>,
  terms: Terms,
  context: HttpContext,
): Problem | undefined {
  const behind = passthrough ? undefined : writeBehind(exchange, context);
  return unmappedFault(exchange, terms, context) ?? behind;
}

/** Whether a request with a body goes on unread, as it comes. */
export function goesOnUnread(exchange: Exchange, context: HttpContext): boolean {
  const route = context.routes.routeOf(exchange.target, steadyMethodOf(exchange));
  const terms = termsOf(route, context);
  if (terms.mode === 'shadow') return true;
  if (route.kind === 'other')
    return modeBeside(exchange, route, context) !== 'enforce' && !otherFault(exchange, route, terms, context);
  if (route.kind !== 'guarded' || !route.passthrough) return false;
  const guarded = atMount(exchange, route);
  if (headFault(guarded.headers, guarded.mount)) return false;
  const isOther = !isSafe(guarded.method) && otherMeaning(guarded, terms, context)?.mode === 'enforce';
  return !isOther && guarded.dialect.recognise(headOf(guarded), guarded.mount) === 'unknown';
}
