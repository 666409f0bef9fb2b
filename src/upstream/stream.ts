import { type ClientRequest, Agent as HttpAgent, type IncomingMessage, type ServerResponse } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createProxyMiddleware } from 'http-proxy-middleware';
import { answerHeaders, type Headers, pairsOf } from '../core/headers.ts';
import { UpstreamFault } from '../core/upstream-fault.ts';
import type { UpstreamOptions } from './client.ts';

export type Streamer = {
  stream(request: IncomingMessage, response: ServerResponse, path: string, headers: Headers): Promise<void>;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, path: string, headers: Headers): void;
  close(): void;
};

/**
 * Streams what no module names through http-proxy-middleware. It gets our headers (it forwards hop-by-hop ones, and a
 * `Trailer` without chunks crashes it), our timers (it sets none) and our error handling (its own answers with host names).
 */
export function createStreamer(options: UpstreamOptions): Streamer {
  const { protocol, host } = new URL(options.url);
  const settings = { keepAlive: true, scheduling: 'lifo', maxFreeSockets: 256 } as const;
  const agent = protocol === 'https:' ? new HttpsAgent(settings) : new HttpAgent(settings);
  const failures = new WeakMap<object, (fault: UpstreamFault) => void>();
  const proxy = createProxyMiddleware<IncomingMessage, ServerResponse>({
    target: options.url,
    agent,
    ws: false,
    xfwd: false,
    ejectPlugins: true,
    ...(options.ca ? { ssl: { ca: options.ca } } : {}),
    plugins: [
      (server) => {
        // Once somebody listens here, `next` is not called; without a listener the emitter throws.
        server.on('error', (error, _request, response) => {
          const fail = response && failures.get(response);
          if (fail) fail(faultOf(error));
          else response?.destroy();
        });
        server.on('proxyReq', (outgoing) => watch(outgoing, options));
        server.on('proxyRes', (answer, _request, response) => {
          answer.headers = grouped(answerHeaders(pairsOf(answer.rawHeaders)));
          // A pipe sends the head with the first piece of the body, which an event stream may be long in coming to.
          // An empty piece, because `flushHeaders` writes the head as UTF-8, and header values are bytes.
          setImmediate(() => response.headersSent || response.destroyed || response.write(NOTHING));
        });
      },
    ],
  });

  return {
    async stream(request, response, path, headers) {
      const { promise: over, resolve, reject } = Promise.withResolvers<void>();
      response.once('close', resolve);
      failures.set(response, reject);
      request.url = path;
      request.headers = {
        ...grouped(headers),
        host,
        ...framing(request),
        connection: response.shouldKeepAlive ? 'keep-alive' : 'close',
      };
      void proxy(request, response);
      await over;
    },
    upgrade(request, socket, head, path, headers) {
      request.url = path;
      request.headers = { ...grouped(headers), host, connection: 'Upgrade', upgrade: 'websocket' };
      proxy.upgrade(request, socket as Socket, head);
    },
    close: () => agent.destroy(),
  };
}

/**
 * A body goes on with the frame it came with, whatever its method is and whatever a client lists in `Connection`: Node would
 * send a GET's body bare, and the CRM would take it for the next request.
 */
function framing({ headers }: IncomingMessage): Record<string, string> {
  if (headers['transfer-encoding'] !== undefined) return { 'transfer-encoding': 'chunked' };
  return headers['content-length'] === undefined ? {} : { 'content-length': headers['content-length'] };
}

const NOTHING = Buffer.alloc(0);

function watch(outgoing: ClientRequest, { timeoutMs, connectTimeoutMs }: UpstreamOptions): void {
  const late = (kind: 'unreached' | 'lost') => () =>
    outgoing.destroy(new UpstreamFault(kind, true, new Error('timed out')));
  if (outgoing.socket?.connecting) {
    const timer = setTimeout(late('unreached'), connectTimeoutMs);
    outgoing.socket.once('connect', () => clearTimeout(timer));
    outgoing.once('close', () => clearTimeout(timer));
  }
  outgoing.setTimeout(timeoutMs, () => {
    if (!outgoing.res) late('lost')();
  });
}

declare module 'node:http' {
  interface ClientRequest {
    /** The answer, once its head is there. Not in the type definitions; see `_http_client.js`. */
    readonly res?: IncomingMessage | null;
  }
}

function grouped(headers: Headers): Record<string, string | string[]> {
  const groups: Record<string, string | string[]> = Object.create(null);
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    const earlier = groups[key];
    groups[key] = earlier === undefined ? value : [...(Array.isArray(earlier) ? earlier : [earlier]), value];
  }
  return groups;
}

const UNREACHED = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
]);

function faultOf(error: unknown): UpstreamFault {
  if (error instanceof UpstreamFault) return error;
  const { code = '' } = error as NodeJS.ErrnoException;
  return new UpstreamFault(UNREACHED.has(code) ? 'unreached' : 'lost', false, error);
}
