import type { ModuleDefinition } from '../core/door.ts';
import type { Dialect } from './dialect.ts';
import { rest } from './rest.ts';

const DIALECTS: Readonly<Record<ModuleDefinition['dialect'], Dialect>> = { rest };

/** The dialect of a module. */
export function dialectOf(definition: ModuleDefinition): Dialect {
  return DIALECTS[definition.dialect];
}
