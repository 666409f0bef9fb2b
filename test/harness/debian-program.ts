import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

const LOCK = join(tmpdir(), 'countersign-installs-programs');
const LOCK_IS_STALE_MS = 300_000;

/** Where programs stand: in PATH, and where systems put those that are no user's. */
export const PROGRAM_FOLDERS = [
  ...(process.env['PATH'] ?? '').split(delimiter),
  '/usr/sbin',
  '/usr/bin',
  '/opt/homebrew/bin',
];

export type Wanted<Found> = {
  /** Debian's. */
  readonly packages: readonly string[];
  find(): Found | undefined;
  /** What people are told who have to install it themselves. */
  readonly missing: string;
  /** Comes before the packages are installed. */
  prepare?(): void;
};

/** A program of the system, whose package needs no more than to be installed. */
export function findProgram(name: string, packageName: string): Promise<string> {
  return findInstalled({
    packages: [packageName],
    find: () => programIn(PROGRAM_FOLDERS, name),
    missing: `these tests need ${name}: apt-get install ${packageName}, or what your system has`,
  });
}

/** Installs Debian's packages where that is allowed, and has them start no server of their own; else fails and says what to install. */
export async function findInstalled<Found>(wanted: Wanted<Found>): Promise<Found> {
  const { find, missing } = wanted;
  const there = find();
  if (there) return there;
  if (process.platform === 'linux' && process.getuid?.() === 0) await install(wanted);
  const installed = find();
  if (installed) return installed;
  throw new Error(missing);
}

export function programIn(folders: readonly string[], name: string): string | undefined {
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

/** One process installs, others wait. */
async function install({ packages, find, missing, prepare }: Wanted<unknown>): Promise<void> {
  while (!lock()) {
    await pause(250);
    if (find()) return;
  }
  try {
    prepare?.();
    // Nothing is started in a runlevel in which nothing runs. Source: invoke-rc.d(8).
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
    const run = (...args: string[]) => promisify(execFile)('apt-get', args, { env });
    // Who else installs is waited for, in seconds. Source: apt.conf(5).
    const waiting = ['-o', 'DPkg::Lock::Timeout=120'];
    const all = [...waiting, 'install', '--yes', '--no-install-recommends', ...packages];
    await run(...all).catch(async () => {
      await run('update');
      await run(...all);
    });
  } catch (cause) {
    throw new Error(missing, { cause });
  } finally {
    rmSync(LOCK, { recursive: true, force: true });
  }
}

function lock(): boolean {
  try {
    mkdirSync(LOCK);
    return true;
  } catch {
    const since = statSync(LOCK, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (Date.now() - since > LOCK_IS_STALE_MS) rmSync(LOCK, { recursive: true, force: true });
    return false;
  }
}
