import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SOURCE = fileURLToPath(new URL('slow-disk.c', import.meta.url));

export type SlowDiskOptions = {
  /** How much longer each sync takes. */
  readonly ms?: number;
  /** Kills the process after so many syncs of files whose path ends so. */
  readonly kill?: { readonly after: number; readonly file: string };
};

/** A disk that is slow, for processes that get its variables. */
export type SlowDisk = {
  /** The variables of a process that is to use it. */
  env(options: SlowDiskOptions): Readonly<Record<string, string>>;
  /** How many syncs there were so far. */
  syncs(): number;
  remove(): void;
};

/** Compiles it. Undefined where there is no C compiler, or no Linux: then a disk cannot be made slow. */
export function makeSlowDisk(): SlowDisk | undefined {
  if (process.platform !== 'linux') return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'countersign-slow-disk-'));
  const library = join(folder, 'slow-disk.so');
  const log = join(folder, 'syncs');
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    execFileSync('cc', ['-shared', '-fPIC', '-O1', '-o', library, SOURCE, '-ldl'], { stdio: 'ignore' });
  } catch {
    remove();
    return undefined;
  }
  return {
    env: ({ ms = 0, kill }) => ({
      LD_PRELOAD: library,
      SLOW_DISK_LOG: log,
      SLOW_DISK_MS: String(ms),
      ...(kill && { SLOW_DISK_KILL: String(kill.after), SLOW_DISK_FILE: kill.file }),
    }),
    syncs() {
      try {
        return readFileSync(log).length;
      } catch {
        return 0;
      }
    },
    remove,
  };
}
