import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { answersAt } from './answers-at.ts';
import { findProgram } from './debian-program.ts';
import { freePort } from './free-port.ts';

/** A PgBouncer in transaction mode before a server, with fewer connections than are asked for. */
export async function startPgBouncer(
  port: number,
): Promise<{ readonly port: number; stop(): Promise<void> }> {
  const program = await findProgram('pgbouncer', 'pgbouncer');
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
  for (let tries = 0; tries < 200 && !(await answersAt(own)); tries++) await pause(50);
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
