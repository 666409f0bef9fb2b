import { randomBytes } from 'node:crypto';
import express, { type Router } from 'express';
import { auditRoutes } from './audit.ts';
import { benchRoutes } from './bench.ts';
import { decisionRoutes } from './decisions.ts';
import { loginRoutes } from './login.ts';
import { pageRoutes } from './pages.ts';
import { protect } from './protect.ts';
import { createSessions } from './sessions.ts';
import type { ConsoleSettings, Middleware } from './settings.ts';
import { visitorOf } from './visitor.ts';

/**
 * What lies below `/console` of the admin listener: pages without data, and an API that shows what the log, the metrics and the audit
 * have. It changes nothing: whatever is no GET, HEAD or one of three POSTs is refused, before it is looked for.
 */
export function createConsole(settings: ConsoleSettings): Router {
  const sessions = createSessions(settings.token ?? randomBytes(32).toString('hex'), settings.clock);
  const visitor = (request: express.Request) => visitorOf(request, settings, sessions);
  const isKnown = (request: express.Request) => visitor(request) !== undefined;
  const routes = express.Router();
  routes.use(protect(settings.hosts));
  routes.get('/', (request, response, next) => {
    if (/^\/console(?:\?|$)/.test(request.originalUrl)) return response.redirect(308, '/console/');
    next();
  });
  routes.use(forReads(pageRoutes(isKnown)));
  routes.use(loginRoutes(settings, sessions));
  routes.use(onlyKnown(isKnown));
  routes.use(onlyReads);
  routes.use(csrf((request) => sessions.isCsrf(visitor(request) ?? '', request.get('X-CSRF-Token') ?? '')));
  routes.get('/api/session', (request, response) => {
    response.json({ csrf: sessions.csrfOf(visitor(request) ?? '') });
  });
  routes.use('/api', decisionRoutes(settings));
  routes.use('/api', auditRoutes(settings));
  routes.use('/api', benchRoutes(settings));
  routes.get('/api/radar', (_request, response) => void response.json(settings.radar()));
  routes.get('/api/rules', (_request, response) => void response.json(settings.rules()));
  routes.use((_request, response) => void response.status(404).json({ status: 'not found' }));
  routes.use(answerFault);
  return routes;
}

/** Pages and their files come before it, since there is no data in them; whatever else there is, however its path is spelt, does not. */
function onlyKnown(isKnown: (request: express.Request) => boolean): Middleware {
  return (request, response, next) => {
    if (isKnown(request)) return next();
    response.set('WWW-Authenticate', 'Bearer').status(401).json({ status: 'log in first' });
  };
}

function isRead({ method }: express.Request): boolean {
  return method === 'GET' || method === 'HEAD';
}

/** Also OPTIONS goes past these. */
function forReads(step: Middleware): Middleware {
  return (request, response, next) => (isRead(request) ? step(request, response, next) : next());
}

const onlyReads: Middleware = (request, response, next) => {
  const isBench = request.method === 'POST' && request.path === '/api/bench';
  if (isRead(request) || isBench) return next();
  response.set('Allow', 'GET, HEAD').status(405).json({ status: 'the console changes nothing' });
};

function csrf(isOurs: (request: express.Request) => boolean): Middleware {
  return (request, response, next) => {
    if (isRead(request) || isOurs(request)) return next();
    response.status(403).json({ status: 'X-CSRF-Token is missing or wrong: see /console/api/session' });
  };
}

/** A body that cannot be read, an audit that cannot: told without a stack. */
const answerFault: express.ErrorRequestHandler = (fault, _request, response, next) => {
  if (response.headersSent) return next(fault);
  const status = Number(fault?.status);
  const isTheirs = status >= 400 && status < 500;
  response
    .status(isTheirs ? status : 500)
    .json({ status: isTheirs ? 'the request cannot be read' : 'it failed; see the log' });
};
