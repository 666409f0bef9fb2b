import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** A part of the sidebar. An entry is a page, or a folder: then all of its pages in the order of their names. */
type Group = { readonly text: string; readonly pages: readonly string[]; readonly collapsed?: boolean };

/** The sidebar, from the first steps to the background. A page of `docs` that is missing here stops the build. */
const GROUPS: readonly Group[] = [
  { text: 'Tutorial', pages: ['README.md', 'docs/quick-start.md'] },
  {
    text: 'Guides',
    pages: [
      'docs/cookbook.md',
      'docs/channels.md',
      'docs/nested-writes.md',
      'docs/confirm-page.md',
      'docs/override.md',
      'docs/clients.md',
      'examples/browser/README.md',
      'examples/supertest/README.md',
      'examples/agent/README.md',
      'docs/own-channel.md',
      'docs/plugins.md',
      'docs/own-dialect.md',
      'docs/own-store.md',
    ],
  },
  {
    text: 'Your CRM',
    pages: ['docs/dialects', 'docs/real-systems.md', 'docs/real', 'examples/vtiger/README.md'],
  },
  {
    text: 'Operations',
    pages: ['docs/operations.md', 'docs/console.md', 'docs/operations', 'docs/routes', 'docs/performance.md'],
  },
  {
    text: 'Reference',
    pages: [
      'docs/configuration.md',
      'docs/answers.md',
      'docs/errors.md',
      'docs/cli.md',
      'docs/names.md',
      'docs/glossary.md',
      'CHANGELOG.md',
    ],
  },
  {
    text: 'Background',
    pages: [
      'docs/security-model.md',
      'docs/guarantees.md',
      'docs/architecture.md',
      'SECURITY.md',
      'CONTRIBUTING.md',
    ],
  },
  { text: 'Decisions', pages: ['docs/decisions'], collapsed: true },
];

/** The page that the site opens with; it stands above the sidebar. */
const START = 'docs/index.md';

/** Every page of the site, as a path of the repository. Throws where a page of `docs` is in no group. */
export function pagesOfSite(groups: readonly Group[] = GROUPS): readonly string[] {
  const listed = groups.flatMap(({ pages }) => pages.flatMap((entry) => pagesAt(entry)));
  const missing = pagesAt('docs', true).filter((page) => page !== START && !listed.includes(page));
  if (missing.length > 0)
    throw new Error(`no group of docs/.vitepress/pages.ts has ${missing.join(', ')}: add it to GROUPS`);
  return [START, ...new Set(listed)];
}

/** What the theme shows at the side, with the first heading of each page as its name. */
export function sidebarOf(groups: readonly Group[] = GROUPS) {
  return groups.map(({ text, pages, collapsed = false }) => ({
    text,
    collapsed,
    items: pages
      .flatMap((entry) => pagesAt(entry))
      .map((page) => ({ text: titleOf(page), link: addressOf(page) })),
  }));
}

/** The address of a page on the site: `docs/cli.md` is `/cli.html`. */
export function addressOf(page: string): string {
  if (page === START) return '/';
  return `/${fileOf(page).replace(/\.md$/, '.html')}`;
}

/** Where the site has a page: without `docs/`, and a README of an example under the name of its folder. */
export function fileOf(page: string): string {
  if (page === 'README.md') return 'overview.md';
  const example = /^(examples\/\w+)\/README\.md$/.exec(page)?.[1];
  return example === undefined ? page.replace(/^docs\//, '').toLowerCase() : `${example}.md`;
}

function pagesAt(entry: string, below = false): readonly string[] {
  if (entry.endsWith('.md')) return [entry];
  return readdirSync(join(ROOT, entry), { recursive: below, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .sort()
    .map((name) => `${entry}/${name}`);
}

function titleOf(page: string): string {
  const heading = /^# (.+)$/m.exec(readFileSync(join(ROOT, page), 'utf8'))?.[1];
  if (heading === undefined) throw new Error(`${page} has no first heading`);
  return page === 'README.md' ? 'Overview' : heading.replaceAll('`', '');
}
