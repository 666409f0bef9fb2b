import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

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

/** The environment of somebody who types: this Node first in the path, and what npm has fetched before is used. */
export function plainEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(?:npm_|VITEST|NODE_|INIT_CWD$)/.test(name));
  const path = `${dirname(process.execPath)}${delimiter}${process.env['PATH']}`;
  return { ...Object.fromEntries(kept), PATH: path, npm_config_prefer_offline: 'true' };
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

/** Packs a clean copy of the project, as the registry would get it; gives the path of the tarball, in a folder of its own. */
export function packClone(): string {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-pack-'));
  const clone = join(folder, 'clone');
  for (const part of SOURCES) cpSync(join(ROOT, part), join(clone, part), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(clone, 'node_modules'));
  const { code, err } = runIn(clone, 'npm', ['pack', '--pack-destination', folder]);
  if (code !== 0) throw new Error(`npm pack ended with ${code}:\n${err}`);
  const { version } = JSON.parse(readFileSync(join(clone, 'package.json'), 'utf8')) as { version: string };
  return join(folder, `countersign-${version}.tgz`);
}

/** Installs the tarball into a folder, as `npm install countersign` would. */
export function installPackage(folder: string, tarball: string): void {
  const { code, err } = runIn(folder, 'npm', ['install', '--no-audit', '--no-fund', tarball]);
  if (code !== 0) throw new Error(`npm install ended with ${code}:\n${err}`);
}
