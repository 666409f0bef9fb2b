import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

export type Sent = { readonly address: string; readonly text: string; readonly code: string };

/** All that customers were sent: what a webhook took, and what outboxes left in folders. */
export type Mailroom = {
  readonly url: string;
  /** Oldest first. Looks into the folder again. */
  read(folder: string): readonly Sent[];
  clear(): void;
  close(): Promise<void>;
};

export async function openMailroom(): Promise<Mailroom> {
  const sent: Sent[] = [];
  const seen = new Set<string>();
  const server = createServer(async (request, response) => {
    const { data } = JSON.parse(await text(request)) as {
      readonly data: { readonly to: string; readonly message: string; readonly code: string };
    };
    sent.push({ address: data.to, text: data.message, code: data.code });
    response.end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/in`,
    read(folder) {
      for (const name of existsSync(folder) ? readdirSync(folder).sort() : []) {
        if (!name.endsWith('.json') || name.startsWith('.') || seen.has(name)) continue;
        seen.add(name);
        sent.push(JSON.parse(readFileSync(join(folder, name), 'utf8')));
      }
      return sent;
    },
    clear() {
      sent.length = 0;
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close').catch(() => undefined);
    },
  };
}
