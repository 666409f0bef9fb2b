#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { type Command, faultText, Stop, say, UsageError } from './cli/command.ts';
import { COMMANDS } from './cli/commands.ts';
import { versionOf } from './gateway/version.ts';

const helpOf = (
  summaries: readonly (readonly [string, string])[],
) => `countersign: a save in your CRM waits for the customer's one-time code

Usage: countersign [COMMAND] [-c FILE]

Commands
${summaries.map(([name, summary]) => `  ${name.padEnd(14)}${summary}`).join('\n')}

Options
  -c, --config FILE   the configuration, YAML or JSON (default: $COUNTERSIGN_CONFIG, then countersign.yaml)
  -h, --help          this text; after a command, its own
  -v, --version       the version

Exit codes
  0  done   1  stopped by a fault   2  the command line is wrong   3  the configuration is wrong   4  what was asked does not hold

Example
  countersign check -c config/countersign.example.yaml
  countersign serve -c config/countersign.example.yaml`;

/** Runs the command line; gives the exit code. */
async function main(argv: readonly string[]): Promise<number> {
  const index = argv.findIndex((word, at) => !word.startsWith('-') && !CONFIG.has(argv[at - 1] ?? ''));
  const name = argv[index] ?? 'serve';
  const rest = index < 0 ? argv : argv.toSpliced(index, 1);
  if (index < 0 && rest.some((word) => ['-h', '--help'].includes(word))) return tell(await help());
  if (index < 0 && rest.some((word) => ['-v', '--version'].includes(word))) return tell(versionOf());
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command)
    return fail(`there is no command "${name}"; there are ${Object.keys(COMMANDS).join(', ')}`, '');
  return run(name, await command(), rest);
}

const CONFIG = new Set(['-c', '--config']);

async function help(): Promise<string> {
  const entries = Object.entries(COMMANDS);
  return helpOf(
    await Promise.all(entries.map(async ([name, load]) => [name, (await load()).summary] as const)),
  );
}

async function run(name: string, command: Command, argv: readonly string[]): Promise<number> {
  try {
    const words = parse(command, argv);
    return words.values['help'] === true ? tell(command.help) : await command.run(words);
  } catch (error) {
    if (error instanceof UsageError) return fail(error.message, ` ${name}`);
    process.stderr.write(`countersign: ${faultText(error)}\n`);
    return error instanceof Stop ? error.exitCode : 1;
  }
}

function parse({ options }: Command, argv: readonly string[]) {
  try {
    const known = { ...options, help: { type: 'boolean', short: 'h' } } as const;
    return parseArgs({ args: [...argv], allowPositionals: true, options: known });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function tell(text: string): number {
  say(text);
  return 0;
}

function fail(message: string, command: string): number {
  process.stderr.write(`countersign: ${message}\nTry: countersign${command} --help\n`);
  return 2;
}

process.exitCode = await main(process.argv.slice(2));
