import type { ModuleDefinition } from '../core/saving/module.ts';
import type { Dialect } from './dialect.ts';
import { espocrm } from './espocrm/kind.ts';
import { frappe } from './frappe/kind.ts';
import { graphql } from './graphql/kind.ts';
import type { DialectKind } from './kind.ts';
import { odata } from './odata/kind.ts';
import { odoo } from './odoo/kind.ts';
import { rest } from './rest/kind.ts';
import { salesforce } from './salesforce/kind.ts';
import { suitecrm } from './suitecrm/kind.ts';
import { vtigerRest, vtigerWebservice } from './vtiger/kind.ts';

/** The ways in which CRMs say "save". */
export const DIALECT_KINDS = [
  rest,
  suitecrm,
  espocrm,
  salesforce,
  vtigerWebservice,
  vtigerRest,
  odata,
  graphql,
  frappe,
  odoo,
] as const;

/** The dialect of collections, which is that of most APIs. */
export const COLLECTION_DIALECT = rest.dialect.name;

// Each gets the definitions of its own modules only.
const BY_NAME = new Map<string, DialectKind>(DIALECT_KINDS.map((kind) => [kind.dialect.name, kind]));

/** Those that plug-ins bring, by the definitions of their modules: two gateways may know different ones by the same name. */
const BROUGHT = new WeakMap<object, Dialect>();

/** The definition of a module with this dialect. */
export function withDialect<M extends ModuleDefinition>(definition: M, { dialect }: DialectKind): M {
  BROUGHT.set(definition, dialect);
  return definition;
}

/** The dialect of a module; the schema has let no name through that is unknown. */
export function dialectOf(definition: Pick<ModuleDefinition, 'dialect'>): Dialect {
  const dialect = BROUGHT.get(definition) ?? BY_NAME.get(definition.dialect)?.dialect;
  if (!dialect) throw new TypeError(`there is no dialect ${definition.dialect}`);
  return dialect;
}
