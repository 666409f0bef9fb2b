import { defineConfig } from 'vitepress';
import { resolveLinks } from './links.ts';
import { drawDiagrams, keepBraces } from './markdown.ts';
import { fileOf, pagesOfSite, ROOT, sidebarOf } from './pages.ts';

const pages = pagesOfSite();

// biome-ignore lint/style/noDefaultExport: VitePress reads the default export of its configuration
export default defineConfig({
  title: 'countersign',
  description: 'A gateway that makes a save in a CRM wait for the customer’s one-time code.',
  lang: 'en',
  srcDir: ROOT,
  // All that is no page of ours: packages, notes of tests, what builds leave.
  srcExclude: ['{src,test,bench,dist,site,deploy,data}/**', '**/node_modules/**', 'docs/.vitepress/**'],
  outDir: `${ROOT}site`,
  cacheDir: `${ROOT}site/.cache`,
  rewrites: Object.fromEntries(pages.map((page) => [page, fileOf(page)])),
  // `links.ts` stops the build at a link that leads nowhere.
  ignoreDeadLinks: true,
  markdown: {
    anchor: { slugify: anchorOf },
    config(markdown) {
      resolveLinks(markdown, pages);
      drawDiagrams(markdown);
      keepBraces(markdown);
    },
  },
  themeConfig: {
    nav: [
      { text: 'Quick start', link: '/quick-start' },
      { text: 'Cookbook', link: '/cookbook' },
      { text: 'Configuration', link: '/configuration' },
      { text: 'Errors', link: '/errors' },
    ],
    sidebar: sidebarOf(),
    outline: { level: [2, 3] },
    search: {
      provider: 'local',
      options: {
        miniSearch: {
          searchOptions: {
            fuzzy: 0.2,
            prefix: true,
            boost: { title: 4, text: 2, titles: 1 },
            // Lists of everything mention every word; the page that is about it comes first.
            boostDocument: (id: string) => (/\/(?:guarantees|changelog|decisions)\b/.test(id) ? 0.1 : 1),
          },
        },
      },
    },
    footer: { message: 'Released under the MIT licence.' },
  },
});

/** As GitHub names the anchors of headings, so that a link works in both places. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}
