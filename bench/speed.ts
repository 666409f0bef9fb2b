import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Effort, Outcome } from './speed/goal.ts';
import { measureLedgerSize } from './speed/ledger-size.ts';
import { measureMemory } from './speed/memory.ts';
import { tableOf } from './speed/show.ts';
import { measureStart } from './speed/start.ts';
import { measureThroughput } from './speed/throughput.ts';
import { haveTools } from './speed/tools.ts';
import { measureUnderAttack } from './speed/under-attack.ts';
import { measureVerification } from './speed/verification.ts';

const PARTS = {
  throughput: measureThroughput,
  attack: measureUnderAttack,
  verification: measureVerification,
  memory: measureMemory,
  ledger: measureLedgerSize,
  start: measureStart,
} satisfies Record<string, (effort: Effort) => Promise<readonly Outcome[]>>;

const HELP = `Usage: npm run bench -- [options] [parts]

Measures countersign beside what a team would otherwise have (Express with http-proxy-middleware), beside nginx, and beside
nginx with the check in njs: in one run, in turn, on one core for what is measured and another one for the CRM and the clients.
Needs wrk and nginx, which it installs where it may. Let nothing else run meanwhile.

  --rounds N     how often each is measured; the median counts (5)
  --seconds N    how long each time; throughput in turns of one second (4)
  --json FILE    writes the figures there, too
  --help         this text

Parts: ${Object.keys(PARTS).join(', ')}; all where none is named.

Exit codes: 0 it was measured, whether or not the goals are met, 2 the options cannot be read.
`;

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  if (typeof options === 'string') {
    process.stderr.write(`${options}\n\n${HELP}`);
    return 2;
  }
  if (options.help) {
    process.stdout.write(HELP);
    return 0;
  }
  await haveTools();
  const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-'));
  const onProgress = (text: string) => void process.stderr.write(`${text}\n`);
  const outcomes: Outcome[] = [];
  try {
    for (const part of options.parts)
      outcomes.push(...(await PARTS[part]({ ...options, folder, onProgress })));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  process.stdout.write(`${tableOf(outcomes)}\n`);
  const machine = { node: process.version, cpu: cpus()[0]?.model, cores: cpus().length };
  if (options.json !== undefined)
    writeFileSync(options.json, `${JSON.stringify({ machine, outcomes }, null, 2)}\n`);
  return 0;
}

function readOptions(args: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { rounds: text, seconds: text, json: text, help: { type: 'boolean' } },
    });
    const parts = positionals.length > 0 ? positionals : Object.keys(PARTS);
    const unknown = parts.find((part) => !isPart(part));
    if (unknown !== undefined) return `there is no part "${unknown}"`;
    return {
      help: values.help === true,
      rounds: count(values.rounds, 5),
      seconds: count(values.seconds, 4),
      json: values.json,
      parts: parts.filter(isPart),
    };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function isPart(name: string): name is keyof typeof PARTS {
  return Object.hasOwn(PARTS, name);
}

function count(text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new Error(`"${text}" is no whole number`);
  return Number(text);
}
