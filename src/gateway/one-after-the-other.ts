import type { IncomingMessage, RequestListener } from 'node:http';
import type { Socket } from 'node:net';
import type { Log } from '../ports.ts';

/** How much of a connection may wait for the requests before it. Of more, nothing is handled: the connection ends with the answer to the last that may wait. */
const MOST_WAITING = { requests: 100, bytes: 1_000_000 };
/** A connection with more than this is cut: Node keeps each request in memory, with what of its body has come. */
const MOST_AHEAD = { requests: 1000, bytes: 4_000_000 };

/**
 * The requests of one connection, each when the one before it was answered, as the CRM would take them itself: a second save may rest on the
 * first, and one connection makes one request at the CRM at a time.
 * Source: RFC 9112 §9.3.2
 */
export function oneAfterTheOther(
  listen: RequestListener,
  log: Log,
): {
  readonly listener: RequestListener;
  /** Whether nothing that came before the request on its connection still waits for an answer. */
  isNext(request: IncomingMessage): boolean;
} {
  /** Of each that waits, how much of its connection had been read by then, the oldest first. */
  const waiting = new WeakMap<Socket, number[]>();
  const unanswered = new WeakMap<Socket, number>();
  /** Those that take nothing more. */
  const ending = new WeakSet<Socket>();
  const count = (socket: Socket, by: 1 | -1) => unanswered.set(socket, (unanswered.get(socket) ?? 0) + by);
  const listener: RequestListener = (request, response) => {
    count(request.socket, 1);
    response.once('close', () => count(request.socket, -1));
    // Node gives an answer its connection when those before it are over.
    if (response.socket) return listen(request, response);
    const { socket } = request;
    const ahead = waiting.get(socket) ?? [];
    waiting.set(socket, ahead);
    ahead.push(socket.bytesRead);
    if (reaches(MOST_AHEAD, ahead)) return void socket.destroy();
    if (reaches(MOST_WAITING, ahead)) {
      if (!ending.has(socket)) log.warn({ ip: socket.remoteAddress }, TOO_MUCH_AHEAD);
      ending.add(socket);
      response.shouldKeepAlive = false;
    }
    response.once('socket', () => {
      ahead.shift();
      listen(request, response);
    });
  };
  return { listener, isNext: ({ socket }) => !unanswered.get(socket) };
}

const TOO_MUCH_AHEAD = `as much as may wait (${MOST_WAITING.requests} requests, or ${MOST_WAITING.bytes} bytes) was sent ahead on one connection, which ends with the answer to the last of it: its client has to wait for answers, or to open more connections`;

function reaches({ requests, bytes }: typeof MOST_AHEAD, ahead: readonly number[]): boolean {
  return ahead.length >= requests || (ahead.at(-1) ?? 0) - (ahead[0] ?? 0) >= bytes;
}
