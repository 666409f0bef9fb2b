import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import express, { type Router } from 'express';
import { equal } from '../request/tokens.ts';
import { tooMany } from '../request/wrong-tokens.ts';
import type { Sessions } from './sessions.ts';
import type { ConsoleSettings } from './settings.ts';
import { cookieOf, sessionOf } from './visitor.ts';

const LIMIT = '8kb';

/** Logging in by the token, and out. A wrong token counts: ten a minute from one address, then nobody there is listened to. */
export function loginRoutes({ token, wrong }: ConsoleSettings, sessions: Sessions): Router {
  const routes = express.Router();
  const bodies = [express.json({ limit: LIMIT }), express.urlencoded({ limit: LIMIT, extended: false })];
  routes.post('/login', ...bodies, (request, response) => {
    const from = request.socket.remoteAddress ?? '';
    if (wrong.isFull(from)) return tooMany(response);
    const given: unknown = request.body?.token;
    if (token === undefined || typeof given !== 'string' || !equal(given, token)) {
      wrong.count(from);
      return void response.status(401).json({ status: 'the token is wrong' });
    }
    response.set('Set-Cookie', cookieOf(sessions.open(), isSecure(request)));
    if (request.is('json')) return void response.status(204).end();
    response.redirect(303, '/console/');
  });
  routes.post('/logout', (request, response) => {
    const session = sessionOf(request);
    if (session !== undefined) sessions.close(session);
    response
      .set('Set-Cookie', cookieOf(undefined, isSecure(request)))
      .status(204)
      .end();
  });
  return routes;
}

function isSecure({ socket }: IncomingMessage): boolean {
  return (socket as TLSSocket).encrypted === true;
}
