import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { ROOT, runIn } from '../package/packed.ts';

/** What a reader has: their dialog, where their CRM is, and what they call themselves by. */
const READER = `import type { Ask } from 'countersign/client';
declare global { const ask: Ask; const url: string; const token: string; }`;

test('the programs on the page for clients are right, as they stand there', () => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-page-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const page = readFileSync(join(ROOT, 'docs/clients.md'), 'utf8');
  const programs = [...page.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, text = '']) => text);
  expect(programs.length).toBeGreaterThan(5);
  writeFileSync(join(folder, 'reader.ts'), READER);
  for (const [nth, text] of programs.entries()) writeFileSync(join(folder, `program-${nth}.ts`), text);
  const source = (name: string) => [join(ROOT, 'src', `${name}.ts`)];
  const compilerOptions = {
    target: 'es2024',
    module: 'esnext',
    moduleResolution: 'bundler',
    lib: ['es2024', 'dom', 'dom.iterable'],
    types: [],
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    allowImportingTsExtensions: true,
    paths: {
      'countersign/client': source('client/client'),
      'countersign/client/*': source('client/*'),
      'countersign/contract': source('contract'),
    },
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
  expect(runIn(folder, join(ROOT, 'node_modules/.bin/tsc'), ['-p', '.'])).toMatchObject({ code: 0, out: '' });
});
