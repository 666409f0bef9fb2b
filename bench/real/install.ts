import { execFile } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A line for who looks on. */
export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Installs packages into a folder of their own, once. */
export async function installed(folder: string, packages: readonly string[]): Promise<void> {
  const missing = packages.filter(
    (spec) => !existsSync(join(folder, 'node_modules', spec.replace(/(?<=.)@[^/]*$/, ''))),
  );
  if (missing.length === 0) return;
  if (!existsSync(join(folder, 'package.json')))
    writeFileSync(join(folder, 'package.json'), '{"private":true}');
  say(`Installing ${missing.join(', ')} into ${folder} …`);
  const words = ['install', '--no-audit', '--no-fund', '--no-progress', ...missing];
  await promisify(execFile)('npm', words, { cwd: folder, maxBuffer: 64 * 1024 * 1024 });
}
