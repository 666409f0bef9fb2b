import type { DialectName, ModuleDefinition } from '../core/door.ts';
import type { Dialect } from './dialect.ts';
import { rest } from './rest.ts';

const DIALECTS: Partial<Readonly<Record<DialectName, unknown>>> = { rest };

/** The dialect of a module. Each gets the definitions of its own modules only, which is what the type cannot say. */
export function dialectOf({ dialect }: Pick<ModuleDefinition, 'dialect'>): Dialect {
  return DIALECTS[dialect] as Dialect;
}
