import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

const LOCK_IS_STALE_MS = 300_000;

/**
 * A program of the system. Installs Debian's package where that is allowed, and has it start no server of its own; else fails and says what
 * to install. One process installs, others wait.
 */
export async function findProgram(name: string, packageName: string): Promise<string> {
  const there = found(name);
  if (there) return there;
  if (process.platform === 'linux' && process.getuid?.() === 0) await install(name, packageName);
  const installed = found(name);
  if (installed) return installed;
  throw new Error(`these tests need ${name}: apt-get install ${packageName}, or what your system has`);
}

function found(name: string): string | undefined {
  const folders = [
    ...(process.env['PATH'] ?? '').split(delimiter),
    '/usr/sbin',
    '/usr/bin',
    '/opt/homebrew/bin',
  ];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

async function install(name: string, packageName: string): Promise<void> {
  const lock = join(tmpdir(), 'countersign-installs-programs');
  while (!isLockedBy(lock)) {
    await pause(250);
    if (found(name)) return;
  }
  try {
    // Nothing is started in a runlevel in which nothing runs. Source: invoke-rc.d(8).
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
    const run = (...args: string[]) => promisify(execFile)('apt-get', args, { env });
    const packages = ['install', '--yes', '--no-install-recommends', packageName];
    await run(...packages).catch(async () => {
      await run('update');
      await run(...packages);
    });
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

function isLockedBy(lock: string): boolean {
  try {
    mkdirSync(lock);
    return true;
  } catch {
    const since = statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (Date.now() - since > LOCK_IS_STALE_MS) rmSync(lock, { recursive: true, force: true });
    return false;
  }
}
