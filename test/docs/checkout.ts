import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { PROGRAM } from '../harness/program.ts';
import { openFolder } from '../harness/world.ts';
import { ROOT } from './commands.ts';

/** A copy of the project's files in a folder of its own, and the programs of which pages speak. */
export type Checkout = { readonly folder: string; readonly environment: Readonly<Record<string, string>> };

const PARTS = [
  'package.json',
  'README.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'LICENSE',
  'Dockerfile',
  'compose.yaml',
  'biome.json',
  'tsconfig.json',
  'vitest.config.ts',
  'src',
  'bench',
  'config',
  'console',
  'docs',
  'examples',
  'deploy',
  'test',
];

/**
 * Nothing that is typed there touches the checkout from which the tests run. `linked` parts are those on which nothing that is typed
 * writes: programs of a place that Node knows are compiled already. A command that needs a few parts is typed on a copy of those.
 */
export function openCheckout(
  folder = openFolder(),
  linked: readonly string[] = [],
  parts: readonly string[] = PARTS,
): Checkout {
  for (const part of parts) {
    if (linked.includes(part)) symlinkSync(join(ROOT, part), join(folder, part));
    else cpSync(join(ROOT, part), join(folder, part), { recursive: true });
  }
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  return { folder, environment: { PATH: pathWith(folder) } };
}

/**
 * `countersign` as it is where it is installed; `curl` and `openssl` as far as the pages use them, for machines that have none: the
 * machine's own come first.
 */
function pathWith(folder: string): string {
  const [own, spare] = [join(folder, '.bin'), join(folder, '.spare')];
  for (const place of [own, spare]) mkdirSync(place);
  const program = (place: string, name: string, file: string) => {
    const text = `#!/bin/sh\nexec '${process.execPath}' '${file}' "$@"\n`;
    writeFileSync(join(place, name), text, { mode: 0o755 });
  };
  symlinkSync(process.execPath, join(own, 'node'));
  program(own, 'countersign', PROGRAM);
  program(spare, 'curl', join(ROOT, 'test', 'docs', 'spare-curl.ts'));
  program(spare, 'openssl', join(ROOT, 'test', 'docs', 'spare-openssl.ts'));
  return [own, process.env['PATH'], spare].join(delimiter);
}
