/** Methods that only ask. Source: RFC 9110 §9.2.1; TRACE is served by nobody here. */
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Whether the method, in capitals, only asks. */
export function isSafe(method: string): boolean {
  return SAFE.has(method);
}

/** Headers by which frameworks take another method than the request line's, by their canonical names. */
export const OVERRIDE_HEADERS: readonly string[] = [
  'x-http-method-override',
  'x-http-method',
  'x-method-override',
];

/** Names of parameters and fields by which they do, some of them from the query of a GET: Rails, Laravel and Symfony, Salesforce. */
export const OVERRIDE_FIELDS: readonly string[] = ['_method', '_httpmethod'];
