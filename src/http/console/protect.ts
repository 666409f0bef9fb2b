import type { Middleware } from './settings.ts';

const HEADERS = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-store',
};

/**
 * What every answer says, and who is not answered: a host name that is not the console's, which is how a page of another origin
 * would reach us by its own name (DNS rebinding), and a POST that another origin's page sends.
 */
export function protect(hosts: readonly string[]): Middleware {
  const allowed = new Set(hosts.map((host) => host.toLowerCase()));
  return (request, response, next) => {
    response.set(HEADERS);
    const host = request.headers.host ?? '';
    if (!allowed.has(nameOf(host)))
      return void response
        .status(421)
        .json({ status: 'the console is not called under this name: see admin.hosts' });
    const { origin } = request.headers;
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    if (!isRead && (isForeign(origin, host) || request.headers['sec-fetch-site'] === 'cross-site'))
      return void response.status(403).json({ status: 'a page of another origin asks' });
    next();
  };
}

/** Without the port. */
function nameOf(host: string): string {
  return host.toLowerCase().replace(/:\d+$/, '');
}

function isForeign(origin: string | undefined, host: string): boolean {
  if (origin === undefined) return false;
  return !URL.canParse(origin) || new URL(origin).host !== host.toLowerCase();
}
