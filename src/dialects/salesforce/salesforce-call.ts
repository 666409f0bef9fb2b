import { isSafe } from '../../core/wire/method.ts';

/** What a request to one resource asks for: its place below `/services/data/vXX.X`, in the spelling of the documentation. */
export type SalesforceCall = {
  readonly kind:
    | 'read'
    | 'create'
    | 'row'
    | 'external'
    | 'collection'
    | 'collection-upsert'
    | 'tree'
    | 'composite'
    | 'batch'
    | 'graph'
    | 'unknown';
  /** The sObject that the address names, as it is spelled there. */
  readonly type: string;
  readonly method: string;
  readonly segments: readonly string[];
};

/**
 * Finds the call by its method and its segments after the version. What is not in this list is unknown: bulk jobs, actions,
 * approvals, tooling, Connect, GraphQL, Apex.
 * https://developer.salesforce.com/docs/platform/api-rest/guide/resources-list.html
 */
export function callOf(method: string, segments: readonly string[]): SalesforceCall {
  const [place, first = '', second = ''] = segments;
  if (isSafe(method)) return { kind: 'read', type: '', method, segments };
  const call = (kind: SalesforceCall['kind'], type: string): SalesforceCall => ({
    kind,
    type,
    method,
    segments,
  });
  switch (`${method} ${place}${place === 'composite' && first ? `/${first}` : ''} ${segments.length}`) {
    case 'POST sobjects 2':
      return call('create', first);
    case 'PATCH sobjects 3':
    case 'DELETE sobjects 3':
      return call('row', first);
    case 'PATCH sobjects 4':
    case 'POST sobjects 4':
    case 'DELETE sobjects 4':
      return call('external', first);
    case 'POST composite/sobjects 2':
    case 'PATCH composite/sobjects 2':
      return call('collection', '');
    case 'PATCH composite/sobjects 4':
      return call('collection-upsert', second);
    case 'POST composite/tree 3':
      return call('tree', second);
    case 'POST composite 1':
      return call('composite', '');
    case 'POST composite/batch 2':
      return call('batch', '');
    case 'POST composite/graph 2':
      return call('graph', '');
    // A list of ids and fields, longer than an address may be, and a search.
    case 'POST composite/sobjects 3':
    case 'POST parameterizedSearch 1':
      return call('read', '');
    default:
      return call('unknown', '');
  }
}
