import { Agent as HttpAgent, type IncomingMessage, type ServerResponse } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Headers } from '../core/wire/headers.ts';
import { createHosts, type UpstreamOptions } from './client.ts';

/** Passes WebSockets on. */
export type Upgrader = {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, path: string, headers: Headers): void;
  close(): void;
};

/**
 * WebSockets go through http-proxy-middleware. It gets our headers, because it would forward hop-by-hop ones, and our error
 * handling, because its own names hosts. It is loaded by the first of them.
 */
export function createUpgrader({ url, host, ca, timeoutMs }: UpstreamOptions): Upgrader {
  const { protocol } = new URL(url);
  const hostOf = createHosts({ url, ...(host && { host }) });
  const agent = protocol === 'https:' ? new HttpsAgent() : new HttpAgent();
  const open = async () => {
    const { createProxyMiddleware } = await import('http-proxy-middleware');
    return createProxyMiddleware<IncomingMessage, ServerResponse>({
      target: url,
      agent,
      ws: false,
      xfwd: false,
      ejectPlugins: true,
      // Without one, whoever hangs up before the CRM has answered leaves a connection behind.
      upgradeTimeout: timeoutMs,
      ...(ca ? { ssl: { ca } } : {}),
      // Without a listener the emitter throws.
      plugins: [(server) => void server.on('error', (_error, _request, client) => client?.destroy())],
    });
  };
  let proxy: ReturnType<typeof open> | undefined;
  return {
    upgrade(request, socket, head, path, headers) {
      request.url = path;
      request.headers = {
        ...grouped(headers),
        host: hostOf(headers),
        connection: 'Upgrade',
        upgrade: 'websocket',
      };
      // Such a path is passed on by nobody: `//a:b/` names a host that cannot be.
      if (!URL.canParse(path, url)) return void socket.destroy();
      // Until the proxy is there to listen.
      socket.on('error', () => socket.destroy());
      proxy ??= open();
      void proxy.then(
        (loaded) => loaded.upgrade(request, socket as Socket, head),
        () => socket.destroy(),
      );
    },
    close: () => agent.destroy(),
  };
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
