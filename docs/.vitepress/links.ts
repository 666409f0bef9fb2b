import { existsSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { MarkdownRenderer } from 'vitepress';
import { addressOf, ROOT } from './pages.ts';

const REPOSITORY = 'https://github.com/countersign/countersign';

/**
 * Links are written as they work in the repository, from file to file. On the site they lead to the page; to the repository where
 * they lead to a file or a folder that is no page. One that leads nowhere stops the build.
 */
export function resolveLinks(markdown: MarkdownRenderer, pages: readonly string[]): void {
  markdown.core.ruler.push('links-of-the-repository', ({ tokens, env }) => {
    const page = posix.relative(ROOT, env.realPath ?? env.path);
    for (const token of tokens.flatMap(({ children }) => children ?? [])) {
      const href = token.type === 'link_open' ? token.attrGet('href') : null;
      if (href !== null && isLocal(href)) token.attrSet('href', leadOf(page, href, pages));
    }
  });
}

const isLocal = (href: string) => !/^(?:[a-z]+:|#|\/)/.test(href);

function leadOf(page: string, href: string, pages: readonly string[]): string {
  const [path = '', anchor] = href.split('#');
  const target = posix.join(posix.dirname(page), path).replace(/\/$/, '');
  const place = join(ROOT, target);
  if (!existsSync(place)) throw new Error(`${page} has a link to ${href}, which is not there`);
  const behind = anchor === undefined ? '' : `#${anchor}`;
  // A folder of pages is its first page; the sidebar has the others beside it.
  const lead = pages.find((one) => one === target || one.startsWith(`${target}/`));
  if (lead !== undefined) return addressOf(lead) + behind;
  return `${REPOSITORY}/${statSync(place).isDirectory() ? 'tree' : 'blob'}/main/${target}${behind}`;
}
