import type { Mount } from '../../core/saving/mount.ts';
import type { ActionModule } from '../action-module.ts';
import type { About } from '../dialect.ts';
import { HARMLESS } from '../meaning.ts';

/** How a DocType that no module maps may be declared. */
export function aboutType(type: string, { definitions }: Pick<Mount<ActionModule>, 'definitions'>): About {
  if (!/^[\p{L}\d][\p{L}\d _-]{0,79}$/u.test(type)) return {};
  const [{ path }] = definitions;
  const name = type
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9_.-]+/g, '_')
    .slice(0, 64);
  const keys = { dialect: 'frappe', path, ...(name !== type && { type }) };
  // The rows of a table are a DocType as well, and are called by that of their documents: `Delivery Note Item`.
  const owner = definitions.find((one) => type.startsWith(one.type));
  const onlyWhere = owner && { onlyWhere: `its documents are no part of ${owner.type}` };
  return { type, declared: [{ module: name, keys, ...onlyWhere }] };
}

/** How a method of a module's documents may be declared. */
export function aboutMethod(method: string, name: string): About | undefined {
  if (!/^[A-Za-z_]\w{0,79}$/.test(method)) return undefined;
  const keys = { actions: { [method]: { harmless: true } } };
  return { operation: method, declared: [{ module: name, keys, onlyWhere: HARMLESS }] };
}
