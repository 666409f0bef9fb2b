import { guardedNames } from '../../core/likeness/guarded-names.ts';
import type { Described } from '../../core/saving/mount.ts';
import { type Problem, problem } from '../../core/verdict/problem.ts';
import { OVERRIDE_FIELDS } from '../../core/wire/method.ts';
import { readQuery } from '../../core/wire/target.ts';
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
  if (asks) return queryFault(query, OVERRIDES) ?? secondMeaning(query, mount.described ?? []);
  const names = context.guardedNamesOf(mount);
  return (
    queryFault(query, names) ??
    assignmentFault(query, names, mount, context.nesting) ??
    placeFault(query, mount.described ?? []) ??
    contentFault(headers)
  );
}

/**
 * What in the rest of a read's query stands for a name by which an operation is told from others, once more: of two values, one server takes
 * the first and another the last.
 */
function secondMeaning(query: string, described: readonly Described[]): Problem | undefined {
  const told = described.flatMap(({ template }) => template.query.map(({ name }) => name));
  if (query === '' || told.length === 0) return undefined;
  const names = guardedNames(told, []);
  const found = readQuery(query).find(([name]) => names.meaningsOf(name).length > 0)?.[0];
  if (found === undefined) return undefined;
  const detail = `Leave "${found}" out of the address; it stands there already, and says which operation is meant.`;
  return problem('request-unreadable', detail);
}
