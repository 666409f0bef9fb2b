import { parseArgs } from 'node:util';
import { build } from 'vitepress';
import { ROOT } from './pages.ts';

// Run as a program: writes the site, and prints its folder in the last line. `--base /docs/` is for a site below another one.
const { values } = parseArgs({ options: { base: { type: 'string', default: '/' } } });
await build(`${ROOT}docs`, { base: values.base });
process.stdout.write(`\n${ROOT}site\n`);
