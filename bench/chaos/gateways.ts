import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import type { ConfigInput } from '../../src/config/schema/schema.ts';

/** A gateway as an operator runs it, which is killed and started again. */
export type ChaosGateway = {
  /** Where it listens, or listened last. */
  readonly url: string;
  /** `kill -9`, and a new process in its place as soon as it listens. */
  killAndRestart(): Promise<void>;
  stop(): Promise<void>;
};

/** The command line as the sources have it. */
export const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const SECRET = 'a secret for the chaos, which nobody needs to keep';
const TAIL_CHARACTERS = 4000;

/** Writes the configuration; gives a function that starts gateways of the program with it. `onEnd` hears of one that ended by itself. */
export function prepareGateways(
  program: string,
  folder: string,
  options: Omit<ConfigInput, 'secret'>,
  onEnd: (why: string) => void,
): () => Promise<ChaosGateway> {
  const path = join(folder, 'countersign.yaml');
  writeFileSync(path, stringify({ ...options, secret: { env: 'COUNTERSIGN_SECRET' } }));
  return async () => {
    let running = await serve([program, 'serve', '-c', path], onEnd);
    return {
      get url() {
        return running.url;
      },
      async killAndRestart() {
        await running.kill();
        running = await serve([program, 'serve', '-c', path], onEnd);
      },
      stop: () => running.kill(),
    };
  };
}

type Running = { readonly url: string; kill(): Promise<void> };

async function serve(words: readonly string[], onEnd: (why: string) => void): Promise<Running> {
  const child = spawn(process.execPath, words, {
    env: { ...process.env, COUNTERSIGN_SECRET: SECRET },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let isWanted = true;
  let tail = '';
  const { promise: url, resolve } = Promise.withResolvers<string>();
  const read = (chunk: Buffer) => {
    tail = (tail + chunk.toString()).slice(-TAIL_CHARACTERS);
    const found = /"url":"([^"]+)"/.exec(tail)?.[1];
    if (found !== undefined) resolve(found);
  };
  child.stdout.on('data', read);
  child.stderr.on('data', read);
  child.once('exit', (code, signal) => {
    if (isWanted) onEnd(`a gateway ended by itself with ${code ?? signal}: ${tail}`);
    resolve('http://127.0.0.1:1');
  });
  return {
    url: await url,
    async kill() {
      isWanted = false;
      await end(child);
    },
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}
