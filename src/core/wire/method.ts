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

/**
 * Headers by which a server chooses what a request does, whatever its method and path are, by their canonical names: Feathers' custom methods,
 * SOAP, services of AWS, server actions of Next.js, handlers of October CMS and Winter CMS, and what APIs often name so themselves.
 */
export const CALL_HEADERS: readonly string[] = [
  'x-service-method',
  'soapaction',
  'x-amz-target',
  'next-action',
  'x-october-request-handler',
  'x-winter-request-handler',
  'x-action',
  'x-operation',
  'x-command',
  'x-rpc-method',
];

/** Names of parameters and fields by which they do, some of them from the query of a GET: Rails, Laravel and Symfony, Salesforce. */
export const OVERRIDE_FIELDS: readonly string[] = ['_method', '_httpmethod'];
