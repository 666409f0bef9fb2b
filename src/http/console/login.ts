import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import express, { type Router } from 'express';
import type { Clock } from '../../ports.ts';
import { equal, type Sessions } from './sessions.ts';
import type { ConsoleSettings } from './settings.ts';
import { cookieOf, sessionOf } from './visitor.ts';

const MOST_WRONG = 10;
const MINUTE_MS = 60_000;
const MOST_ADDRESSES = 1_000;
const LIMIT = '8kb';

/** Logging in by the token, and out. A wrong token counts: ten a minute from one address, then nobody there is listened to. */
export function loginRoutes({ token, clock }: ConsoleSettings, sessions: Sessions): Router {
  const routes = express.Router();
  const wrong = createWrongTokens(clock);
  const bodies = [express.json({ limit: LIMIT }), express.urlencoded({ limit: LIMIT, extended: false })];
  routes.post('/login', ...bodies, (request, response) => {
    const from = request.socket.remoteAddress ?? '';
    if (wrong.isFull(from))
      return void response.status(429).set('Retry-After', '60').json({ status: 'too many wrong tokens' });
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

/** Wrong tokens of the current minute, by address. */
function createWrongTokens(clock: Clock) {
  let minute = 0;
  const counts = new Map<string, number>();
  const current = () => {
    const now = Math.floor(clock.now() / MINUTE_MS);
    if (now !== minute) counts.clear();
    minute = now;
    return counts;
  };
  return {
    isFull: (from: string) => (current().get(from) ?? 0) >= MOST_WRONG || counts.size > MOST_ADDRESSES,
    count: (from: string) => void current().set(from, (counts.get(from) ?? 0) + 1),
  };
}
