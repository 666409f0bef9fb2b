import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { REAL } from './real/all.ts';
import { installed, say } from './real/install.ts';
import { walk } from './real/walk.ts';

const HELP = `Usage: npm run real -- NAME [--folder FOLDER]

Installs a real server and its own client into a temporary folder, puts the gateway in front of it with the configuration of
examples/real/NAME, and walks through all that the client can do, a guarded save, and every door without a code.
REAL_NODE names another Node for the server.
Names: ${Object.keys(REAL).join(', ')}`;

/** Walks one real server, and prints what was seen as a table. Ends with 4 where something does not hold. */
async function main([name = '', option, folder]: readonly string[]): Promise<number> {
  const real = REAL[name];
  if (!real) {
    say(HELP);
    return name === '--help' ? 0 : 2;
  }
  const home = option === '--folder' && folder ? folder : join(tmpdir(), 'countersign-real', name);
  mkdirSync(home, { recursive: true });
  await installed(home, real.packages);
  const system = await real.open(home);
  try {
    const rows = await walk(name, system);
    say(`\n# ${name}: ${real.packages.join(', ')}\n`);
    say('| part | what | | seen |\n|---|---|---|---|');
    for (const { part, what, ok, note } of rows)
      say(`| ${part} | ${what} | ${ok ? '✓' : '✗'} | ${note.replaceAll('|', '\\|').replaceAll('\n', ' ')} |`);
    const failed = rows.filter(({ ok }) => !ok).length;
    say(`\n${rows.length - failed} of ${rows.length} hold.`);
    return failed > 0 ? 4 : 0;
  } finally {
    await system.stop();
  }
}

process.exit(await main(process.argv.slice(2)));
