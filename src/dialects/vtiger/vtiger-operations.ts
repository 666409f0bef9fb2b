import type { PrefixedModule } from './vtiger-module.ts';

/**
 * How an operation says which records it saves. `create`: `elementType` and `element`. `element`: `element` with the id in it.
 * `values`: `record` and `values`. `lead`: `element` with `leadId` and the records to make of it. `id`: `id` alone.
 * `pair`: two records that get or lose a relation.
 */
export type BodyShape = 'create' | 'element' | 'values' | 'lead' | 'id' | 'pair';

/** The parameters that a shape is read from; they may not stand in the address of a write. */
export const PARAMETERS: Readonly<Record<BodyShape, readonly string[]>> = {
  create: ['element', 'elementType'],
  element: ['element', 'elementType'],
  values: ['values', 'record', 'module'],
  lead: ['element'],
  id: ['id'],
  pair: ['sourceRecordId', 'relatedRecordId'],
};

/** What one API of Vtiger's can do. Whatever is in no list is refused, unless an operator says that it saves nothing. */
export type Operations = {
  readonly reads: ReadonlySet<string>;
  readonly saves: ReadonlyMap<string, BodyShape>;
  /** They save, and a request does not tell what: refused, whatever an operator says. */
  readonly unjudged: ReadonlySet<string>;
};

const BOTH_READ = [
  'listtypes',
  'describe',
  'retrieve',
  'query',
  'sync',
  'relatedtypes',
  'retrieve_related',
  'query_related',
  'files_retrieve',
];

const BOTH_SAVE: readonly (readonly [string, BodyShape])[] = [
  ['create', 'create'],
  ['update', 'element'],
  ['revise', 'element'],
  ['delete', 'id'],
  ['convertlead', 'lead'],
  ['add_related', 'pair'],
];

/** Source: `DefaultDataPopulator.php` and the migrations of Vtiger 8.0.0, 38 operations. */
export const WEBSERVICE: Operations = {
  reads: new Set([
    ...BOTH_READ,
    'getchallenge',
    'login',
    'logout',
    'extendsession',
    'retrieve_inventory',
    'mobile.fetchallalerts',
    'mobile.alertdetailswithmessage',
    'mobile.fetchmodulefilters',
    'mobile.fetchrecord',
    'mobile.fetchrecordwithgrouping',
    'mobile.filterdetailswithcount',
    'mobile.listmodulerecords',
    'mobile.syncmodulerecords',
    'mobile.query',
    'mobile.querywithgrouping',
  ]),
  saves: new Map<string, BodyShape>([
    ...BOTH_SAVE,
    ['mobile.saverecord', 'values'],
    ['changepassword', 'id'],
  ]),
  // Lists of records under ids of the caller's own, and all records of a user to another.
  unjudged: new Set(['wsapp_put', 'deleteuser']),
};

/** Source: https://help.vtiger.com/article/147111249-Rest-API-Manual and the endpoints of `vtiger-js`. */
export const REST: Operations = {
  reads: new Set([...BOTH_READ, 'me', 'lookup', 'tags_retrieve', 'get_account_hierarchy', 'decrypt']),
  saves: new Map<string, BodyShape>([
    ...BOTH_SAVE,
    ['delete_related', 'pair'],
    ['reopen', 'id'],
    ['tags_add', 'id'],
    ['tag_delete', 'id'],
  ]),
  unjudged: new Set(),
};

/** The operations that save nothing, those that an operator declares among them. */
export function readsOf({ reads }: Operations, definitions: readonly PrefixedModule[]): readonly string[] {
  const declared = definitions.flatMap(({ readOnlyOperations = [] }) => readOnlyOperations);
  return [...new Set([...reads, ...declared])];
}
