import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, symlinkSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { npmSettings } from '../harness/npm-settings.ts';
import { onceARun, runFolder } from '../harness/run-folder.ts';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** What a command ended with. */
export type Ran = { readonly code: number | null; readonly out: string; readonly err: string };

/** Runs a program in a folder on the Node of the tests, without what npm tells the scripts that it runs. */
export function runIn(
  folder: string,
  program: string,
  words: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Ran {
  const { status, stdout, stderr } = spawnSync(program, words, {
    cwd: folder,
    env: { ...plainEnvironment(), ...env },
    encoding: 'utf8',
  });
  return { code: status, out: stdout, err: stderr };
}

/**
 * The environment of somebody who types: this Node first in the path, and what npm has fetched before is used. What Node has compiled is kept,
 * for this run: npm and what it installs are started often.
 */
export function plainEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(?:npm_|VITEST|NODE_|INIT_CWD$)/.test(name));
  const path = `${dirname(process.execPath)}${delimiter}${process.env['PATH']}`;
  return {
    ...Object.fromEntries(kept),
    PATH: path,
    NODE_COMPILE_CACHE: join(runFolder(), 'compiled'),
    ...npmSettings(),
  };
}

/** What `npm pack` needs of a clone. `dist` is not there: the package has to build itself. */
const SOURCES = [
  'package.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'README.md',
  'LICENSE',
  'CHANGELOG.md',
  'SECURITY.md',
  'src',
  'config',
  'console',
  'docs',
  'examples',
];

/** A clean copy of the project, packed as the registry would get it, once in a run of the tests; gives the path of the tarball. */
export async function packClone(): Promise<string> {
  const folder = await onceARun('packed', (place) => {
    const clone = join(place, 'clone');
    for (const part of SOURCES) cpSync(join(ROOT, part), join(clone, part), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(clone, 'node_modules'));
    const { code, err } = runIn(clone, 'npm', ['pack', '--pack-destination', place]);
    if (code !== 0) throw new Error(`npm pack ended with ${code}:\n${err}`);
  });
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
  return join(folder, `countersign-${version}.tgz`);
}

/** The copy that was packed, with what its build left; undefined where this run has not packed yet. */
export function packedClone(): string | undefined {
  const clone = join(runFolder(), 'packed', 'clone');
  return existsSync(join(clone, 'dist')) ? clone : undefined;
}

/** The commands by which the quick start installs the package. */
export const INSTALLING = ['npm init -y', 'npm install countersign'] as const;

/**
 * A folder that was empty before the quick start's first commands were typed in it, once in a run of the tests. They install the tarball in
 * the registry's place. Several tests have it: what they write has names that no other test gives.
 */
export async function installedFolder(): Promise<string> {
  const tarball = await packClone();
  return onceARun('installed', (folder) => {
    for (const command of INSTALLING) {
      const [program = '', ...words] = command
        .replace('install countersign', `install ${tarball}`)
        .split(' ');
      const { code, err } = runIn(folder, program, words);
      if (code !== 0) throw new Error(`${command} ended with ${code}:\n${err}`);
    }
  });
}
