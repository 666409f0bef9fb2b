import { guardedNames } from '../../core/likeness/guarded-names.ts';
import type { Problem } from '../../core/verdict/problem.ts';
import { OVERRIDE_FIELDS } from '../../core/wire/method.ts';
import { type GuardedExchange, queryBesides } from '../request/exchange.ts';
import { contentFault } from '../request/head-fault.ts';
import type { HttpContext } from '../request/http-context.ts';
import { assignmentFault, placeFault, queryFault } from '../request/query-fault.ts';

/** Names by which a request means another method than its own. */
export const OVERRIDES = guardedNames(OVERRIDE_FIELDS, []);

/**
 * What in the address of a request on a module's path, or in the head of a write, two servers could read differently, or undefined.
 * `asks`: a list may be asked for by its fields, but a read that asks to be taken for a write is none.
 */
export function doubtAbout(
  exchange: GuardedExchange,
  asks: boolean,
  context: Pick<HttpContext, 'guardedNamesOf' | 'nesting'>,
): Problem | undefined {
  const { mount, headers } = exchange;
  const query = queryBesides(exchange);
  if (asks) return queryFault(query, OVERRIDES);
  const names = context.guardedNamesOf(mount);
  return (
    queryFault(query, names) ??
    assignmentFault(query, names, mount, context.nesting) ??
    placeFault(query, mount.described ?? []) ??
    contentFault(headers)
  );
}
