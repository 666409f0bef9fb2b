import { guardedNames } from '../../core/likeness/guarded-names.ts';
import { routedIn, routesWordpress } from '../../core/saving/front-controller.ts';
import { isCollection } from '../../core/saving/module.ts';
import type { DescribedOperation } from '../../core/saving/mount.ts';
import { type Problem, problem } from '../../core/verdict/problem.ts';
import type { Body } from '../../core/wire/body.ts';
import { overriddenMethods } from '../../core/wire/headers.ts';
import { readQuery, readTarget } from '../../core/wire/target.ts';
import { type GuardedExchange, queryBesides } from '../request/exchange.ts';
import { contentFault } from '../request/head-fault.ts';
import type { HttpContext } from '../request/http-context.ts';
import { OVERRIDES } from '../request/meant-methods.ts';
import { assignmentFault, placeFault, queryFault } from '../request/query-fault.ts';

/**
 * What in the address of a request on a module's path, or in the head of a write, two servers could read differently, or undefined.
 * `asks`: a list may be asked for by its fields, but a read that asks to be taken for a write is none.
 */
export function doubtAbout(
  exchange: GuardedExchange,
  asks: boolean,
  context: Pick<HttpContext, 'guardedNamesOf' | 'nesting' | 'routes'>,
): Problem | undefined {
  const { mount, headers } = exchange;
  const query = queryBesides(exchange);
  if (asks) return queryFault(query, OVERRIDES) ?? secondMeaning(query, mount.described ?? []);
  const names = context.guardedNamesOf(mount);
  return (
    secondMeaning(query, mount.described ?? []) ??
    undescribed(query, exchange.toldByQuery) ??
    queryFault(query, names) ??
    assignmentFault(query, names, mount, context.nesting) ??
    placeFault(query, mount.described ?? []) ??
    elsewhere(query, context) ??
    unlistedDelete(exchange) ??
    contentFault(headers, mount)
  );
}

/** A POST that stands for a DELETE which its module does not list: sent as the POST that it is, it would do something else, and nobody would hear of it. */
function unlistedDelete({ method, headers, mount, isOverride }: GuardedExchange): Problem | undefined {
  const [asked, ...others] = overriddenMethods(headers);
  const asksFor = method === 'POST' && !isOverride && asked === 'DELETE' && others.length === 0;
  if (!asksFor || !isCollection(mount.definitions[0])) return undefined;
  const detail =
    'A header of this POST asks for a DELETE. Where the CRM takes it for one, list DELETE in "methodOverrides" of its module; else leave the header out.';
  return problem('request-unreadable', detail);
}

/**
 * What in the address of a write names the path of a module once more, as front controllers get it: they would do what is described there. What only
 * WordPress reads leads away, wherever that is.
 */
function elsewhere(query: string, { routes }: Pick<HttpContext, 'routes'>): Problem | undefined {
  const found = routedIn(query, routes.folders).find(([name, path]) => {
    if (routesWordpress(name)) return true;
    const target = readTarget(path, undefined);
    return target && ['guarded', 'odd'].includes(routes.routeOf(target).kind);
  });
  if (!found) return undefined;
  const detail = `Leave "${found[0]}" out of the address: a front controller takes it for the path.`;
  return problem('request-unreadable', detail);
}

/** The same of a form: what it says to WordPress goes before the path of the address. */
export function routedElsewhere(body: Body): Problem | undefined {
  if (body.kind === 'json') return undefined;
  const found = body.entries.find(({ name }) => routesWordpress(name));
  if (!found) return undefined;
  const detail = `Leave "${found.name}" out of the form: WordPress takes it for the path.`;
  return problem('request-unreadable', detail);
}

/**
 * What in the rest of a query stands for a name by which an operation is told from others, or its record is named, once more: of two values, one
 * server takes the first and another the last.
 */
function secondMeaning(query: string, described: readonly DescribedOperation[]): Problem | undefined {
  const found = toldBy(query, described);
  if (found === undefined) return undefined;
  const detail = `Leave "${found}" out of the address; it stands there already, and says which operation or which record is meant.`;
  return problem('request-unreadable', detail);
}

/** The same in the address of a write, where it tells other operations of the path from each other, and this one may be any. */
function undescribed(query: string, toldByQuery: readonly DescribedOperation[]): Problem | undefined {
  const found = toldBy(query, toldByQuery);
  if (found === undefined) return undefined;
  const detail = `By "${found}" in the address, operations of this path are told apart, and no described one is written as this is. Describe under "operations" of its module what it means, with its query.`;
  return problem('request-unreadable', detail);
}

function toldBy(query: string, described: readonly DescribedOperation[]): string | undefined {
  if (query === '' || described.length === 0) return undefined;
  const told = described.flatMap(({ template, act }) => [
    ...template.query.map(({ name }) => name),
    // A server that rewrites its addresses has the record's name in the query, too, and takes the last of two.
    ...(act.kind === 'save' && act.naming.kind === 'name' ? [act.naming.name] : []),
  ]);
  const names = guardedNames(told, []);
  return readQuery(query).find(([name]) => names.meaningsOf(name).length > 0)?.[0];
}
