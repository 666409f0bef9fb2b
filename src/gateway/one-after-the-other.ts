import type { RequestListener } from 'node:http';
import type { Socket } from 'node:net';

/**
 * The requests of one connection, each when the one before it was answered, as the CRM would take them itself: a second save may rest on the
 * first, and one connection makes one request at the CRM at a time. Of those that a client sends ahead few are read.
 * Source: RFC 9112 §9.3.2
 */
export function oneAfterTheOther(listen: RequestListener): RequestListener {
  const waiting = new WeakMap<Socket, number>();
  return (request, response) => {
    // Node gives an answer its connection when those before it are over.
    if (response.socket) return listen(request, response);
    const { socket } = request;
    waiting.set(socket, (waiting.get(socket) ?? 0) + 1);
    socket.pause();
    response.once('socket', () => {
      const left = (waiting.get(socket) ?? 1) - 1;
      waiting.set(socket, left);
      if (left === 0) socket.resume();
      listen(request, response);
    });
  };
}
