import { randomUUID } from 'node:crypto';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CountersignError } from '../../core/fault.ts';
import type { Content } from '../../core/wire/body.ts';

/** Bytes that were received: in memory up to a size, on the disk beyond it. */
export type Spool = {
  readonly length: number;
  /** A promise where the piece went to the disk. */
  append(piece: Uint8Array): Promise<void> | undefined;
  /** A promise where they are on the disk. */
  read(start: number, end: number): Uint8Array | Promise<Uint8Array>;
  /** A part of the bytes, to be sent on. */
  range(start: number, end: number): Content;
  /** A promise where something was on the disk. */
  close(): Promise<void> | undefined;
};

const PIECE_BYTES = 64 * 1024;
const NO_ROOM = Buffer.alloc(0);

/**
 * A spool that keeps `memoryBytes` in memory. Its file has no name from the moment it is open, so nothing is left behind. What
 * the disk does not take is `CountersignError('spool-unavailable')`.
 */
export function createSpool(memoryBytes: number): Spool {
  return new TwoPlaceSpool(memoryBytes);
}

/** A class, because one is made for each save: closures would be made anew each time. */
class TwoPlaceSpool implements Spool {
  length = 0;
  private readonly memoryBytes: number;
  private readonly pieces: Uint8Array[] = [];
  /** What of the last piece is not filled yet. */
  private room: Buffer = NO_ROOM;
  private joined: Uint8Array | undefined;
  private file: FileHandle | undefined;
  private writing: Promise<void> | undefined;

  constructor(memoryBytes: number) {
    this.memoryBytes = memoryBytes;
  }

  append(piece: Uint8Array): Promise<void> | undefined {
    this.length += piece.length;
    this.joined = undefined;
    if (this.length <= this.memoryBytes) {
      this.keep(piece);
      return undefined;
    }
    this.writing = this.write(piece);
    return this.writing;
  }

  /**
   * Keeps a piece. Nearly all bodies are one. Of more, all but the first are put together: a body that comes byte by byte would
   * else hold hundreds of bytes for each that is counted, and with them what the socket read.
   */
  private keep(piece: Uint8Array): void {
    if (this.pieces.length === 0) {
      this.pieces.push(piece);
      return;
    }
    for (let from = 0; from < piece.length; ) {
      if (this.room.length === 0) {
        this.room = Buffer.allocUnsafeSlow(Math.min(PIECE_BYTES, this.length));
        this.pieces.push(this.room);
      }
      const taken = piece.subarray(from, from + this.room.length);
      this.room.set(taken);
      this.room = this.room.subarray(taken.length);
      from += taken.length;
    }
  }

  /** What is kept in memory, in order. */
  private kept(): Uint8Array[] {
    const last = this.pieces.at(-1);
    const filled = last?.subarray(0, last.length - this.room.length);
    return filled ? [...this.pieces.slice(0, -1), filled] : [];
  }

  read(start: number, end: number): Uint8Array | Promise<Uint8Array> {
    if (this.file) return bytesIn(this.file, start, Math.min(end, this.length));
    this.joined ??= this.pieces.length === 1 ? this.pieces[0] : Buffer.concat(this.kept());
    return (this.joined as Uint8Array).subarray(start, end);
  }

  range(start: number, end: number): Content {
    const read = (from: number) => this.read(from, Math.min(end, from + PIECE_BYTES));
    return {
      length: end - start,
      async *pieces() {
        for (let from = start; from < end; from += PIECE_BYTES) yield await read(from);
      },
    };
  }

  close(): Promise<void> | undefined {
    this.forget();
    return this.writing && this.closeFile(this.writing);
  }

  private forget(): void {
    this.pieces.length = 0;
    this.room = NO_ROOM;
  }

  /** A body can be cut while its file is being opened. Nobody else would close it then. */
  private async closeFile(writing: Promise<void>): Promise<void> {
    await writing.catch(() => undefined);
    await this.file?.close();
  }

  /** `writeFile` goes on where the last piece ended, and unlike `write` does not stop half-way on a disk that is nearly full. */
  private async write(piece: Uint8Array): Promise<void> {
    try {
      if (!this.file) {
        const path = join(tmpdir(), `countersign-${randomUUID()}`);
        this.file = await open(path, 'wx+', 0o600);
        await unlink(path);
        for (const earlier of this.kept()) await this.file.writeFile(earlier);
        this.forget();
      }
      await this.file.writeFile(piece);
    } catch (cause) {
      throw new CountersignError('spool-unavailable', `a body could not be written to ${tmpdir()}`, {
        cause,
      });
    }
  }
}

async function bytesIn(file: FileHandle, start: number, end: number): Promise<Uint8Array> {
  const bytes = Buffer.allocUnsafe(Math.max(0, end - start));
  const { bytesRead } = await file.read(bytes, 0, bytes.length, start);
  if (bytesRead < bytes.length) throw new Error('a spooled body was cut');
  return bytes;
}
