import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Route } from '../core/saving/route.ts';
import { type Problem, problem } from '../core/verdict/problem.ts';
import { pairsOf } from '../core/wire/headers.ts';
import { readTarget, type Target } from '../core/wire/target.ts';
import { guardedInPlaceOf } from './guarded/beside.ts';
import { strangerOf } from './request/asker.ts';
import { streamedHeaders } from './request/exchange.ts';
import type { HttpContext } from './request/http-context.ts';

/** What was asked for. */
type UpgradeHead = Pick<IncomingMessage, 'method' | 'url' | 'headers'>;

/** Passes on the WebSockets that the configuration lists, and others only where nothing is enforced. What they carry is not read. */
export type Upgrades = {
  /** Whether the request asks for a WebSocket that is passed on. Every other offer is ignored (RFC 9110 §7.8). */
  accepts(request: UpgradeHead): boolean;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Cuts those that are open, but for those that `staysOpen` accepts as they were asked for. */
  close(staysOpen?: Upgrades['accepts']): void;
};

/** The refusal of a WebSocket that is not listed. */
const UNLISTED = problem(
  'request-unreadable',
  'WebSockets are not forwarded here, because the gateway cannot read what they carry. Only where this one can save nothing that a rule guards, list its path under "websockets" of the configuration.',
  { status: 426 },
);

/** The refusal of one whose address could lead to a record: to list it is no help. */
const LEADS_TO_RECORD = problem(
  'request-unreadable',
  'A CRM that has no WebSocket at this address would answer with a record whose reads are guarded: its query, or what stands behind a script in its path, leads there. Ask for the WebSocket without that.',
  { status: 426 },
);

/** The refusal of one that is listed, and yet cannot begin. */
const NOT_NOW = problem(
  'request-unreadable',
  'The path is listed under "websockets". But a WebSocket begins only by a GET to the gateway\'s own server, on a connection on which no earlier request waits for its answer.',
  { status: 426 },
);

/** Why a WebSocket that is asked for there is not passed on. */
export function webSocketProblem(target: Target, context: HttpContext): Problem {
  if (guardedInPlaceOf(target, context) === 'enforce') return LEADS_TO_RECORD;
  return isListedAt(context.routes.routeOf(target, 'GET')) ? NOT_NOW : UNLISTED;
}

function isListedAt(route: Route): boolean {
  return route.kind === 'other' && route.websocket;
}

/** Whether the request asks for a WebSocket. */
export function asksForWebSocket({ headers }: Pick<IncomingMessage, 'headers'>): boolean {
  return headers.upgrade?.toLowerCase() === 'websocket';
}

/** Passes WebSockets on by the routes of this configuration. */
export function createUpgrades(context: HttpContext): Upgrades {
  const { routes, gate, mode, upstreamOf, origins, log } = context;
  const open = new Map<Duplex, UpgradeHead>();

  /** Where a WebSocket goes, and whether it is listed; undefined where it is not passed on. */
  function wayOf(
    request: UpgradeHead,
  ):
    | { readonly path: string; readonly isListed: boolean; readonly upstream: string | undefined }
    | undefined {
    if (request.method !== 'GET' || !asksForWebSocket(request)) return undefined;
    const target = readTarget(request.url ?? '', request.headers.host);
    const route = target && routes.routeOf(target, 'GET');
    if (!target || !route || route.kind === 'control') return undefined;
    // Where a listed path leads to a record, a CRM may answer with that, and with no WebSocket.
    const isListed = isListedAt(route) && guardedInPlaceOf(target, context) !== 'enforce';
    const upstream = route.kind === 'guarded' ? route.mount.definitions[0].upstream : route.upstream;
    const path = target.path + target.query;
    return isListed || mode !== 'enforce' ? { path, isListed, upstream } : undefined;
  }

  return {
    accepts: (request) => wayOf(request) !== undefined,
    upgrade(request, socket, head) {
      const way = wayOf(request);
      if (way === undefined) return void socket.destroy();
      // As it is now: on its way it gets another address and other headers.
      const { method, url, headers: asked } = request;
      open.set(socket, { method, url, headers: asked });
      socket.once('close', () => open.delete(socket)).on('error', () => socket.destroy());
      const origin = origins.originOf(request);
      if (!way.isListed) gate.report(UNLISTED, strangerOf(request, origin));
      log.debug({ request: origin.requestId }, 'a WebSocket was passed on');
      const headers = streamedHeaders({ headers: pairsOf(request.rawHeaders), origin });
      upstreamOf(way.upstream).upgrade(request, socket, head, way.path, headers);
    },
    close(staysOpen) {
      for (const [socket, asked] of open) if (!staysOpen?.(asked)) socket.destroy();
    },
  };
}
