import { isSafe } from '../../core/wire/method.ts';

/** What a request below `/api` asks for. */
export type FrappeCall =
  | { readonly kind: 'read' | 'unmapped-read' | 'unknown' }
  /** Records of a DocType. `version` is that of the API. */
  | { readonly kind: 'create'; readonly doctype: string; readonly version: 1 | 2 }
  | {
      readonly kind: 'update' | 'delete' | 'run';
      readonly doctype: string;
      readonly name: string;
      readonly version: 1 | 2;
    }
  /** A method of one record, named in the address. */
  | { readonly kind: 'action'; readonly doctype: string; readonly name: string; readonly method: string }
  | { readonly kind: 'bulk'; readonly doctype: string; readonly what: 'bulk_update' | 'bulk_delete' }
  /** A function by its dotted name. */
  | { readonly kind: 'method'; readonly method: string };

/**
 * Finds the call by its method and its segments below `/api`. Names of records may hold slashes.
 * https://github.com/frappe/frappe/blob/develop/frappe/api/v1.py, v2.py
 */
export function callOf(method: string, segments: readonly string[]): FrappeCall {
  const [first = '', ...others] = segments.map((segment) => decodeURIComponent(segment));
  const isVersioned = first === 'v1' || first === 'v2';
  const [place = '', ...rest] = isVersioned ? others : [first, ...others];
  const version = first === 'v2' ? 2 : 1;
  if (isSafe(method)) {
    if (place === 'method') return { kind: isReading(rest[0] ?? '') ? 'read' : 'unmapped-read' };
    return {
      kind: ['resource', 'document', 'doctype', 'discovery', ''].includes(place) ? 'read' : 'unmapped-read',
    };
  }
  if (place === 'method') return methodOf(method, rest, version);
  if (place !== (version === 2 ? 'document' : 'resource')) return { kind: 'unknown' };
  const [doctype = '', ...names] = rest;
  if (doctype === '' || names.some((step) => step === '')) return { kind: 'unknown' };
  return recordCall(method, doctype, names, version);
}

function methodOf(method: string, [name = '', ...rest]: readonly string[], version: 1 | 2): FrappeCall {
  // In version 2, two segments are a DocType and a function of its controller.
  if (name === '' || (method !== 'POST' && method !== 'PUT') || (version === 2 && rest.length > 0))
    return { kind: 'unknown' };
  return { kind: 'method', method: name };
}

function recordCall(method: string, doctype: string, names: readonly string[], version: 1 | 2): FrappeCall {
  const name = names.join('/');
  if (names.length === 0)
    return method === 'POST' ? { kind: 'create', doctype, version } : { kind: 'unknown' };
  if (method === 'DELETE') return { kind: 'delete', doctype, name, version };
  if (method === 'PUT' || (version === 2 && method === 'PATCH'))
    return { kind: 'update', doctype, name, version };
  if (method !== 'POST') return { kind: 'unknown' };
  if (version === 1) return { kind: 'run', doctype, name, version };
  if (name === 'bulk_update' || name === 'bulk_delete') return { kind: 'bulk', doctype, what: name };
  const [word, last] = names.slice(-2);
  return word === 'method' && last !== undefined && names.length > 2
    ? { kind: 'action', doctype, name: names.slice(0, -2).join('/'), method: last }
    : { kind: 'unknown' };
}

/** Functions that save nothing of a record: the desk and clients call them by POST, too. */
const READS = new Set([
  ...[
    'get',
    'get_list',
    'get_count',
    'get_value',
    'get_single_value',
    'has_permission',
    'get_time_zone',
    'validate_link',
    'get_doc_permissions',
  ].map((name) => `frappe.client.${name}`),
  ...[
    'login',
    'logout',
    'web_logout',
    'ping',
    'version',
    'frappe.ping',
    'frappe.handler.ping',
    'frappe.auth.get_logged_user',
    'frappe.handler.logout',
    'frappe.handler.web_logout',
  ],
  ...[
    'reportview.get',
    'reportview.get_list',
    'reportview.get_count',
    'search.search_link',
    'search.search_widget',
    'form.load.getdoc',
    'form.load.getdoctype',
    'query_report.run',
  ].map((name) => `frappe.desk.${name}`),
]);

/** Whether the function of this name saves nothing of a record. */
export function isReading(method: string): boolean {
  return READS.has(method);
}
