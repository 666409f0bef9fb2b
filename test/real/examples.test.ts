import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { REAL } from '../../bench/real/all.ts';
import { loadConfigAndPlugins } from '../../src/config/load.ts';
import { SECRET } from '../harness/delivery.ts';

const FOLDER = fileURLToPath(new URL('../../examples/real', import.meta.url));
const DOCS = fileURLToPath(new URL('../../docs', import.meta.url));
const examples = readdirSync(FOLDER);

it('every example of a real system can be walked, and every walk has its example', () => {
  expect(examples.sort()).toEqual(Object.keys(REAL).sort());
});

it.each(examples)('the configuration for %s can be used as it stands', async (name) => {
  const loaded = await loadConfigAndPlugins(join(FOLDER, name, 'countersign.yaml'), {
    COUNTERSIGN_SECRET: SECRET,
  });
  expect(loaded.ok ? [] : loaded.problems).toEqual([]);
});

it.each(examples)('the page about %s has what it says of it on the page of all', (name) => {
  const page = readFileSync(join(DOCS, 'real', `${name}.md`), 'utf8');
  const all = readFileSync(join(DOCS, 'real-systems.md'), 'utf8');
  const [, figures = 'none'] = new RegExp(`\\(real/${name}\\.md\\) (\\|.* closed)`).exec(all) ?? [];
  expect(page).toContain(figures);
  expect(page).toContain(`examples/real/${name}/countersign.yaml`);
});
