import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The program as the package and the image have it: compiled, in a folder of its own. Gives the path of its main file. */
export async function packProgram(folder: string): Promise<string> {
  const place = join(folder, 'packed');
  mkdirSync(place, { recursive: true });
  copyFileSync(join(ROOT, 'package.json'), join(place, 'package.json'));
  symlinkSync(join(ROOT, 'node_modules'), join(place, 'node_modules'));
  const compiler = join(ROOT, 'node_modules', '.bin', 'tsc');
  await promisify(execFile)(compiler, [
    '-p',
    join(ROOT, 'tsconfig.build.json'),
    '--outDir',
    join(place, 'dist'),
  ]);
  return join(place, 'dist', 'main.js');
}
