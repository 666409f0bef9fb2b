import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { answersAt } from '../../test/harness/answers-at.ts';
import { pinned } from './pinned.ts';

/** A server in a process of its own. */
export type Running = {
  readonly url: string;
  /** Megabytes that it holds now, and held at most since `forgetPeak`. */
  memoryMb(): { readonly now: number; readonly peak: number };
  forgetPeak(): void;
  stop(): Promise<void>;
};

export type Command = {
  readonly core: number;
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
};

const STARTS_WITHIN_MS = 20_000;

/** Starts a server, which is told its port by `commandFor`, and waits until it takes connections. */
export async function startServer(commandFor: (port: number) => Command): Promise<Running> {
  const port = await freePort();
  const { core, program, args, env } = commandFor(port);
  const [command, all] = pinned(core, program, args);
  const started = performance.now();
  // What it says goes to a file: a reader of a pipe would take time from the clients.
  const path = join(tmpdir(), `countersign-bench-${process.pid}-${port}.log`);
  const file = openSync(path, 'w+');
  const child = spawn(command, all, { env: { ...process.env, ...env }, stdio: ['ignore', file, file] });
  while (!(await answersAt(port))) {
    if (child.exitCode !== null || performance.now() - started > STARTS_WITHIN_MS) {
      child.kill('SIGKILL');
      throw new Error(`${program} ${args.join(' ')} did not start: ${readFileSync(path, 'utf8')}`);
    }
    await pause(5);
  }
  const { pid = 0 } = child;
  return {
    url: `http://127.0.0.1:${port}`,
    // Source: proc_pid_clear_refs(5).
    forgetPeak: () => writeFileSync(`/proc/${pid}/clear_refs`, '5'),
    memoryMb: () => ({ now: statusOf(pid, 'VmRSS') / 1024, peak: statusOf(pid, 'VmHWM') / 1024 }),
    async stop() {
      await stop(child);
      closeSync(file);
      rmSync(path);
    },
  };
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port is free');
  return address.port;
}

/** Kilobytes. Source: proc_pid_status(5). */
function statusOf(pid: number, name: string): number {
  const text = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0);
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), 5_000);
  await gone;
  clearTimeout(late);
}
