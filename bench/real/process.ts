import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';

/** The Node that servers run on: this one, unless the environment names another, which a server may need. */
export const NODE = process.env['REAL_NODE'] ?? process.execPath;

/** A server in a process of its own, which ends with this one. */
export type Child = { stop(): Promise<void> };

/** Starts it, and resolves when the address answers at all, or what is asked says so. What it said is thrown where it does not. */
export async function startChild(
  command: readonly string[],
  options: {
    readonly cwd: string;
    readonly env?: Readonly<Record<string, string>>;
    readonly isUp: string | (() => boolean);
  },
): Promise<Child> {
  const [program = '', ...words] = command;
  const child: ChildProcess = spawn(program, words, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (piece: Buffer) => {
      said = `${said}${piece}`.slice(-4000);
    });
  process.once('exit', () => child.kill('SIGKILL'));
  for (let tries = 0; tries < 600; tries++) {
    if (child.exitCode !== null) throw new Error(`${program} ended: ${said}`);
    if (await isUp(options.isUp)) {
      return {
        async stop() {
          child.kill('SIGTERM');
          await pause(500);
          child.kill('SIGKILL');
        },
      };
    }
    await pause(200);
  }
  child.kill('SIGKILL');
  throw new Error(`${program} did not start: ${said}`);
}

async function isUp(asked: string | (() => boolean)): Promise<boolean> {
  if (typeof asked !== 'string') return asked();
  return fetch(asked).then(
    () => true,
    () => false,
  );
}
