import type { ModuleDefinition } from '../core/saving/mount.ts';
import type { Dialect } from './dialect.ts';
import { espocrm } from './espocrm/kind.ts';
import type { DialectKind } from './kind.ts';
import { rest } from './rest/kind.ts';
import { salesforce } from './salesforce/kind.ts';
import { suitecrm } from './suitecrm/kind.ts';
import { vtigerRest, vtigerWebservice } from './vtiger/kind.ts';

/** The ways in which CRMs say "save". */
export const DIALECT_KINDS = [rest, suitecrm, espocrm, salesforce, vtigerWebservice, vtigerRest] as const;

const BY_NAME = new Map<string, DialectKind>(
  // Each gets the definitions of its own modules only, which is what the type cannot say.
  DIALECT_KINDS.map((kind) => [kind.dialect.name, kind as unknown as DialectKind]),
);

/** The kind of a module's dialect; the schema has let no other through. */
export function dialectKindOf({ dialect }: Pick<ModuleDefinition, 'dialect'>): DialectKind {
  const kind = BY_NAME.get(dialect);
  if (!kind) throw new TypeError(`there is no dialect ${dialect}`);
  return kind;
}

/** The dialect of a module. */
export function dialectOf(definition: Pick<ModuleDefinition, 'dialect'>): Dialect {
  return dialectKindOf(definition).dialect;
}
