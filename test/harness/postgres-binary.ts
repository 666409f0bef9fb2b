import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

/** Where Debian puts each version's programs, which stand in no PATH. */
const DEBIAN = '/usr/lib/postgresql';
const LOCK = join(tmpdir(), 'countersign-installs-postgres');
const LOCK_IS_STALE_MS = 300_000;

const MISSING =
  'The tests of the Postgres store need the programs initdb, postgres and pg_basebackup, version 13 or later. Install them with ' +
  '"apt-get install postgresql", "brew install postgresql" or what your system has, and run the tests again.';

/** The folder of the server's programs. Installs Debian's package where that is allowed; else fails and says what to install. */
export async function findPostgresPrograms(): Promise<string> {
  return found() ?? (await install()) ?? fail();
}

function found(): string | undefined {
  const debian = existsSync(DEBIAN)
    ? readdirSync(DEBIAN)
        .sort((one, two) => Number(two) - Number(one))
        .map((version) => join(DEBIAN, version, 'bin'))
    : [];
  return [...(process.env['PATH'] ?? '').split(delimiter), ...debian].find((folder) =>
    ['initdb', 'postgres', 'pg_basebackup'].every((program) => existsSync(join(folder, program))),
  );
}

/** Without a server of its own that would stay. One process installs, others wait. */
async function install(): Promise<string | undefined> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return undefined;
  while (!lock()) {
    await pause(250);
    const there = found();
    if (there) return there;
  }
  try {
    mkdirSync('/etc/postgresql-common/createcluster.d', { recursive: true });
    writeFileSync('/etc/postgresql-common/createcluster.d/none.conf', 'create_main_cluster = false\n');
    const run = (...args: string[]) =>
      promisify(execFile)('apt-get', args, {
        env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      });
    const packages = ['install', '--yes', '--no-install-recommends', 'postgresql'];
    await run(...packages).catch(async () => {
      await run('update');
      await run(...packages);
    });
    return found();
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
