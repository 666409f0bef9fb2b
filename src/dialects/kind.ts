import type * as z from 'zod';
import type { ModuleDefinition } from '../core/saving/mount.ts';
import type { Dialect } from './dialect.ts';

/** One value of `dialect` in the configuration: the keys of its modules, and how its CRM says "save". */
export type DialectKind<
  Schema extends z.ZodType = z.ZodType,
  M extends ModuleDefinition = ModuleDefinition,
> = {
  /** The keys of a module, `dialect` among them. */
  readonly schema: Schema;
  readonly dialect: Dialect<M>;
  /** Its modules share a path: requests name their module by its type. */
  readonly sharesPath: boolean;
};

/** Gives the kind the types of its own modules. */
export function dialectKind<Schema extends z.ZodType, M extends ModuleDefinition>(
  kind: DialectKind<Schema, M>,
): DialectKind<Schema, M> {
  return kind;
}
