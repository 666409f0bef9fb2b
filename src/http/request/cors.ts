import type { IncomingMessage, ServerResponse } from 'node:http';
import { canonical, type Headers, valuesOf } from '../../core/wire/headers.ts';
import type { Origin } from './origin.ts';

/** Which pages of other origins may read answers. https://fetch.spec.whatwg.org/#http-cors-protocol */
export type CorsPolicy = { readonly origins: readonly string[]; readonly credentials: boolean };

/** Headers of the gateway that a page's script may read. */
const EXPOSED = 'OTPRULES-Result, OTPRULES-Code, Retry-After, X-Request-Id';

type Page = { readonly headers: Headers; readonly isAllowed: boolean; readonly isOurs: boolean };

const PAGES = new WeakMap<ServerResponse, Page>();

/** Notes which page asks. `isOurs`: the path is the gateway's own, so that the page may read every answer, also one of the CRM that is handed on. */
export function notePage(
  request: IncomingMessage,
  response: ServerResponse,
  cors: CorsPolicy | undefined,
  isOurs: boolean,
): void {
  if (!cors) return;
  const { origin } = request.headers;
  const isAllowed = origin !== undefined && cors.origins.includes(origin);
  const allowed: Headers = isAllowed
    ? [
        ['Access-Control-Allow-Origin', origin],
        ...(cors.credentials ? ([['Access-Control-Allow-Credentials', 'true']] as const) : []),
        ['Access-Control-Expose-Headers', EXPOSED],
      ]
    : [];
  PAGES.set(response, { headers: [['Vary', 'Origin'], ...allowed], isAllowed, isOurs });
}

/** The headers by which the page that asked may read an answer of the gateway. */
export function pageHeadersOf(response: ServerResponse): Headers {
  return PAGES.get(response)?.headers ?? [];
}

/** Whether a browser asks what a page may send. It never sends credentials along. https://fetch.spec.whatwg.org/#cors-preflight-fetch */
export function asksForPage({ method, headers }: Pick<IncomingMessage, 'method' | 'headers'>): boolean {
  const { origin, 'access-control-request-method': wanted } = headers;
  return method === 'OPTIONS' && origin !== undefined && wanted !== undefined;
}

/** Whether the request is a preflight of a page whose scripts may read our answers. */
export function isPreflight(request: IncomingMessage, response: ServerResponse): boolean {
  return asksForPage(request) && PAGES.get(response)?.isAllowed === true;
}

/**
 * Whether a page asks that lies elsewhere and may not read our answers. It could ask nevertheless, in the name of whoever looks at it. Browsers say
 * over HTTPS where a page is from; of one over plain HTTP they say its origin, which is held against the host that was asked for.
 * https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header
 */
export function isForeignPage(request: IncomingMessage, response: ServerResponse, origin: Origin): boolean {
  if (PAGES.get(response)?.isAllowed === true) return false;
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined) return ['cross-site', 'same-site'].includes(String(site).toLowerCase());
  const page = request.headers.origin;
  return page !== undefined && !hostsOf(request, origin).includes(hostOf(page));
}

/** The hosts under which the gateway was asked: by the client, and as a trusted proxy says. */
function hostsOf({ headers }: IncomingMessage, origin: Origin): readonly string[] {
  const forwarded = valuesOf(origin.headers, 'x-forwarded-host');
  return [headers.host ?? '', ...forwarded]
    .filter((host) => host !== '')
    .map((host) => hostOf(`http://${host}`));
}

/** The host and port of an origin; `null` and what is no address have none, and are no host's. */
function hostOf(page: string): string {
  const url = URL.parse(page);
  const isUsual = url?.port === '' || url?.port === '443';
  return url ? (isUsual ? url.hostname : url.host) : `none: ${page}`;
}

/**
 * An answer of the CRM with headers that let the page read it. What the CRM allows by itself stays as it is, with our names among those that it
 * exposes. `adds`: whether we add something to the answer; to any other we add nothing.
 */
export function readableBy(response: ServerResponse, headers: Headers, adds: boolean): Headers {
  const page = PAGES.get(response);
  if (!page || !(adds || page.isOurs)) return headers;
  if (valuesOf(headers, 'access-control-allow-origin').length === 0) return [...headers, ...page.headers];
  return page.isAllowed ? withNames(headers, 'Access-Control-Expose-Headers', EXPOSED) : headers;
}

/** The gateway's names among the headers that a preflight asks for, and the others. */
export function namesAsked(headers: Headers): { readonly ours: string; readonly others: string } {
  const names = valuesOf(headers, 'access-control-request-headers')
    .flatMap((value) => value.split(','))
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const isOurs = (name: string) => canonical(name).startsWith('otprules-');
  return {
    ours: names.filter(isOurs).join(', '),
    others: names.filter((name) => !isOurs(name)).join(', '),
  };
}

/** The headers with further names in a list of names. */
export function withNames(headers: Headers, list: string, names: string): Headers {
  const known = valuesOf(headers, list.toLowerCase());
  const others = headers.filter(([name]) => name.toLowerCase() !== list.toLowerCase());
  return [...others, [list, [...known, names].filter((part) => part !== '').join(', ')]];
}
