import { mkdir, open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** A file that only ever grows. */
export type AppendFile = {
  /** Resolves when the text is on the disk. */
  append(text: string): Promise<void>;
  /** In bytes, what other processes wrote included. */
  size(): Promise<number>;
  /** What stands from this byte on. */
  read(start: number): Promise<Buffer>;
  /** Whether the path still leads to this file, and not to one that a rotation put there. */
  isInPlace(): Promise<boolean>;
  close(): Promise<void>;
};

/** Opens the file for appending, and makes it and its folder where they are missing, readable by their owner only. */
export async function openAppendFile(path: string): Promise<AppendFile> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const handle = await open(path, 'a+', 0o600);
  try {
    const opened = await handle.stat();
    if (!opened.isFile()) throw new Error('it is no regular file');
    if (opened.size === 0) await syncFolder(dirname(path));
    const size = async () => (await handle.stat()).size;
    return {
      async append(text) {
        await handle.appendFile(text);
        await handle.datasync();
      },
      size,
      async read(start) {
        const length = (await size()) - start;
        const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, start);
        return buffer.subarray(0, bytesRead);
      },
      async isInPlace() {
        const found = await stat(path).catch(() => undefined);
        return found?.ino === opened.ino && found.dev === opened.dev;
      },
      close: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** A new file outlives a power loss only when its folder was written too (fsync(2)). */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
