import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { crc32 } from 'node:zlib';
import { expect, onTestFinished } from 'vitest';
import type { ConfigInput } from '../../src/config/schema/schema.ts';
import { createGateway } from '../../src/gateway/gateway.ts';
import type { Log } from '../../src/ports.ts';
import { gatewayOptions } from '../harness/delivery.ts';
import { openRaw, type RawClient } from '../harness/raw.ts';

export type Line = { readonly level: string; readonly details: object; readonly message: string };

/** A gateway in front of a server that the test writes; both end with the test. */
export type Stage = {
  readonly url: string;
  readonly port: number;
  readonly upstream: Server;
  /** Heads of the requests that the server got, in order. */
  readonly heads: readonly IncomingMessage[];
  readonly lines: readonly Line[];
  /** A socket to the gateway. */
  open(): Promise<RawClient>;
  /** Puts these changes in the place of those with which the gateway began. */
  reload(changes: Partial<ConfigInput>): void;
};

type Way = Partial<Exclude<ConfigInput['upstream'], string>> & { readonly base?: string };

export async function stage(
  listener: RequestListener,
  changes: Partial<ConfigInput> = {},
  { base = '', ...way }: Way = {},
): Promise<Stage> {
  const heads: IncomingMessage[] = [];
  const lines: Line[] = [];
  const upstream = createServer((request, response) => {
    heads.push(request);
    listener(request, response);
  });
  upstream.listen(0, '127.0.0.1');
  await once(upstream, 'listening');
  const { port: upstreamPort } = upstream.address() as AddressInfo;
  const optionsWith = (some: Partial<ConfigInput>) =>
    gatewayOptions('', {
      unmappedWrites: 'forward',
      upstream: { url: `http://127.0.0.1:${upstreamPort}${base}`, ...way },
      ...some,
    });
  const gateway = createGateway(optionsWith(changes), { log: recordingLog(lines) });
  const { url } = await gateway.listen();
  onTestFinished(async () => {
    upstream.closeAllConnections();
    upstream.close();
    await gateway.close();
  });
  const port = Number(new URL(url).port);
  return {
    url,
    port,
    upstream,
    heads,
    lines,
    async open() {
      const client = await openRaw(port);
      onTestFinished(client.close);
      return client;
    },
    reload(some) {
      expect(gateway.reload(optionsWith(some))).toMatchObject({ ok: true });
    },
  };
}

/** The values of a header that the server got, as they stood. */
export function rawValues({ rawHeaders }: IncomingMessage, name: string): readonly string[] {
  return rawHeaders.filter((_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === name);
}

/** Names of the headers that the server got, in lower case. */
export function namesOf({ rawHeaders }: IncomingMessage): readonly string[] {
  return rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
}

/** Answers with the length and the CRC-32 of the body. */
export const count: RequestListener = (request, response) => {
  let sum = 0;
  let bytes = 0;
  request.on('data', (piece: Buffer) => {
    sum = crc32(piece, sum);
    bytes += piece.length;
  });
  request.on('end', () => response.end(`${bytes} ${sum}`));
};

/** Answers with the body as it came. */
export const echo: RequestListener = (request, response) => {
  request.pipe(response);
};

export function digestOf(bytes: Uint8Array): string {
  return `${bytes.length} ${crc32(bytes)}`;
}

function recordingLog(lines: Line[]): Log {
  const at = (level: string) => (details: object, message: string) => {
    lines.push({ level, details, message });
  };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
