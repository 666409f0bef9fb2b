import type { Forwarded } from '../readers/reader.ts';

/** A request that is yet to be put on the wire. */
export type Draft = {
  readonly method: string;
  readonly path: string;
  /** With its `?`, or empty. */
  readonly query: string;
  /** Whole lines, the content type aside. */
  readonly headers: readonly string[];
  readonly contentType: string | undefined;
  readonly body: Buffer;
  readonly framing: 'length' | 'chunked' | 'own';
};

export const NOTE = '/api/DeliveryNotes/45';

/** A save of record 45, as an honest client would send it. */
export function draftOf(contentType: string, body: string | Buffer, method = 'POST'): Draft {
  return {
    method,
    path: NOTE,
    query: '',
    headers: [],
    contentType,
    body: Buffer.from(body as string),
    framing: 'length',
  };
}

/** The draft as bytes, a byte a character outside of its body. */
export function bytesOf(draft: Draft): Buffer {
  const { method, path, query, contentType, headers, body, framing } = draft;
  const lines = [
    `${method} ${path}${query} HTTP/1.1`,
    'Host: crm.test',
    ...(contentType === undefined ? [] : [`Content-Type: ${contentType}`]),
    ...(framing === 'length' ? [`Content-Length: ${body.length}`] : []),
    ...(framing === 'chunked' ? ['Transfer-Encoding: chunked'] : []),
    ...headers,
  ];
  const head = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
  return Buffer.concat([head, framing === 'chunked' ? chunksOf(body) : body]);
}

function chunksOf(body: Buffer): Buffer {
  const pieces: Buffer[] = [];
  for (let at = 0; at < body.length; at += 7) {
    const piece = body.subarray(at, at + 7);
    pieces.push(Buffer.from(`${piece.length.toString(16)};note=x\r\n`), piece, Buffer.from('\r\n'));
  }
  return Buffer.concat([...pieces, Buffer.from('0\r\n\r\n')]);
}

/** The draft as a server without a gateway would get it: what makes it an attack at all. */
export function unguarded({ method, path, query, contentType, headers, body }: Draft): Forwarded {
  const pairs = headers.map((line) => {
    const mark = line.indexOf(':');
    return [line.slice(0, mark), line.slice(mark + 1).trim()] as const;
  });
  const typed = contentType === undefined ? pairs : [['Content-Type', contentType] as const, ...pairs];
  return { method, path, query: query.slice(1), headers: typed, body };
}
