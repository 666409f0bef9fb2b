import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** The connections of each server that is watched. */
const WATCHED = new WeakMap<Server, Set<Socket>>();

/** Remembers the connections of a server, so that those on which nothing was said can be ended. */
export function watchConnections(server: Server): void {
  const sockets = new Set<Socket>();
  WATCHED.set(server, sockets);
  const remember = (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  };
  server.on('connection', remember);
  // What came through TLS is counted there.
  server.on('secureConnection', remember);
}

/**
 * Ends each connection on which nothing has come yet: browsers and pools open them ahead. Node takes them for busy, since a request may
 * begin on them. https://nodejs.org/api/http.html#servercloseidleconnections
 */
export function endSilentConnections(server: Server): void {
  for (const socket of WATCHED.get(server) ?? []) if (socket.bytesRead === 0) socket.destroy();
}
