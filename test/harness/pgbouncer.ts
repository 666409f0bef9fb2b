import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from './free-port.ts';

const PROGRAMS = ['/usr/sbin/pgbouncer', '/usr/bin/pgbouncer', '/opt/homebrew/bin/pgbouncer'];

/** A PgBouncer in transaction mode before a server, with fewer connections than are asked for. */
export async function startPgBouncer(
  port: number,
): Promise<{ readonly port: number; stop(): Promise<void> }> {
  const program = await findProgram();
  const folder = mkdtempSync(join(tmpdir(), 'countersign-pgbouncer-'));
  chmodSync(folder, 0o777);
  const own = await freePort();
  const lines = [
    '[databases]',
    `countersign = host=127.0.0.1 port=${port} dbname=countersign`,
    '[pgbouncer]',
    'listen_addr = 127.0.0.1',
    `listen_port = ${own}`,
    'unix_socket_dir =',
    'auth_type = any',
    'pool_mode = transaction',
    'default_pool_size = 3',
  ];
  const file = join(folder, 'pgbouncer.ini');
  writeFileSync(file, `${lines.join('\n').replace('dbname=countersign', 'dbname=countersign user=gate')}\n`);
  const user = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
  const child = spawn(program, ['-q', file], { ...user, stdio: 'ignore' });
  const end = () => void child.kill('SIGKILL');
  process.once('exit', end);
  for (let tries = 0; tries < 200 && !(await answers(own)); tries++) await pause(50);
  return {
    port: own,
    async stop() {
      process.off('exit', end);
      const over = once(child, 'exit');
      if (child.exitCode === null && child.signalCode === null) {
        end();
        await over;
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function findProgram(): Promise<string> {
  const found = () => PROGRAMS.find((path) => existsSync(path));
  const there = found();
  if (there) return there;
  if (process.platform === 'linux' && process.getuid?.() === 0)
    await promisify(execFile)('apt-get', ['install', '--yes', '--no-install-recommends', 'pgbouncer'], {
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
  const installed = found();
  if (!installed) throw new Error('this test needs PgBouncer: apt-get install pgbouncer');
  return installed;
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
