import { isPlain, type Target } from '../wire/target.ts';
import { shortOf } from './front-controller.ts';
import { entryPathsOf, isCollection, type ModuleDefinition } from './module.ts';
import type { Described, DescribedOperation, Mount } from './mount.ts';
import { openingOf } from './opening.ts';
import { matched, operationsOf, valuesOfPath } from './operation.ts';
import { indexOperations } from './operation-index.ts';
import { mayBePath, patternOfText } from './request-template.ts';

/** Where a request is going. */
export type Route =
  | { readonly kind: 'control' }
  /**
   * To a module's path or something below it, or to that of an operation. `passthrough` names what lies below a record, never a
   * record. `described`: the operations that it may be, of whatever method; `toldByQuery`: those of its path that the query tells from others,
   * whether it is one of them or not; `misspelt`: those whose path this is in another spelling.
   */
  | {
      readonly kind: 'guarded';
      readonly mount: Mount;
      readonly described: readonly Described[];
      readonly toldByQuery: readonly DescribedOperation[];
      readonly misspelt: readonly DescribedOperation[];
      readonly passthrough: boolean;
    }
  /** To a module's path, in a spelling that servers read differently. */
  | { readonly kind: 'odd'; readonly path: string; readonly upstream?: string | undefined }
  /** `upstream`: the name of the CRM that the path goes to; undefined for the one where everything goes. */
  | {
      readonly kind: 'other';
      readonly passthrough: boolean;
      readonly websocket: boolean;
      readonly upstream?: string | undefined;
    };

/** Plain paths that go to a CRM of that name. */
export type Way = { readonly path: string; readonly upstream: string };

/** `method` matters to what is listed for one method alone. */
export type Routes = {
  routeOf(target: Target, method?: string): Route;
  /** Whether an operation is described at the address of a script, which has others, too. */
  readonly hasScripts: boolean;
  /** The folders in which modules and their operations are: of `/wp-json/wp/v2/orders` three. */
  readonly folders: readonly string[];
};

/** Everything below it is countersign's own. */
export const CONTROL_PREFIX = '/_countersign';

/** Compiles the paths of modules, of `passthrough` and of `websockets`. Paths are matched wider than they are forwarded. */
export function compileRoutes(
  definitions: readonly ModuleDefinition[],
  passthrough: readonly string[],
  websockets: readonly string[],
  ways: readonly Way[] = [],
): Routes {
  const byPath = Map.groupBy(
    definitions.flatMap((definition) => entryPathsOf(definition).map((path) => ({ path, definition }))),
    ({ path }) => path,
  );
  const points = [...byPath].map(([path, found]): MountPoint => {
    const modules = found.map(({ definition }) => definition);
    return {
      path,
      prefix: path.toLowerCase(),
      definitions: modules as [ModuleDefinition, ...ModuleDefinition[]],
      isSloppy: modules.some(({ tolerateDoubleSlash }) => tolerateDoubleSlash),
    };
  });
  const byPrefix = new Map(points.map((mount) => [mount.prefix, mount]));
  const deepest = Math.max(0, ...points.map(({ prefix }) => prefix.split('/').length - 1));
  /** Paths of modules do not overlap, so the first that is met is the only one. */
  const pointOf = ({ readings }: Target) => {
    for (const reading of readings) {
      let end = 0;
      for (let depth = 0; depth < deepest && end < reading.length; depth++) {
        const next = reading.indexOf('/', end + 1);
        end = next < 0 ? reading.length : next;
        const mount = byPrefix.get(reading.slice(0, end));
        if (mount) return mount;
      }
    }
    return undefined;
  };
  const open = passthrough
    .map(openingOf)
    .map(({ method, pattern }) => ({ method, path: patternOf(pattern) }));
  const sockets = websockets.map(patternOf);
  const described = definitions.flatMap((definition) =>
    isCollection(definition) ? operationsOf(definition) : [],
  );
  const operations = indexOperations(described);
  /** An operation's path is guarded as a module's is: matched wider than it is forwarded, with all that stands below it. */
  function describedRoute(
    target: Target,
    point: MountPoint | undefined,
    passthrough: boolean,
  ): Route | undefined {
    if (operations.isEmpty) return undefined;
    const near = operations.near(target.readings);
    const [first, ...others] = near;
    if (!first || (point && !target.plain)) return undefined;
    if (!target.plain) return { kind: 'odd', path: first.template.path, upstream: first.definition.upstream };
    const segments = target.path.slice(1).split('/');
    const named = segments.length > 1 && segments.at(-1) === '' ? segments.slice(0, -1) : segments;
    const described = near.flatMap((operation) => matched(operation, named, target.query) ?? []);
    const ofPath = new Set(near.filter((one) => valuesOfPath(one, named) !== undefined));
    const toldByQuery = [...ofPath].filter(({ template }) => template.query.length > 0);
    const misspelt = near.filter(
      (one) => !ofPath.has(one) && target.readings.some((reading) => mayBePath(one.template, reading)),
    );
    if (point) return guarded(target, point, { described, toldByQuery, misspelt }, passthrough);
    const homes = [first.definition, ...others.map(({ definition }) => definition)] as const;
    const mount: Mount = { path: '', definitions: homes, segments, described: [] };
    return { kind: 'guarded', mount, described, toldByQuery, misspelt, passthrough };
  }
  const wayOf = compileWays(ways);
  return {
    hasScripts: described.some(({ template }) => shortOf(template.path) !== undefined),
    folders: foldersOf([...byPath.keys(), ...described.map(({ template }) => template.path)]),
    routeOf(target, method) {
      if (target.readings.some(isControl)) return { kind: 'control' };
      const isOpened = open.filter((one) => one.method === undefined || one.method === method);
      const passthrough = isListed(
        target,
        isOpened.map(({ path }) => path),
      );
      const mount = pointOf(target);
      const found = describedRoute(target, mount, passthrough);
      if (found) return found;
      if (!mount)
        return {
          kind: 'other',
          passthrough,
          websocket: isListed(target, sockets),
          upstream: wayOf(target, method),
        };
      return guarded(target, mount, UNDESCRIBED, passthrough);
    },
  };
}

