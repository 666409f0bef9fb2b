import type { Policy } from '../../core/rule/policy.ts';
import type { Rule } from '../../core/rule/rule.ts';
import { behindScript, isScript, servedFor } from '../../core/saving/front-controller.ts';
import { lookupsOf, type ModuleDefinition } from '../../core/saving/module.ts';
import type { Described } from '../../core/saving/mount.ts';
import { idOfRead } from '../../core/saving/operation.ts';
import type { Route } from '../../core/saving/route.ts';
import { type Problem, problem } from '../../core/verdict/problem.ts';
import type { Target } from '../../core/wire/target.ts';
import { atMount, type Exchange, type GuardedExchange } from '../request/exchange.ts';
import type { GuardedRead, HttpContext } from '../request/http-context.ts';
import { otherMeaning } from './other-meaning.ts';
import { readModeOf, strictest } from './read.ts';
import { isRead } from './unmapped.ts';

/** Rails and its kind take `/payslips.json` for `/payslips`, OData has `/payslips(1)`. */
const ENDING = /^[^a-z0-9_/-]/;

/**
 * How reads are guarded of the records that a path which is no module's could show: their collection's, with an ending, that by which
 * they are looked up, or what a front controller serves behind it. Undefined where it could show none.
 */
export function guardedBeside(exchange: Exchange, context: ReadContext): Rule['mode'] | undefined {
  const { target } = exchange;
  if (context.guardedReads.length === 0) return undefined;
  return strictest([
    ...besideIn(target, context),
    ...modesBehind(target, context),
    ...modesServed(exchange, context),
  ]);
}

type ReadContext = Pick<HttpContext, 'guardedReads' | 'routes' | 'policy'>;

/** The same of the path of a module, by what its query may say to a front controller, or at another address of its script. */
export function guardedBehind(exchange: GuardedExchange, context: ReadContext): Rule['mode'] | undefined {
  const { query } = exchange.target;
  if (context.guardedReads.length === 0) return undefined;
  const [asked] = exchange.mount.described ?? [];
  return strictest([
    ...modesBehind({ readings: [], query }, context),
    ...modesServed(exchange, context, asked),
  ]);
}

/** The same by an address alone, whatever is asked there: what a front controller serves in its place, or another address of a script. */
export function guardedInPlaceOf(target: Target, context: ReadContext): Rule['mode'] | undefined {
  const { guardedReads, routes, policy } = context;
  if (guardedReads.length === 0) return undefined;
  const served = servedFor(target, routes.hasScripts)
    .flatMap((place) => definitionsAt(routes.routeOf(place)))
    .flatMap((definition) => readModeOf(definition, policy) ?? []);
  return strictest([...modesBehind(target, context), ...served]);
}

function besideIn(
  { readings }: Pick<Target, 'readings'>,
  { guardedReads }: Pick<HttpContext, 'guardedReads'>,
): readonly Rule['mode'][] {
  return guardedReads
    .filter(({ prefix, isLookup }) =>
      readings.some((reading) => {
        const rest = reading.startsWith(prefix) ? reading.slice(prefix.length) : undefined;
        return rest !== undefined && (ENDING.test(rest) || (isLookup && isFoundAt(prefix, rest)));
      }),
    )
    .map(({ mode }) => mode);
}

/** Whether a lookup is asked at what stands behind its path: nothing, or the path that its script gets. */
function isFoundAt(path: string, rest: string): boolean {
  return rest === '' || rest === '/' || (rest.startsWith('/') && isScript(path));
}

function modesBehind(
  target: Pick<Target, 'readings' | 'query'>,
  context: ReadContext,
): readonly Rule['mode'][] {
  return behindScript(target, context.routes.folders).flatMap((place) => [
    ...besideIn(place, context),
    ...definitionsAt(context.routes.routeOf(place)).flatMap((one) => readModeOf(one, context.policy) ?? []),
  ]);
}

/**
 * The same of an operation at another address of its script: `/?action=slip` for `/index.php?action=slip`, `/slips` for `/slips.php`. `asked` is
 * what the request means as it is written: where both show the same record, its code is asked for already.
 */
function modesServed(exchange: Exchange, context: ReadContext, asked?: Described): readonly Rule['mode'][] {
  return servedFor(exchange.target, context.routes.hasScripts).flatMap((target) => {
    const route = context.routes.routeOf(target, exchange.method);
    if (!isDescribed(route)) return [];
    const inner = atMount({ ...exchange, target }, route);
    const [meant] = inner.mount.described ?? [];
    if (asked && meant && showSame(asked, meant)) return [];
    const isOpen = meant?.act.kind === 'lists' && meant.definition.lists === 'allow';
    const shows = meant?.act.kind === 'read' || meant?.act.kind === 'lists';
    const own = meant && shows && !isOpen ? readModeOf(meant.definition, context.policy) : undefined;
    const other = otherMeaning(inner, { mode: 'enforce' }, context)?.mode;
    return [own, other].flatMap((mode) => mode ?? []);
  });
}

function showSame(one: Described, other: Described): boolean {
  return (
    one.definition === other.definition &&
    one.act.kind === 'read' &&
    other.act.kind === 'read' &&
    idOfRead(one, one.act) === idOfRead(other, other.act)
  );
}

function isDescribed(route: Route): route is Extract<Route, { kind: 'guarded' }> {
  return route.kind === 'guarded' && route.described.length + route.toldByQuery.length > 0;
}

/** Why a write to a path that no module names may not go on where such writes are open: a front controller may serve a module's path behind it. */
export function writeBehind(
  exchange: Exchange,
  { routes }: Pick<HttpContext, 'routes'>,
): Problem | undefined {
  if (isRead(exchange)) return undefined;
  const { target } = exchange;
  const places = behindScript(target, routes.folders).map((place) => routes.routeOf(place).kind);
  // Its body may tell which operation is meant, and goes on unread.
  const saves = servedFor(target, routes.hasScripts)
    .map((place) => routes.routeOf(place))
    .filter(isDescribed)
    .some((route) => [...route.described, ...route.toldByQuery].some(({ act }) => act.kind === 'save'));
  return saves || places.some((kind) => kind === 'guarded' || kind === 'odd')
    ? problem('unmapped-write', BEHIND)
    : undefined;
}

const BEHIND =
  'A front controller may serve the path of a module behind this one. Send the save to the path of the module; only where this one can save nothing that a rule is about, add it to "passthrough".';

function definitionsAt(route: Route): readonly ModuleDefinition[] {
  return route.kind === 'guarded' ? route.mount.definitions : [];
}

/** Where records are whose reads are guarded, found once: requests that are no module's are held against that alone. */
export function guardedReadsBy(policy: Policy, modules: readonly ModuleDefinition[]): readonly GuardedRead[] {
  return modules.flatMap((definition) => {
    const mode = readModeOf(definition, policy);
    if (!mode) return [];
    const lookups = lookupsOf(definition).map((path) => ({
      prefix: path.toLowerCase(),
      mode,
      isLookup: true,
    }));
    return [{ prefix: definition.path.toLowerCase(), mode }, ...lookups];
  });
}
