import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { isWhole, type RawAnswer, readAnswer } from './raw-answer.ts';

export type { RawAnswer } from './raw-answer.ts';

export type RawClient = {
  readonly socket: Socket;
  /** Writes bytes as they are. */
  send(bytes: string | Uint8Array): void;
  /** The next whole answer, or what there is of it when the connection ends. */
  answer(isToHead?: boolean): Promise<RawAnswer>;
  /** Ends our half; answers still come. */
  finish(): void;
  close(): void;
};

/** A socket to a server, for requests that no HTTP client would write. */
export async function openRaw(port: number, host = '127.0.0.1'): Promise<RawClient> {
  const socket = connect({ port, host, allowHalfOpen: true });
  socket.setNoDelay(true);
  let bytes: Buffer = Buffer.alloc(0);
  let over = false;
  socket.on('data', (piece) => {
    bytes = Buffer.concat([bytes, piece]);
    socket.emit('progress');
  });
  for (const event of ['end', 'close', 'error'])
    socket.on(event, () => {
      over = true;
      socket.emit('progress');
    });
  await once(socket, 'connect');
  return {
    socket,
    send(text) {
      socket.write(text);
    },
    async answer(isToHead) {
      while (!over && !isWhole(bytes, isToHead)) await once(socket, 'progress');
      const { answer, rest } = readAnswer(bytes, over, isToHead);
      bytes = rest;
      return answer;
    },
    finish() {
      socket.end();
    },
    close() {
      socket.destroy();
    },
  };
}

/** Sends bytes on a connection of their own and gives the answer. A text goes as Latin-1, a byte a character. */
export async function sendRaw(port: number, bytes: string | Uint8Array): Promise<RawAnswer> {
  const client = await openRaw(port);
  try {
    const sent = typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : Buffer.from(bytes);
    client.send(sent);
    return await client.answer(sent.subarray(0, 5).toString() === 'HEAD ');
  } finally {
    client.close();
  }
}

/** A request as text: a line, headers as they are given, and a body with its length unless the headers frame it. */
export function rawRequest(
  line: string,
  headers: readonly string[] = [],
  body: string | Uint8Array = '',
): Buffer {
  const bytes = typeof body === 'string' ? Buffer.from(body) : Buffer.from(body);
  const isFramed = headers.some((header) => /^(?:content-length|transfer-encoding)\s*:/i.test(header));
  const lines = [
    `${line} HTTP/1.1`,
    ...(headers.some((header) => /^host\s*:/i.test(header)) ? [] : ['Host: crm.test']),
    ...headers,
    ...(isFramed || bytes.length === 0 ? [] : [`Content-Length: ${bytes.length}`]),
  ];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), bytes]);
}
