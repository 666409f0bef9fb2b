import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { acceptOddMethods } from './odd-methods.ts';
import type { Answer, Received, Said } from './received.ts';

export type { Answer, Received, Said };

/** A CRM in place of a real one: it remembers what it was sent, and answers by `reply`. */
export type StandIn = {
  readonly url: string;
  /** Every request whose body came to its end, in order. */
  readonly received: readonly Received[];
  /** Puts an answer in the CRM's place until it is called with nothing. */
  answerWith(answer?: Answer): void;
  close(): Promise<void>;
};

/** A request with its JSON or form read, as lenient as the server that is stood in for. */
export type Asked = Received & {
  readonly pathname: string;
  readonly query: URLSearchParams;
  readonly json: Record<string, unknown>;
  header(name: string): string | undefined;
};

/** Starts a stand-in on a port of its own. */
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

/** A status with a JSON body, in place of what the CRM would have done: `refuse(422)`. Nothing is saved. */
export function refuse(status: number, body: unknown = { error: 'no' }): Answer {
  return (_received, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
}
