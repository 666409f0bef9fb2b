import { execFile } from 'node:child_process';
import { accessSync, constants, mkdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

/** In Debian's package of the tools lies the server as well: it is the server when it is called so. */
const NAMES = ['redis-server', 'valkey-server', 'redis-check-rdb'];
const LOCK = join(tmpdir(), 'countersign-installs-redis');
const LOCK_IS_STALE_MS = 120_000;

const MISSING =
  'The tests of the Redis store need the program redis-server, version 6.2 or later, in PATH. Install it with ' +
  '"apt-get install redis-server", "brew install redis" or what your system has, and run the tests again.';

/** The server's program. Installs Debian's package where that is allowed; else fails and says what to install. */
export async function findRedisProgram(): Promise<string> {
  return inPath() ?? (await install()) ?? fail();
}

function inPath(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const candidates = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  return candidates.find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** `redis-tools`, not `redis-server`: the latter starts a server of its own that would stay. One process installs, others wait. */
async function install(): Promise<string | undefined> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return undefined;
  while (!lock()) {
    await pause(250);
    const found = inPath();
    if (found) return found;
  }
  try {
    const run = (...args: string[]) =>
      promisify(execFile)('apt-get', args, {
        env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      });
    const packages = ['install', '--yes', '--no-install-recommends', 'redis-tools'];
    await run(...packages).catch(async () => {
      await run('update');
      await run(...packages);
    });
    return inPath();
  } catch (error) {
    return fail(error);
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

function fail(cause?: unknown): never {
  throw new Error(MISSING, { cause });
}
