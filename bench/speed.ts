import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from './command.ts';
import { measureConsole } from './speed/console.ts';
import { measureFlood } from './speed/flood.ts';
import type { Effort, Outcome } from './speed/goal.ts';
import { measureLargeTexts } from './speed/large-texts.ts';
import { measureLedgerSize } from './speed/ledger-size.ts';
import { measureMemory } from './speed/memory.ts';
import { measureRoutes } from './speed/routes.ts';
import { tableOf } from './speed/show.ts';
import { measureSlowDisk } from './speed/slow-disk.ts';
import { measureStart } from './speed/start.ts';
import { measureThroughput } from './speed/throughput.ts';
import { haveTools } from './speed/tools.ts';
import { measureUnderAttack } from './speed/under-attack.ts';
import { measureVerification } from './speed/verification.ts';

const PARTS = {
  throughput: measureThroughput,
  attack: async (effort) => [...(await measureUnderAttack(effort)), ...(await measureLargeTexts(effort))],
  verification: measureVerification,
  disk: measureSlowDisk,
  flood: measureFlood,
  memory: measureMemory,
  ledger: measureLedgerSize,
  start: measureStart,
  routes: measureRoutes,
  console: measureConsole,
} satisfies Record<string, (effort: Effort) => Promise<readonly Outcome[]>>;

const HELP = `Usage: npm run bench -- [options] [parts]

Measures countersign beside what a team would otherwise have (Express with http-proxy-middleware), beside nginx, and beside
nginx with the check in njs: in one run, in turn, on one core for what is measured and another one for the CRM and the clients.
Needs wrk and nginx, and Redis and Postgres for the part ledger, which it installs where it may. The part disk needs a C compiler. Let nothing else run meanwhile.

  --rounds N     how often each is measured; the median counts (5)
  --seconds N    how long each time; throughput in turns of one second (4)
  --json FILE    writes the figures there, too
  --help         this text

Parts: ${Object.keys(PARTS).join(', ')}; all where none is named.

Exit codes: 0 it was measured, whether or not the goals are met, 2 the options cannot be read.
`;

const COMMAND = { help: HELP, options: ['rounds', 'seconds', 'json'], takesWords: true };

process.exitCode = await runCommand(
  COMMAND,
  ({ words, text, count }) => ({
    rounds: Math.max(1, count('rounds', 5)),
    seconds: Math.max(1, count('seconds', 4)),
    json: text('json'),
    parts: words.length > 0 ? words.map(partNamed) : Object.values(PARTS),
  }),
  async ({ parts, json, ...effort }) => {
    await haveTools();
    const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-'));
    const onProgress = (line: string) => void process.stderr.write(`${line}\n`);
    const outcomes: Outcome[] = [];
    try {
      for (const measure of parts) outcomes.push(...(await measure({ ...effort, folder, onProgress })));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    process.stdout.write(`${tableOf(outcomes)}\n`);
    const machine = { node: process.version, cpu: cpus()[0]?.model, cores: cpus().length };
    if (json !== undefined) writeFileSync(json, `${JSON.stringify({ machine, outcomes }, null, 2)}\n`);
    return 0;
  },
);

function partNamed(name: string) {
  if (!Object.hasOwn(PARTS, name)) throw new Error(`there is no part "${name}"`);
  return PARTS[name as keyof typeof PARTS];
}
