import {
  appendFileSync,
  closeSync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readSync,
  statSync,
} from 'node:fs';
import { dirname } from 'node:path';

/** A file that only ever grows. What it does blocks: it runs in a separate thread. */
export type AppendFile = {
  /** The text is on the disk when it returns. */
  append(text: string): void;
  /** In bytes, what other processes wrote included. */
  size(): number;
  /** What stands from this byte on. */
  read(start: number): Buffer;
  /** Whether the path still leads to this file, and not to one that a rotation put there. */
  isInPlace(): boolean;
  close(): void;
};

/** Opens the file for appending, and makes it and its folder where they are missing, readable by their owner only. */
export function openAppendFile(path: string): AppendFile {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const descriptor = openSync(path, 'a+', 0o600);
  try {
    const opened = fstatSync(descriptor);
    if (!opened.isFile()) throw new Error('it is no regular file');
    if (opened.size === 0) syncFolder(dirname(path));
    const size = () => fstatSync(descriptor).size;
    return {
      append(text) {
        appendFileSync(descriptor, text);
        fdatasyncSync(descriptor);
      },
      size,
      read(start) {
        const buffer = Buffer.alloc(size() - start);
        return buffer.subarray(0, readSync(descriptor, buffer, 0, buffer.length, start));
      },
      isInPlace() {
        const found = statSync(path, { throwIfNoEntry: false });
        return found?.ino === opened.ino && found.dev === opened.dev;
      },
      close: () => closeSync(descriptor),
    };
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

/** A new file outlives a power loss only when its folder was written too (fsync(2)). */
function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
