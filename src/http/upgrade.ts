import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { pairsOf } from '../core/wire/headers.ts';
import { readTarget } from '../core/wire/target.ts';
import { streamedHeaders } from './request/exchange.ts';
import type { Porch } from './request/porch.ts';

/** Passes on the WebSockets that the configuration lists, and no others. What they carry is not read. */
export type Upgrades = {
  /** Whether the request asks for a WebSocket that is listed. Every other offer is ignored (RFC 9110 §7.8). */
  accepts(request: IncomingMessage): boolean;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Cuts those that are open. */
  close(): void;
};

export function createUpgrades({ routes, upstream, origins, log }: Porch): Upgrades {
  const open = new Set<Duplex>();

  function pathOf(request: IncomingMessage): string | undefined {
    if (request.method !== 'GET' || request.headers.upgrade?.toLowerCase() !== 'websocket') return undefined;
    const target = readTarget(request.url ?? '', request.headers.host);
    const route = target && routes.routeOf(target);
    return target && route?.kind === 'other' && route.websocket ? target.path + target.query : undefined;
  }

  return {
    accepts: (request) => pathOf(request) !== undefined,
    upgrade(request, socket, head) {
      const path = pathOf(request);
      if (path === undefined) return void socket.destroy();
      open.add(socket);
      socket.once('close', () => open.delete(socket)).on('error', () => socket.destroy());
      const origin = origins.originOf(request);
      log.debug({ request: origin.requestId }, 'a WebSocket was passed on');
      const headers = streamedHeaders({ headers: pairsOf(request.rawHeaders), origin });
      upstream.upgrade(request, socket, head, path, headers);
    },
    close() {
      for (const socket of open) socket.destroy();
    },
  };
}
