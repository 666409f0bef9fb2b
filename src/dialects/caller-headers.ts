import { isCollection, type ModuleDefinition } from '../core/saving/module.ts';
import { dialectOf } from './all.ts';

/** Headers by which the CRM of a module knows who asks, beside `Authorization` and `Cookie`: what its dialect and the module declare. */
export function credentialHeadersOf(definition: ModuleDefinition): readonly string[] {
  return [...(dialectOf(definition).credentialHeaders ?? []), ...(definition.credentialHeaders ?? [])];
}

/** Headers of the caller that go with the gateway's own reads of the module's records: who asks, and what else the module declares. */
export function readHeadersOf(definition: ModuleDefinition): readonly string[] {
  return [...credentialHeadersOf(definition), ...(definition.readHeaders ?? [])];
}

/** Headers by which those reads say who asks, where the module's clients say it in the body. */
export function headersOfBodies(definition: ModuleDefinition): readonly string[] {
  return isCollection(definition) ? Object.keys(definition.credentialFields ?? {}) : [];
}
