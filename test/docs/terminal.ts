import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text as textOf } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { until } from '../harness/until.ts';

export type Ran = { readonly code: number | null; readonly output: string };

/** Where somebody types what a page says, one command after the other. */
export type Terminal = {
  /** Runs a command to its end, in a shell; what it assigns or exports stays. */
  run(command: string): Promise<Ran>;
  /** Starts a command that stays, and waits until it says so. */
  start(command: string, ready: RegExp): Promise<void>;
  /** What Ctrl-C does to each command that stays, the newest first; gives how they ended. */
  interrupt(): Promise<readonly (number | NodeJS.Signals | null)[]>;
};

const ASSIGNMENT = /^(?:export )?(\w+)=/;

export function openTerminal(folder: string, environment: Readonly<Record<string, string>>): Terminal {
  const own: Record<string, string> = { ...environment };
  const staying: ChildProcess[] = [];
  // What npm tells its scripts of the run of the tests is no business of what is typed here.
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(?:npm_|VITEST|NODE_ENV$|INIT_CWD$)/.test(name),
  );
  const options = () => ({ cwd: folder, env: { ...Object.fromEntries(inherited), ...own } });
  return {
    async run(command) {
      const name = ASSIGNMENT.exec(command)?.[1];
      const whole = name === undefined ? command : `${command}\nprintf %s "$${name}"`;
      const child = spawn('bash', ['-ec', whole], { ...options(), stdio: ['ignore', 'pipe', 'pipe'] });
      const gone = once(child, 'close');
      const [out, err] = await Promise.all([textOf(child.stdout), textOf(child.stderr)]);
      await gone;
      if (name !== undefined && child.exitCode === 0) own[name] = out;
      return { code: child.exitCode, output: out + err };
    },
    async start(command, ready) {
      const child = spawn('bash', ['-ec', command], {
        ...options(),
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      staying.push(child);
      onTestFinished(() => void end(child));
      let output = '';
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (chunk: Buffer) => {
          output += chunk.toString();
        });
      await until(() => {
        if (child.exitCode !== null) throw new Error(`${command} ended with ${child.exitCode}:\n${output}`);
        return ready.test(output);
      });
    },
    interrupt: () => Promise.all(staying.splice(0).reverse().map(end)),
  };
}

/** As a terminal does: the signal reaches every process of the group. */
async function end(child: ChildProcess): Promise<number | NodeJS.Signals | null> {
  if (child.exitCode === null && child.signalCode === null && child.pid !== undefined) {
    const gone = once(child, 'close');
    process.kill(-child.pid, 'SIGINT');
    await gone;
  }
  return child.exitCode ?? child.signalCode;
}
