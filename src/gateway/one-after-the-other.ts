import type { RequestListener } from 'node:http';
import type { Socket } from 'node:net';

/** Requests of a connection that wait for those before them: with the answer to the last of these it ends, and what came behind was not heard. */
const MOST_WAITING = 100;
/** Whoever sends ahead more than this is cut: Node keeps each in memory. */
const MOST_AHEAD = 1000;

/**
 * The requests of one connection, each when the one before it was answered, as the CRM would take them itself: a second save may rest on the
 * first, and one connection makes one request at the CRM at a time.
 * Source: RFC 9112 §9.3.2
 */
export function oneAfterTheOther(listen: RequestListener): RequestListener {
  const waiting = new WeakMap<Socket, number>();
  return (request, response) => {
    // Node gives an answer its connection when those before it are over.
    if (response.socket) return listen(request, response);
    const { socket } = request;
    const ahead = (waiting.get(socket) ?? 0) + 1;
    waiting.set(socket, ahead);
    if (ahead > MOST_AHEAD) return void socket.destroy();
    if (ahead === MOST_WAITING) response.shouldKeepAlive = false;
    response.once('socket', () => {
      waiting.set(socket, (waiting.get(socket) ?? 1) - 1);
      listen(request, response);
    });
  };
}
