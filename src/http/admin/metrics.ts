import type { Request, RequestHandler } from 'express';
import type { Metrics } from '../../ports/metrics.ts';
import { isLoopback } from '../request/origin.ts';
import { bearerIn, equal } from '../request/tokens.ts';

/** Who may see more than the probes: who has the token, or, where none is configured, who is on this machine. */
export function requireAdmin(token: string | undefined): RequestHandler {
  return (request, response, next) => {
    if (token === undefined ? isLoopback(request.socket.remoteAddress ?? '') : hasToken(request, token))
      return next();
    const status = token === undefined ? 403 : 401;
    if (status === 401) response.set('WWW-Authenticate', 'Bearer');
    response.status(status).json({
      status: status === 401 ? 'needs the admin token' : 'set admin.token to ask from another machine',
    });
  };
}

/** `GET /metrics`, as Prometheus reads it. */
export function showMetrics(metrics: Metrics): RequestHandler {
  return async (_request, response) => {
    const text = await metrics.text();
    response.set('Content-Type', metrics.contentType).set('Cache-Control', 'no-store').send(text);
  };
}

function hasToken({ headers }: Request, token: string): boolean {
  const given = bearerIn(headers.authorization);
  return given !== undefined && equal(given, token);
}
