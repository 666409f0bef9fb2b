import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const PAGE = fileURLToPath(new URL('../guarantees.md', import.meta.url));
const ROW = /^\| (.+) \| (`.+`) \| (.+) \|$/;
const HEAD = '| promise | file | test |\n|---|---|---|';

/**
 * The page of guarantees with the promises of each theme as a list, made from the rows that name their tests; these stand below it, in a
 * fold. Rows are all that is written by hand.
 */
export function withClaims(page: string): string {
  const [head = '', ...themes] = page.split(/^(?=## )/m);
  return [head, ...themes.map(themeWithClaims)].join('');
}

function themeWithClaims(theme: string): string {
  const [heading = '', ...lines] = theme.trimEnd().split('\n');
  const rows = lines.filter((line) => ROW.test(line));
  if (rows.length === 0) return theme;
  const claims = rows.map((row) => `- ${(ROW.exec(row)?.[1] ?? '').replaceAll('\\|', '|')}`);
  const prose = lines.filter((line) => /^[A-Z]/.test(line));
  const parts = [
    ...prose,
    claims.join('\n'),
    '<details>\n<summary>The tests that show it</summary>',
    `${HEAD}\n${rows.join('\n')}`,
    '</details>',
  ];
  return `${heading}\n\n${parts.join('\n\n')}\n\n`;
}

// Run as a program: writes the lists anew.
if (process.argv[1] === fileURLToPath(import.meta.url))
  writeFileSync(PAGE, `${withClaims(readFileSync(PAGE, 'utf8')).trimEnd()}\n`);
