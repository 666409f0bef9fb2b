import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startBrowser } from '../scenarios/browser.ts';
import { pagesWithCommands, ROOT } from './commands.ts';

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const diagrams = pagesWithCommands().flatMap((page) =>
  [...read(page).matchAll(/^```mermaid\n(.*?)^```$/gms)].map(([, text = ''], at) => ({
    name: `${page}, ${at + 1}: ${text.split('\n', 1)[0]}`,
    page,
    text,
  })),
);

/** The first one of this kind on the page of the architecture. */
function ofArchitecture(kind: string): string {
  const found = diagrams.find(({ page, text }) => page === 'docs/architecture.md' && text.startsWith(kind));
  if (!found) throw new Error(`docs/architecture.md has no ${kind}`);
  return found.text;
}

describe('the diagrams', () => {
  let page: Page;
  let stop = async () => {};

  beforeAll(async () => {
    const started = await startBrowser();
    stop = started.stop;
    page = await started.browser.newPage();
    await page.setContent('<!doctype html><title>diagrams</title>');
    await page.addScriptTag({ path: createRequire(import.meta.url).resolve('@mermaid-js/tiny') });
  }, 240_000);
  afterAll(() => stop());

  /** Draws it as the pages of the repository are drawn; gives the words in the picture. */
  const draw = (text: string): Promise<string> =>
    page.evaluate(`mermaid.render('drawn', ${JSON.stringify(text)}).then(({ svg }) => {
      const place = document.createElement('div');
      place.innerHTML = svg;
      return place.textContent;
    })`);

  test.each(diagrams.map(({ name, text }) => [name, text] as const))('%s can be drawn', async (_, text) => {
    expect(await draw(text)).not.toBe('');
  });

  test('that are broken would be seen', async () => {
    await expect(draw('flowchart TD\n  a[one --> b')).rejects.toThrow(/Parse error|Lexical error/);
    await expect(draw('sequenceDiagram\n  A->>B')).rejects.toThrow(/Parse error|Expecting/);
    await expect(draw('no such diagram')).rejects.toThrow('No diagram type detected');
  });

  test('show the rooms, the walk of a save, and every state of a code', async () => {
    const rooms = await draw(ofArchitecture('flowchart'));
    for (const room of [
      'http',
      'gate',
      'core',
      'dialects',
      'upstream',
      'stores',
      'channels',
      'system',
      'config',
    ])
      expect(rooms).toContain(room);
    const walk = await draw(ofArchitecture('sequenceDiagram'));
    for (const step of ['judge', 'read the stored record', 'forward what the verdict clears', 'settle'])
      expect(walk).toContain(step);
    const union = /export type CodeState =([\s\S]+?);\n\n/.exec(read('src/core/ledger/row.ts'))?.[1] ?? '';
    const states = [...union.matchAll(/kind: '(\w+)'/g)].map(([, state = '']) => state);
    expect(states).toContain('claimed');
    const drawn = await draw(ofArchitecture('stateDiagram'));
    for (const state of states) expect(drawn).toContain(state);
    const source = read('src/core/ledger/spending.ts') + read('src/core/ledger/sends.ts');
    for (const [, step] of ofArchitecture('stateDiagram').matchAll(
      /: (issue|undeliver|fail|redeem|settle|unclaim)/g,
    ))
      expect(source).toContain(`export function ${step}(`);
  });
});
