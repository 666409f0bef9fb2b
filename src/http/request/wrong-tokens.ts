import type { RequestHandler, Response } from 'express';
import type { Clock } from '../../ports.ts';
import { bearerIn, equal } from './tokens.ts';

const MOST_WRONG = 10;
const MINUTE_MS = 60_000;
const MOST_ADDRESSES = 1_000;

/** Wrong tokens of the current minute, by address: ten, then nobody there is listened to, wherever a token may stand. */
export type WrongTokens = {
  isFull(from: string): boolean;
  count(from: string): void;
};

/**
 * No token was wrong yet. What is counted is bounded: with too many addresses, all of them are full until the minute is over. Each of several
 * `workers` counts its own, and takes its share.
 */
export function createWrongTokens(clock: Clock, workers = 1): WrongTokens {
  const most = Math.ceil(MOST_WRONG / workers);
  let minute = 0;
  const counts = new Map<string, number>();
  const current = () => {
    const now = Math.floor(clock.now() / MINUTE_MS);
    if (now !== minute) counts.clear();
    minute = now;
    return counts;
  };
  return {
    isFull: (from) => (current().get(from) ?? 0) >= most || counts.size > MOST_ADDRESSES,
    count: (from) => void current().set(from, (counts.get(from) ?? 0) + 1),
  };
}

/** Counts the requests that bring a wrong token in their head, and listens to nobody who brings one from where there were too many. */
export function listensTo(token: string, wrong: WrongTokens): RequestHandler {
  return (request, response, next) => {
    const given = bearerIn(request.headers.authorization);
    if (given === undefined) return next();
    const from = request.socket.remoteAddress ?? '';
    if (wrong.isFull(from)) return tooMany(response);
    if (!equal(given, token)) wrong.count(from);
    next();
  };
}

/** Says that nobody there is listened to for a while. */
export function tooMany(response: Response): void {
  response.status(429).set('Retry-After', '60').json({ status: 'too many wrong tokens' });
}
