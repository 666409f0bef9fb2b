import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { Answer, Crm, Received } from './crm.ts';
import { acceptOddMethods } from './odd-methods.ts';

/** What a stand-in says, before it goes on the wire. */
export type Said = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON, unless it is a text. */
  readonly body?: unknown;
};

/** A CRM in place of a real one: it remembers what it was sent, and answers by `reply`. */
export type StandIn = Pick<Crm, 'url' | 'received' | 'answerWith' | 'close'>;

/** A request with its JSON or form read, as lenient as the server that is stood in for. */
export type Asked = Received & {
  readonly pathname: string;
  readonly query: URLSearchParams;
  readonly json: Record<string, unknown>;
  header(name: string): string | undefined;
};

export async function startStandIn(reply: (asked: Asked) => Said): Promise<StandIn> {
  const received: Received[] = [];
  let substitute: Answer | undefined;
  const server = createServer(async (request, response) => {
    const body = await buffer(request).catch(() => undefined);
    if (body === undefined) return;
    const { method = '', url = '', rawHeaders } = request;
    const headers = Array.from(
      { length: rawHeaders.length / 2 },
      (_, index) => [rawHeaders[2 * index] ?? '', rawHeaders[2 * index + 1] ?? ''] as const,
    );
    const seen: Received = { method, path: url, headers, body };
    received.push(seen);
    const proceed = () => send(response, reply(askedOf(seen)));
    if (substitute) substitute(seen, response, proceed);
    else proceed();
  });
  acceptOddMethods(server, (odd) => {
    received.push(odd);
    return reply(askedOf(odd));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const closed = once(server, 'close');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    answerWith(answer) {
      substitute = answer;
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function askedOf(received: Received): Asked {
  const { pathname, searchParams: query } = new URL(received.path, 'http://crm');
  const header: Asked['header'] = (wanted) =>
    received.headers.find(([name]) => name.toLowerCase() === wanted)?.[1];
  return { ...received, pathname: decodeURIComponent(pathname), query, json: jsonIn(received.body), header };
}

function jsonIn(body: Buffer): Record<string, unknown> {
  try {
    return JSON.parse(body.toString()) as Record<string, unknown>;
  } catch {
    return {};
  }
}

function send(response: ServerResponse, { status, headers = {}, body }: Said): void {
  const isText = body === undefined || typeof body === 'string';
  response.writeHead(status, { ...(isText ? {} : { 'content-type': 'application/json' }), ...headers });
  response.end(isText ? body : JSON.stringify(body));
}
