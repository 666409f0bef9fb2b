import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';
import { onceARun } from './run-folder.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** The same place in each run: Node finds what it compiled by the path. */
const FOLDER = join(ROOT, 'node_modules/.cache/program');

/** What production spends on a hash, and what is spent here. */
const COSTS = [
  ['timeCost = 2', 'timeCost = 1'],
  ['memoryKiB = 19_456', 'memoryKiB = 64'],
] as const;

/**
 * The command line, from the sources as they are and in a few files, written once in a run. It starts at a third of the price of
 * `src/main.ts`, which reads some 1,400 modules: tests start it hundreds of times. Each module still believes that it lies where its source
 * lies, so what is found beside it (a thread, the console, the version) is that of the sources. It hashes codes at a fraction of the cost, as
 * gateways in the process of a test do. Not for tests of how the program is loaded, nor of plug-ins, which share its modules.
 */
export const PROGRAM = join(FOLDER, 'main.js');

await onceARun('program', async () => {
  const bundle = await rolldown({
    input: join(ROOT, 'src/main.ts'),
    platform: 'node',
    // What is native, what is found by its place, and what a program beside this one has to share.
    external: [/^argon2$/, /^libphonenumber-js/, /^@opentelemetry\/api$/, /^vitest/],
    logLevel: 'silent',
    plugins: [
      {
        name: 'where the sources lie',
        transform: {
          filter: { code: 'import.meta.url' },
          handler: (code, id) =>
            code.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(id.split('?')[0] ?? id).href)),
        },
      },
      {
        name: 'a cheap hash',
        transform: { filter: { id: /\/src\/system\/hasher\.ts$/ }, handler: (code) => cheaper(code) },
      },
    ],
  });
  const { output } = await bundle.generate({
    format: 'esm',
    entryFileNames: 'main.js',
    chunkFileNames: '[name].js',
  });
  await bundle.close();
  for (const file of output)
    put(join(FOLDER, file.fileName), file.type === 'chunk' ? file.code : file.source);
});

function cheaper(hasher: string): string {
  const dear = COSTS.find(([cost]) => !hasher.includes(cost));
  if (dear) throw new Error(`the hasher of codes does not say "${dear[0]}" any more`);
  return COSTS.reduce((text, [cost, less]) => text.replace(cost, less), hasher);
}

/** A run beside this one may be reading. */
function put(path: string, text: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.${process.pid}`, text);
  renameSync(`${path}.${process.pid}`, path);
}
