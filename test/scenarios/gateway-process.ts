import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { lstatSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import type { ConfigInput } from '../../src/config/schema/schema.ts';
import { deliveryRule, SECRET } from '../harness/delivery.ts';
import { PROGRAM } from '../harness/program.ts';
import { type Rep, repOf } from '../harness/rep.ts';
import { until } from '../harness/until.ts';
import { openGateway } from '../harness/world.ts';

/** A gateway as an operator runs it, and as a power cut ends it. */
export type GatewayProcess = {
  readonly rep: Rep;
  readonly url: string;
  /** What it has logged so far. */
  output(): string;
  /** Says that the configuration is another one. */
  hangUp(): void;
  /** Asks it to stop as an operator does, and gives its exit code. */
  stop(): Promise<number | null>;
  /** `kill -9`: not a line of ours runs any more. */
  kill(): Promise<void>;
};

/** A configuration as it stands in a file. */
export function configText(options: Omit<ConfigInput, 'secret'>): string {
  return stringify({ ...options, secret: { env: 'COUNTERSIGN_SECRET' } });
}

/** Two workers in front of a CRM, with their ledger and their outbox in the folder. */
export function twoWorkers(
  crm: { readonly url: string },
  folder: string,
  rule = deliveryRule(),
): Omit<ConfigInput, 'secret'> {
  return {
    version: 1,
    workers: 2,
    listen: { port: 0 },
    admin: false,
    upstream: { url: crm.url },
    store: { kind: 'sqlite', path: './ledger.db' },
    modules: { DeliveryNotes: { dialect: 'rest', path: '/api/DeliveryNotes' } },
    channels: { email: { kind: 'outbox', folder: join(folder, 'outbox') } },
    rules: [rule],
  };
}

/** The processes that have listened so far, in their order. */
export function pidsIn({ output }: Pick<GatewayProcess, 'output'>): readonly number[] {
  return [...output().matchAll(/"pid":(\d+),"url"/g)].map(([, pid]) => Number(pid));
}

/** Writes the configuration, unless a link to one is there, serves it, and waits until it listens. `fileKib`: no file it writes may grow larger, as on a full disk. */
export async function serve(
  folder: string,
  options: Omit<ConfigInput, 'secret'>,
  { fileKib = 0, env = {} }: { readonly fileKib?: number; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<GatewayProcess> {
  const path = join(folder, 'countersign.yaml');
  const isLink = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  if (!isLink) writeFileSync(path, configText(options));
  const command = [process.execPath, PROGRAM, 'serve', '-c', path];
  const limited = ['bash', '-c', `ulimit -f ${fileKib}; exec "$0" "$@"`, ...command];
  const [program = '', ...words] = fileKib > 0 ? limited : command;
  const child = spawn(program, words, {
    env: { ...process.env, COUNTERSIGN_SECRET: SECRET, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => kill(child));
  let output = '';
  const read = (chunk: Buffer) => {
    output += chunk.toString();
  };
  child.stdout.on('data', read);
  child.stderr.on('data', read);
  const url = await until(() => {
    if (child.exitCode !== null) throw new Error(`the gateway ended with ${child.exitCode}:\n${output}`);
    return /"url":"([^"]+)"/.exec(output)?.[1];
  });
  const stop = async () => {
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    await gone;
    return child.exitCode;
  };
  const hangUp = () => void child.kill('SIGHUP');
  return { rep: repOf(url), url, output: () => output, hangUp, stop, kill: () => kill(child) };
}

/**
 * The gateway that comes after a process that is gone, where nobody kills it in its turn: in the process of the test, on the same ledger,
 * which starts in no time. Paths of `options` are absolute.
 */
export function comeAfter(options: Omit<ConfigInput, 'secret'>): ReturnType<typeof openGateway> {
  return openGateway({ log: { level: 'silent' }, ...options, secret: SECRET });
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}
