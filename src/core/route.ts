import type { ModuleDefinition } from './door.ts';
import type { Target } from './target.ts';

/** Where a request is going. */
export type Route =
  | { readonly kind: 'control'; readonly path: string }
  /** To a module: its collection (`segments` is empty), a record, or something below one. */
  | {
      readonly kind: 'guarded';
      readonly definition: ModuleDefinition;
      readonly segments: readonly string[];
      /** Whether a passthrough names the path: good for what lies below a record, never for a record. */
      readonly passthrough: boolean;
    }
  /** To a module's path, in a spelling that servers read differently. */
  | { readonly kind: 'odd'; readonly definition: ModuleDefinition }
  | { readonly kind: 'other'; readonly passthrough: boolean };

export type Routes = { routeOf(target: Target): Route };

/** Everything below it is countersign's own. */
export const CONTROL_PREFIX = '/_countersign';

/** Compiles the paths of modules and of `passthrough`. Paths are matched wider than they are forwarded. */
export function compileRoutes(
  definitions: readonly ModuleDefinition[],
  passthrough: readonly string[],
): Routes {
  const doors = definitions.map((definition) => ({ definition, prefix: definition.path.toLowerCase() }));
  const open = passthrough.map(patternOf);
  return {
    routeOf(target) {
      if (isBelow(target.wide, CONTROL_PREFIX)) return { kind: 'control', path: target.path };
      const passthrough = target.plain && open.some((pattern) => pattern.test(target.path));
      const door = doors.find(({ prefix }) => isBelow(target.wide, prefix));
      if (!door) return { kind: 'other', passthrough };
      const { definition, prefix } = door;
      if (!target.plain || !isBelow(target.path.toLowerCase(), prefix)) return { kind: 'odd', definition };
      const rest = target.path.slice(prefix.length).replace(/\/$/, '');
      return { kind: 'guarded', definition, segments: rest.split('/').slice(1), passthrough };
    },
  };
}

function isBelow(path: string, prefix: string): boolean {
  return path === prefix || path.startsWith(`${prefix}/`);
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
