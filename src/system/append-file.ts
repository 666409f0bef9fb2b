import { type FileHandle, mkdir, open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** A file that only ever grows. */
export type AppendFile = {
  /** Resolves when the lines are on the disk. */
  append(lines: readonly string[]): Promise<void>;
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
    // What a crash or a full disk left of a line must not swallow the next one.
    else if (!(await endsWithNewline(handle, opened.size))) await handle.appendFile('\n');
    return {
      async append(lines) {
        await handle.appendFile(lines.map((line) => `${line}\n`).join(''));
        await handle.datasync();
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

async function endsWithNewline(handle: FileHandle, size: number): Promise<boolean> {
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer[0] === 0x0a;
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
