import { isPlain, type Target } from '../wire/target.ts';
import type { ModuleDefinition, Mount } from './mount.ts';

/** Where a request is going. */
export type Route =
  | { readonly kind: 'control' }
  /** To a module's path or something below it. `passthrough` names what lies below a record, never a record. */
  | { readonly kind: 'guarded'; readonly mount: Mount; readonly passthrough: boolean }
  /** To a module's path, in a spelling that servers read differently. */
  | { readonly kind: 'odd'; readonly path: string }
  | { readonly kind: 'other'; readonly passthrough: boolean; readonly websocket: boolean };

export type Routes = { routeOf(target: Target): Route };

/** Everything below it is countersign's own. */
export const CONTROL_PREFIX = '/_countersign';

/** Compiles the paths of modules, of `passthrough` and of `websockets`. Paths are matched wider than they are forwarded. */
export function compileRoutes(
  definitions: readonly ModuleDefinition[],
  passthrough: readonly string[],
  websockets: readonly string[],
): Routes {
  const byPath = Map.groupBy(definitions, ({ path }) => path);
  const doors = [...byPath].map(([path, modules]) => ({
    path,
    prefix: path.toLowerCase(),
    definitions: modules as [ModuleDefinition, ...ModuleDefinition[]],
    isSloppy: modules.some(({ tolerateDoubleSlash }) => tolerateDoubleSlash),
  }));
  const byPrefix = new Map(doors.map((mount) => [mount.prefix, mount]));
  const deepest = Math.max(0, ...doors.map(({ prefix }) => prefix.split('/').length - 1));
  /** Paths of modules do not overlap, so the first that is met is the only one. */
  const doorOf = ({ readings }: Target) => {
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
  const open = passthrough.map(patternOf);
  const sockets = websockets.map(patternOf);
  const isListed = ({ plain, path }: Target, patterns: readonly RegExp[]) =>
    plain && patterns.some((pattern) => pattern.test(path));
  return {
    routeOf(target) {
      if (target.readings.some(isControl)) return { kind: 'control' };
      const passthrough = isListed(target, open);
      const mount = doorOf(target);
      if (!mount) return { kind: 'other', passthrough, websocket: isListed(target, sockets) };
      const { path, prefix, definitions, isSloppy } = mount;
      const spelled = isSloppy ? target.path.replace(/\/{2,}/g, '/') : target.path;
      const isPlainly = isSloppy ? isPlain(spelled) : target.plain;
      if (!isPlainly || !isBelow(spelled.toLowerCase(), prefix)) return { kind: 'odd', path };
      const segments = spelled.slice(prefix.length).replace(/\/$/, '').split('/').slice(1);
      return { kind: 'guarded', mount: { path, definitions, segments }, passthrough };
    },
  };
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
    .map((segment) => (segment === '*' ? '[^/]+' : segment.replace(/[.+?^${}()|[\]\\*]/g, '\\$&')))
    .join('/')
    .replace(/\/\\\*\\\*$/, '(?:/.*)?');
  return new RegExp(`^${source}$`);
}
