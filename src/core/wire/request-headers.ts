import { canonical } from './headers.ts';

/**
 * Whether a header is known to be about the request, its sender, its way or the form of its answer, and about nothing that is stored. All
 * others may choose what is saved: `X-Tenant`, `Accept-Language`, `X-Parse-Application-Id`.
 */
export function isOfRequest(name: string, value: string): boolean {
  const known = canonical(name);
  // What browsers' `fetch` sends where nobody chose a language.
  if (known === 'accept-language') return value.trim() === '*';
  return !CHOOSING.has(known) && (KNOWN.has(known) || FAMILIES.test(known));
}

/** What PostgREST takes for the schema of a read, and archives for the version: RFC 7089 §2.1.1. */
const CHOOSING: ReadonlySet<string> = new Set(['accept-profile', 'accept-datetime']);

/** RFC 9110, Fetch, and what proxies, traces and guards against forged requests add. `Prefer` is about how, and not about what (RFC 7240). */
const KNOWN: ReadonlySet<string> = new Set(
  [
    'cache-control connection date from host max-forwards origin pragma prefer priority range referer user-agent via',
    'dnt save-data upgrade-insecure-requests purpose x-purpose x-requested-with',
    'b3 baggage cf-ray cdn-loop correlation-id newrelic request-id sentry-trace traceparent tracestate true-client-ip',
    'x-amzn-trace-id x-cloud-trace-context x-correlation-id x-request-id x-request-start x-trace-id',
    'idempotency-key x-idempotency-key',
    'x-csrf-token x-csrftoken x-xsrf-token csrf-token anti-csrf-token requestverificationtoken x-request-verification-token',
  ].flatMap((names) => names.split(' ')),
);

/** `Accept-Language` is looked at above; what else a client accepts, the answer to a save alone is about. */
const FAMILIES =
  /^(?:accept|accept-.*|content-.*|if-.*|sec-.*|access-control-.*|x-b3-.*|x-datadog-.*|x-envoy-.*|x-forwarded-.*)$/;
