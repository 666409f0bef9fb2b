import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, lstatSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { until } from '../harness/until.ts';
import { type Image, standInFor } from './build.ts';

/** What a container of an image runs, as the image's user (or who stands in for that user), in its working folder. */
export type Container = {
  /** Starts what the image starts; ends with the test. */
  start(env: Readonly<Record<string, string>>): Promise<{
    readonly url: string;
    output(): string;
    stop(): Promise<number | null>;
  }>;
  /** Runs the image's health check. */
  healthcheck(env: Readonly<Record<string, string>>): { readonly code: number | null; readonly err: string };
  /** Runs a program of its own in the image. */
  node(script: string): string;
};

/** A root that nobody may write to but in `/tmp` and the image's volumes. */
export function openContainer(image: Image): Container {
  const { root, workdir } = image;
  if (!image.user) throw new Error('the image runs as root');
  const user = standInFor(image.user);
  closeTree(root);
  for (const volume of [...image.volumes, '/tmp']) {
    const folder = join(root, volume);
    chmodSync(folder, 0o700);
    chownSync(folder, user.uid, user.gid);
  }
  const paths = Object.fromEntries(
    Object.entries(image.environment).map(([name, value]) => [
      name,
      value.startsWith('/') ? join(root, value) : value,
    ]),
  );
  const identity = process.getuid?.() === 0 ? user : {};
  const optionsWith = (env: Readonly<Record<string, string>>) => ({
    ...identity,
    cwd: join(root, workdir),
    env: { ...paths, PATH: join(root, 'usr/local/bin'), TMPDIR: join(root, 'tmp'), ...env },
  });
  const run = (words: readonly string[], env: Readonly<Record<string, string>>) => {
    const [program = '', ...rest] = words;
    const { status, stdout, stderr, error } = spawnSync(programIn(root, program), rest, {
      ...optionsWith(env),
      encoding: 'utf8',
    });
    if (error) throw error;
    return { code: status, out: stdout, err: stderr };
  };
  return {
    async start(env) {
      const [program = '', ...rest] = [...image.entrypoint, ...image.command];
      const child = spawn(programIn(root, program), rest, {
        ...optionsWith(env),
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      onTestFinished(() => end(child, 'SIGKILL').then(() => undefined));
      let output = '';
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (chunk: Buffer) => {
          output += chunk.toString();
        });
      const url = await until(() => {
        if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}:\n${output}`);
        return /"url":"([^"]+)"/.exec(output)?.[1];
      });
      return { url, output: () => output, stop: () => end(child, 'SIGTERM') };
    },
    healthcheck: (env) => run(image.healthcheck, env),
    node: (script) => run(['node', '-e', script], {}).out,
  };
}

const programIn = (root: string, name: string) => join(root, 'usr/local/bin', name);

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  }
  return child.exitCode;
}

/** Everybody may read, nobody may write: what a read-only root is to whoever is not root. */
function closeTree(path: string): void {
  const found = lstatSync(path);
  if (found.isSymbolicLink()) return;
  if (found.isDirectory()) for (const name of readdirSync(path)) closeTree(join(path, name));
  chmodSync(path, found.mode & 0o111 ? 0o555 : 0o444);
}

/** Gives the folders of a tree back to their owner, so that it can be removed. */
export function reopenTree(path: string): void {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (!found?.isDirectory()) return;
  chmodSync(path, 0o755);
  for (const name of readdirSync(path)) reopenTree(join(path, name));
}

/** Makes a file's folder in the image, as a mount does. */
export function folderIn(image: Image, path: string): string {
  mkdirSync(join(image.root, path), { recursive: true });
  return join(image.root, path);
}
