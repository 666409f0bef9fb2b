import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { Answer, Received } from '../../src/testing/stand-in.ts';
import { createCollection, type Fields, READS, type Reply } from './crm-collection.ts';

export type { Answer, Received };

export type Crm = {
  readonly url: string;
  readonly port: number;
  /** Every request whose body came to its end, in order. */
  readonly received: readonly Received[];
  /** Those that would save. */
  readonly saves: readonly Received[];
  /** The collection by id; a test may change it. */
  readonly records: Map<string, Fields>;
  /** Puts an answer in the CRM's place until it is called with nothing. */
  answerWith(answer?: Answer): void;
  /** Lets nobody else in; connections that are open live on. */
  stopListening(): void;
  close(): Promise<void>;
};

export type CrmOptions = {
  readonly collection?: string;
  readonly records?: Readonly<Record<string, Fields>>;
  /** Whether a request without `Authorization` is answered 401. */
  readonly auth?: boolean;
  readonly port?: number;
};

/** The delivery note of the story. */
export const STORED: Fields = {
  id: '45',
  subject: 'Two boxes',
  status: 'Out for delivery',
  email: 'ann@example.com',
};

/** A plain REST CRM on a port of its own, which remembers what it was sent. Other paths answer 200 with an echo. */
export async function startCrm(options: CrmOptions = {}): Promise<Crm> {
  const { collection = '/api/DeliveryNotes', auth = false } = options;
  const records = new Map(Object.entries(structuredClone(options.records ?? { '45': STORED })));
  const notes = createCollection(collection, records);
  const received: Received[] = [];
  let substitute: Answer | undefined;

  function reply(request: Received): Reply {
    const isKnown = request.headers.some(([name]) => name.toLowerCase() === 'authorization');
    if (auth && !isKnown) return { status: 401, body: { error: 'who are you?' } };
    const { method, path, body } = request;
    return notes.reply(request) ?? { status: 200, body: { method, path, bytes: body.length } };
  }

  const server = createServer(async (request, response) => {
    const body = await buffer(request).catch(() => undefined);
    if (body === undefined) return;
    const { method = '', url = '', rawHeaders } = request;
    const seen: Received = { method, path: url, headers: pairsOf(rawHeaders), body };
    received.push(seen);
    const proceed = () => send(response, reply(seen));
    if (substitute) substitute(seen, response, proceed);
    else proceed();
  });
  server.keepAliveTimeout = 60_000;
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const closed = once(server, 'close');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    received,
    get saves() {
      return received.filter(({ method }) => !READS.has(method));
    },
    records,
    answerWith(answer) {
      substitute = answer;
    },
    stopListening() {
      server.close();
    },
    async close() {
      if (server.listening) server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function pairsOf(raw: readonly string[]): Received['headers'] {
  return Array.from(
    { length: raw.length / 2 },
    (_, index) => [raw[2 * index] ?? '', raw[2 * index + 1] ?? ''] as const,
  );
}

function send(response: ServerResponse, { status, etag, body }: Reply): void {
  response.writeHead(status, {
    ...(etag === undefined ? {} : { etag }),
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}
