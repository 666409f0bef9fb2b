import { randomUUID } from 'node:crypto';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Content } from '../core/body.ts';
import { CountersignError } from '../core/fault.ts';

/** Bytes that were received: in memory up to a size, on the disk beyond it. */
export type Spool = {
  readonly length: number;
  /** A promise where the piece went to the disk. */
  append(piece: Uint8Array): Promise<void> | undefined;
  read(start: number, end: number): Promise<Uint8Array>;
  /** A part of the bytes, to be sent on. */
  range(start: number, end: number): Content;
  close(): Promise<void>;
};

const PIECE_BYTES = 64 * 1024;

/**
 * A spool that keeps `memoryBytes` in memory. Its file has no name from the moment it is open, so nothing is left behind. What
 * the disk does not take is `CountersignError('spool-unavailable')`.
 */
export function createSpool(memoryBytes: number): Spool {
  const pieces: Uint8Array[] = [];
  let length = 0;
  let joined: Uint8Array | undefined;
  let file: FileHandle | undefined;

  /** `writeFile` goes on where the last piece ended, and unlike `write` does not stop half-way on a disk that is nearly full. */
  async function write(piece: Uint8Array): Promise<void> {
    try {
      if (!file) {
        const path = join(tmpdir(), `countersign-${randomUUID()}`);
        file = await open(path, 'wx+', 0o600);
        await unlink(path);
        for (const earlier of pieces.splice(0)) await file.writeFile(earlier);
      }
      await file.writeFile(piece);
    } catch (cause) {
      throw new CountersignError('spool-unavailable', `a body could not be written to ${tmpdir()}`, {
        cause,
      });
    }
  }

  async function read(start: number, end: number): Promise<Uint8Array> {
    if (!file) {
      joined ??= pieces.length === 1 ? pieces[0] : Buffer.concat(pieces);
      return (joined as Uint8Array).subarray(start, end);
    }
    const bytes = Buffer.allocUnsafe(Math.max(0, Math.min(end, length) - start));
    const { bytesRead } = await file.read(bytes, 0, bytes.length, start);
    if (bytesRead < bytes.length) throw new Error('a spooled body was cut');
    return bytes;
  }

  return {
    get length() {
      return length;
    },
    append(piece) {
      length += piece.length;
      joined = undefined;
      if (length > memoryBytes) return write(piece);
      pieces.push(piece);
      return undefined;
    },
    read,
    range: (start, end) => ({
      length: end - start,
      async *pieces() {
        for (let from = start; from < end; from += PIECE_BYTES)
          yield await read(from, Math.min(end, from + PIECE_BYTES));
      },
    }),
    async close() {
      await file?.close();
      pieces.length = 0;
    },
  };
}
