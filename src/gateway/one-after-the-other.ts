import type { IncomingMessage, RequestListener } from 'node:http';
import type { Socket } from 'node:net';

/** What of a connection waits for the requests before it: with the answer to the last of these it ends, and what came behind was not heard. */
const MOST_WAITING = { requests: 100, bytes: 1_000_000 };
/** Whoever sends ahead more than this is cut: Node keeps each in memory, with what of its body has come. */
const MOST_AHEAD = { requests: 1000, bytes: 4_000_000 };

/**
 * The requests of one connection, each when the one before it was answered, as the CRM would take them itself: a second save may rest on the
 * first, and one connection makes one request at the CRM at a time.
 * Source: RFC 9112 §9.3.2
 */
export function oneAfterTheOther(listen: RequestListener): {
  readonly listener: RequestListener;
  /** Whether nothing that came before the request on its connection still waits for an answer. */
  isNext(request: IncomingMessage): boolean;
} {
  /** Of each that waits, how much of its connection had been read by then, the oldest first. */
  const waiting = new WeakMap<Socket, number[]>();
  const unanswered = new WeakMap<Socket, number>();
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
    if (reaches(MOST_WAITING, ahead)) response.shouldKeepAlive = false;
    response.once('socket', () => {
      ahead.shift();
      listen(request, response);
    });
  };
  return { listener, isNext: ({ socket }) => !unanswered.get(socket) };
}

function reaches({ requests, bytes }: typeof MOST_AHEAD, ahead: readonly number[]): boolean {
  return ahead.length >= requests || (ahead.at(-1) ?? 0) - (ahead[0] ?? 0) >= bytes;
}
