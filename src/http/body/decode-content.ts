import type { IncomingMessage } from 'node:http';
import {
  type BrotliDecompress,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  type Gunzip,
  type Inflate,
} from 'node:zlib';

/** Its `bytesWritten` are the compressed bytes that it has unpacked so far. */
export type Decoder = Gunzip | Inflate | BrotliDecompress;

const DECODERS = { gzip: createGunzip, deflate: createInflate, br: createBrotliDecompress } as const;

/** Each piece is an event. */
export const PIECE_BYTES = 64 * 1024;

/** The names of the content codings that are undone. */
export const CODINGS: readonly string[] = Object.keys(DECODERS);

/** The body with one layer of compression undone; undefined where the coding is another one. It is forwarded unchanged then. */
export function decodeContent(request: IncomingMessage): IncomingMessage | Decoder | undefined {
  const coding = (request.headers['content-encoding'] ?? '').trim().toLowerCase();
  if (coding === '' || coding === 'identity') return request;
  const create = Object.hasOwn(DECODERS, coding) ? DECODERS[coding as keyof typeof DECODERS] : undefined;
  if (!create) return undefined;
  const decoder = create({ chunkSize: PIECE_BYTES });
  request.once('error', (error) => decoder.destroy(error)).once('aborted', () => decoder.destroy());
  return request.pipe(decoder);
}
