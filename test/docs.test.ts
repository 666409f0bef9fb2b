import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { pagesOfSite } from '../docs/.vitepress/pages.ts';
import { withReference } from '../src/config/publish/reference.ts';
import { STATUS_OF } from '../src/core/verdict/problem.ts';
import { createGateway } from '../src/gateway/gateway.ts';
import type { LedgerStore } from '../src/ports.ts';
import { describeLedgerStore } from './stores/contract.ts';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

const pages = [
  ...readdirSync(ROOT).filter((name) => name.endsWith('.md')),
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

/** The fenced blocks of a page, by their language. */
function blocksOf(page: string, language: string): readonly string[] {
  return [...read(page).matchAll(/^```(\w*)\n(.*?)^```$/gms)].flatMap(([, found, text = '']) =>
    found === language ? [text] : [],
  );
}

describe('the pages', () => {
  it('are there', () => {
    expect(pages).toEqual(expect.arrayContaining(['README.md', 'docs/errors.md', 'docs/guarantees.md']));
    const subjects = ['quick-start', 'cookbook', 'configuration', 'answers', 'operations', 'security-model'];
    const own = ['own-store', 'own-dialect', 'own-channel'];
    expect(pages).toEqual(expect.arrayContaining([...subjects, ...own].map((name) => `docs/${name}.md`)));
    expect(pages.filter((page) => page.startsWith('docs/decisions/')).length).toBeGreaterThanOrEqual(10);
  });

  it.each(pages)('%s: every link leads somewhere', (page) => {
    const prose = read(page).replace(/^```.*?^```$/gms, '');
    const targets = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
    const local = targets.filter((target) => !/^(?:https?:|mailto:)/.test(target));
    const broken = local.filter((target) => {
      const [path = '', anchor] = target.split('#');
      const file = path === '' ? page : join(dirname(page), path);
      if (!existsSync(join(ROOT, file))) return true;
      return anchor !== undefined && !anchorsOf(file).includes(anchor);
    });
    expect(broken).toEqual([]);
  });

  it('those of docs are in the sidebar of the site, each once; else: docs/.vitepress/pages.ts', () => {
    const site = pagesOfSite();
    expect(site).toEqual(expect.arrayContaining(pages.filter((page) => page.startsWith('docs/'))));
    expect(new Set(site).size).toBe(site.length);
  });

  it('every decision has its context, the decision and its consequences', () => {
    for (const page of pages.filter((name) => name.startsWith('docs/decisions/'))) {
      const number = /\/(\d{4})-[a-z0-9-]+\.md$/.exec(page)?.[1];
      const headings = [...read(page).matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading);
      expect(headings[0]).toMatch(new RegExp(`^${number}: `));
      expect(headings.slice(1)).toEqual(['Context', 'Decision', 'Consequences']);
    }
  });
});

function anchorsOf(page: string): readonly string[] {
  return [...read(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

describe('docs/errors.md', () => {
  const [refusals = '', faults = ''] = read('docs/errors.md').split(/^# Faults$/m);
  const headingsOf = (text: string) => [...text.matchAll(/^## (.+)$/gm)].map(([, name]) => name ?? '').sort();

  it('has a heading for every slug, and for nothing else', () => {
    expect(headingsOf(refusals)).toEqual(Object.keys(STATUS_OF).sort());
  });

  it.each(Object.entries(STATUS_OF))('says that %s is %i', (slug, status) => {
    const section = refusals.split(`\n## ${slug}\n`)[1]?.split('\n## ')[0] ?? '';
    expect(section.trim()).toMatch(new RegExp(`^${status}\\b`));
    expect(section).toContain('**Client:**');
    expect(section).toContain('**Operator:**');
  });

  it('has a heading for every fault, and for nothing else', () => {
    const union = /export type FaultCode =([^;]+);/.exec(read('src/core/fault.ts'))?.[1] ?? '';
    const codes = [...union.matchAll(/'([a-z-]+)'/g)].map(([, code]) => code ?? '');
    expect(codes).toContain('store-unavailable');
    expect(headingsOf(faults)).toEqual(codes.sort());
  });
});

describe('docs/security-model.md', () => {
  it('says what no proxy can see', () => {
    const [, limits = ''] = read('docs/security-model.md').split('\n## Limits\n');
    expect(limits).toMatch(/inside the CRM [^.]* never crosses a proxy/s);
  });
});

describe('docs/guarantees.md', () => {
  const lines = [...read('docs/guarantees.md').matchAll(/^\| (.+) \| `(.+)` \| (.+) \|$/gm)];

  it('promises something', () => {
    expect(lines.length).toBeGreaterThan(50);
  });

  it('lists each promise that a row names a test for, and no other; `npm run schema` lists them anew', () => {
    const listed = [...read('docs/guarantees.md').matchAll(/^- (.+)$/gm)].map(([, claim = '']) => claim);
    const rows = lines.map(([, promise = '']) => promise.replaceAll('\\|', '|'));
    expect(listed).toContain('Both ends of the codes can be drawn.');
    expect(listed.filter((claim) => !rows.includes(claim))).toEqual([]);
    expect(rows.filter((claim) => !listed.includes(claim))).toEqual([]);
  });

  it.each(
    lines.map(([, promise = '', file = '', name = '']) => [promise, file, name]),
  )('%s', (_promise, file, name) => {
    expect(existsSync(join(ROOT, file))).toBe(true);
    expect(namesIn(read(file))).toContain(name.replaceAll('\\|', '|'));
  });
});

/** The names that a test file gives to its tests and groups. */
function namesIn(source: string): readonly string[] {
  const calls =
    /\b(?:describe|it|test)(?:\.each\([\s\S]*?\))?\(\s*(?:'((?:[^'\\\n]|\\.)*)'|"([^"\n]*)"|`([^`]*)`)/g;
  return [...source.matchAll(calls)].map(([, single, double, template]) =>
    (single ?? double ?? template ?? '').replaceAll("\\'", "'"),
  );
}

describe('docs/configuration.md', () => {
  it('has every key as it is defined now; else: npm run schema', () => {
    const page = read('docs/configuration.md');
    expect(page).toBe(withReference(page));
    expect(page).toContain('`rules[].code.maxAttempts`');
  });
});

describe('README.md', () => {
  it('every command that it names is there', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const commands = pages.flatMap((page) => blocksOf(page, 'sh')).flatMap((block) => block.split(/\n|&&/));
    const named = commands.map((command) => command.trim()).filter((command) => command.startsWith('npm '));
    expect(named).toEqual(expect.arrayContaining(['npm ci', 'npm test', 'npm run demo']));
    for (const command of named) {
      const script = /^npm (?:run )?(?:-\S+ )*(\S+)/.exec(command)?.[1] ?? '';
      expect(['ci', 'install', 'init'].includes(script) || Object.hasOwn(scripts, script), command).toBe(
        true,
      );
    }
  });

  it('its configuration is accepted', async () => {
    const [written = ''] = blocksOf('README.md', 'yaml');
    expect(written.trimEnd().split('\n').length).toBeLessThanOrEqual(16);
    const gateway = createGateway({ ...parse(written), secret: 'a secret that is long enough for a test' });
    await gateway.close();
  });

  it('its table has every slug with its status', () => {
    const cells = [...read('README.md').matchAll(/`([a-z]+(?:-[a-z]+)+)` \| (\d{3})/g)];
    const told = Object.fromEntries(cells.map(([, slug = '', status]) => [slug, Number(status)]));
    expect(told).toEqual(STATUS_OF);
  });
});

// The store of the page is written to a file of its own, which Node can read as it is, and examined.
const folder = mkdtempSync(join(tmpdir(), 'countersign-docs-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describeLedgerStore('the store of docs/own-store.md', async () => {
  const [, text = ''] = blocksOf('docs/own-store.md', 'ts');
  const file = join(folder, 'own-store.ts');
  const library = pathToFileURL(join(ROOT, 'src', 'index.ts')).href;
  writeFileSync(file, text.replace("'countersign'", `'${library}'`));
  const { createMapStore } = (await import(pathToFileURL(file).href)) as { createMapStore(): LedgerStore };
  return { store: createMapStore() };
});
