import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';
import { onTestFinished } from 'vitest';

/** What the receiver's events are signed with. */
export const HOOK_KEY = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

type Told = {
  readonly id: string;
  readonly type: string;
  readonly timestamp: string;
  readonly data: Readonly<Record<string, unknown>>;
};

/** A receiver that checks signatures with the library of the specification, and answers as it is told to. */
export async function openReceiver(port = 0) {
  const told: Told[] = [];
  const tried: string[] = [];
  let status = 200;
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const headers = request.headers as Record<string, string>;
    new Webhook(HOOK_KEY).verify(body, headers);
    const event = { id: headers['webhook-id'] ?? '', ...JSON.parse(body) } as Told;
    tried.push(event.id);
    if (status === 200) told.push(event);
    response.writeHead(status, status === 302 ? { location: 'http://127.0.0.1:1/' } : {}).end();
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const close = async () => {
    server.closeAllConnections();
    if (server.listening) await new Promise<void>((resolve) => void server.close(() => resolve()));
  };
  onTestFinished(close);
  const { port: own } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${own}/hook`,
    told,
    tried,
    answerWith: (next: number) => {
      status = next;
    },
    close,
    kinds: () => told.map(({ type }) => type),
  };
}
