import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** Where pictures go, for who wants to look at them. */
const PICTURES = process.env['CONSOLE_PICTURES'];

type Axe = {
  run(options: { readonly runOnly?: readonly string[] }): Promise<{
    readonly violations: readonly {
      readonly id: string;
      readonly nodes: readonly { readonly html: string }[];
    }[];
  }>;
};

/**
 * What axe finds in a page, by its rule and the elements: in light colours by all of its rules, and in dark ones, which change nothing else,
 * by those about colours.
 */
export async function findingsOf(page: Page, name = 'log-in'): Promise<readonly string[]> {
  // The policy of the page lets in no script of ours: it is run as the browser's own.
  await page.evaluate(AXE);
  const findings: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    const found = await page.evaluate(async (isDark) => {
      const { axe } = globalThis as never as { axe: Axe };
      const { violations } = await axe.run(isDark ? { runOnly: ['cat.color'] } : {});
      return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
    }, colorScheme === 'dark');
    findings.push(...found.map((one) => `${colorScheme}: ${one}`));
    if (PICTURES === undefined) continue;
    mkdirSync(PICTURES, { recursive: true });
    await page.screenshot({ path: join(PICTURES, `console-${name}-${colorScheme}.png`), fullPage: true });
  }
  return findings;
}