function foldersOf(paths: readonly string[]): readonly string[] {
  const above = (path: string) =>
    path
      .split('/')
      .slice(1, -1)
      .map((_, depth, steps) => `/${steps.slice(0, depth + 1).join('/')}`);
  return [...new Set(paths.flatMap(above))].filter((folder) => !folder.includes('{'));
}

/** A path at which modules are. */
type MountPoint = {
  readonly path: string;
  readonly prefix: string;
  readonly definitions: Mount['definitions'];
  readonly isSloppy: boolean | undefined;
};

type Operations = Pick<Extract<Route, { kind: 'guarded' }>, 'described' | 'toldByQuery' | 'misspelt'>;

const UNDESCRIBED: Operations = { described: [], toldByQuery: [], misspelt: [] };

function guarded(
  target: Target,
  { path, prefix, definitions, isSloppy }: MountPoint,
  operations: Operations,
  passthrough: boolean,
): Route {
  const spelled = isSloppy ? target.path.replace(/\/{2,}/g, '/') : target.path;
  const isPlainly = isSloppy ? isPlain(spelled) : target.plain;
  if (!isPlainly || !isBelow(spelled.toLowerCase(), prefix))
    return { kind: 'odd', path, upstream: definitions[0].upstream };
  const segments = spelled.slice(prefix.length).replace(/\/$/, '').split('/').slice(1);
  const slash = spelled.endsWith('/');
  return { kind: 'guarded', mount: { path, definitions, segments, slash }, ...operations, passthrough };
}

/** Paths are matched wider than they are forwarded: what some server takes for one of a CRM goes to no other. */
function compileWays(
  ways: readonly Way[],
): (target: Target, method: string | undefined) => string | undefined {
  const patterns = ways.map(({ path, upstream }) => {
    const { method, pattern } = openingOf(path);
    return { method, upstream, path: patternOf(pattern.toLowerCase()) };
  });
  return ({ readings }, asked) =>
    patterns.find(
      ({ method, path }) =>
        (method === undefined || method === asked) && readings.some((reading) => path.test(reading)),
    )?.upstream;
}

function isListed({ plain, path }: Target, patterns: readonly RegExp[]): boolean {
  return plain && patterns.some((pattern) => pattern.test(path));
}

function isControl(reading: string): boolean {
  return isBelow(reading, CONTROL_PREFIX);
}

/** Whether the path is this one or lies below it. */
function isBelow(path: string, prefix: string): boolean {
  return path.startsWith(prefix) && (path.length === prefix.length || path[prefix.length] === '/');
}

/** `/api/Contacts/**`: literal segments, `*` for one segment, `**` at the end for any rest. */
function patternOf(pattern: string): RegExp {
  const source = pattern
    .split('/')
    .map((segment) => (segment === '*' ? '[^/]+' : patternOfText(segment)))
    .join('/')
    .replace(/\/\\\*\\\*$/, '(?:/.*)?');
  return new RegExp(`^${source}$`);
}
