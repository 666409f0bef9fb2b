import type { DialectName, ModuleDefinition } from '../core/saving/door.ts';
import type { Dialect } from './dialect.ts';
import { espocrm } from './espocrm/espocrm.ts';
import { rest } from './rest/rest.ts';
import { salesforce } from './salesforce/salesforce.ts';
import { suitecrm } from './suitecrm/suitecrm.ts';
import { vtigerRest } from './vtiger/vtiger-rest.ts';
import { vtigerWebservice } from './vtiger/vtiger-webservice.ts';

const DIALECTS: Readonly<Record<DialectName, unknown>> = {
  rest,
  'vtiger-webservice': vtigerWebservice,
  'vtiger-rest': vtigerRest,
  suitecrm,
  espocrm,
  salesforce,
};

/** The dialect of a module. Each gets the definitions of its own modules only, which is what the type cannot say. */
export function dialectOf({ dialect }: Pick<ModuleDefinition, 'dialect'>): Dialect {
  return DIALECTS[dialect] as Dialect;
}
