import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/harness/longest-first.ts';
import { openRunFolder } from './test/harness/run-folder.ts';

// Tests start hundreds of gateways and command lines: each reads the compiled program of the one before it (https://nodejs.org/api/module.html#module-compile-cache).
process.env['NODE_COMPILE_CACHE'] ??= fileURLToPath(new URL('node_modules/.cache/compiled', import.meta.url));
openRunFolder();

/** What patches its process (modules, prototypes, the environment), or judges by its memory and by what it has loaded: each file in one of its own. */
const ALONE = [
  'test/attacks/a-disk-slower-than-an-upload.test.ts',
  'test/bodies/{flat-memory,uploads}.test.ts',
  'test/docs/{commands,cookbook,site}.test.ts',
  'test/stores/sqlite.test.ts',
  'test/system/{metrics,thread-priority}.test.ts',
  'test/upstream/large.test.ts',
  'test/witness/**/*.test.ts',
];
const ALL = ['test/**/*.test.ts', 'examples/**/*.test.ts'];

// biome-ignore lint/style/noDefaultExport: vitest reads the default export of its configuration
export default defineConfig({
  // Examples import what a plug-in imports.
  resolve: {
    alias: {
      'countersign/plugin': fileURLToPath(new URL('src/plugin.ts', import.meta.url)),
      'countersign/testing/contracts': fileURLToPath(new URL('src/testing/contracts.ts', import.meta.url)),
    },
  },
  test: {
    setupFiles: ['test/witness/setup.ts'],
    // Processes, not threads: `node:sqlite` and argon2 are native, and a crash should name its file.
    pool: 'forks',
    sequence: { sequencer: LongestFirst },
    // One more than the cores of the smallest machine: many tests wait for a process, a disk or a moment.
    maxWorkers: 3,
    // Nothing is judged by how long it took: a busy machine is no fault.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    projects: [
      { extends: true, test: { name: 'alone', include: ALONE } },
      // Modules are loaded once a worker, not once a file.
      {
        extends: true,
        test: { name: 'together', include: ALL, exclude: [...ALONE, '**/node_modules/**'], isolate: false },
      },
    ],
  },
});
