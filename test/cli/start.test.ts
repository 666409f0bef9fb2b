import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const LISTING = `import { registerHooks } from 'node:module';
registerHooks({ load(url, context, next) { console.error(url); return next(url, context); } });`;

/** The modules of our own that a command line loads. */
function loadedBy(...words: readonly string[]): readonly string[] {
  const listing = `data:text/javascript,${encodeURIComponent(LISTING)}`;
  const { status, stderr } = spawnSync(process.execPath, ['--import', listing, MAIN, ...words], {
    encoding: 'utf8',
  });
  expect(status, stderr).toBe(0);
  return [...stderr.matchAll(/^file:.*\/src\/(\S+)$/gm)].map(([, path = '']) => path);
}

const CONFIGURATION = 'config/load.ts';

test.each([
  '--version',
  'audit --help',
  'healthcheck --help',
])('countersign %s starts without what a configuration may name', (line) => {
  const loaded = loadedBy(...line.split(' '));
  expect(loaded).toContain('main.ts');
  expect(loaded).not.toContain(CONFIGURATION);
});

test('countersign check starts with it', () => {
  expect(loadedBy('check', '--help')).toContain(CONFIGURATION);
});
