import { versionOf } from '../gateway/version.ts';
import { readWords, unknown } from './arguments.ts';
import {
  type Command,
  faultText,
  fileHint,
  Stop,
  say,
  UnusableConfig,
  UnusableTest,
  UsageError,
} from './command.ts';
import { COMMANDS } from './commands.ts';
import { paint } from './terminal/paint.ts';

const helpOf = (
  summaries: readonly (readonly [string, string])[],
) => `countersign: a save in your CRM waits for the customer's one-time code

Usage: countersign [COMMAND] [-c FILE]

Commands
${summaries.map(([name, summary]) => `  ${name.padEnd(14)}${summary}`).join('\n')}

Options
  -c, --config FILE   the configuration, YAML or JSON; "-" is standard input (default: $COUNTERSIGN_CONFIG, then countersign.yaml)
  -h, --help          this text; after a command, its own
  -v, --version       the version

Exit codes
  0  done   1  stopped by a fault   2  the command line is wrong   3  the configuration is wrong   4  what was asked does not hold

Example
  countersign check -c config/countersign.example.yaml
  countersign serve -c config/countersign.example.yaml`;

const CONFIG = new Set(['-c', '--config']);

/** Runs the command line; gives the exit code. */
export async function runProgram(argv: readonly string[]): Promise<number> {
  const index = argv.findIndex((word, at) => !word.startsWith('-') && !CONFIG.has(argv[at - 1] ?? ''));
  const rest = index < 0 ? argv : argv.toSpliced(index, 1);
  const has = (...words: readonly string[]) => rest.some((word) => words.includes(word));
  if (index < 0 && has('-h', '--help')) return tell(await help());
  if (index < 0 && has('-v', '--version')) return tell(versionOf());
  const name = argv[index] ?? 'serve';
  if (name === 'help') return rest.length === 0 ? tell(await help()) : run(rest[0] ?? '', ['--help']);
  return run(name, rest);
}

async function help(): Promise<string> {
  const entries = Object.entries(COMMANDS);
  return helpOf(
    await Promise.all(entries.map(async ([name, load]) => [name, (await load()).summary] as const)),
  );
}

async function run(name: string, argv: readonly string[]): Promise<number> {
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!load) return fail(`${unknown('command', name, Object.keys(COMMANDS))}${fileHint(name)}`, '');
  try {
    return await runCommand(await load(), argv);
  } catch (error) {
    if (error instanceof UsageError) return fail(error.message, ` ${name}`);
    if (error instanceof UnusableConfig || error instanceof UnusableTest)
      process.stderr.write(`${error.message}\n`);
    else complain(faultText(error));
    return error instanceof Stop ? error.exitCode : 1;
  }
}

function runCommand(command: Command, argv: readonly string[]): number | Promise<number> {
  const words = readWords(command, argv);
  return words.values['help'] === true ? tell(command.help) : command.run(words, COMMANDS);
}

function tell(text: string): number {
  say(text);
  return 0;
}

function fail(message: string, command: string): number {
  complain(message);
  process.stderr.write(`Try: countersign${command} --help\n`);
  return 2;
}

function complain(message: string): void {
  process.stderr.write(`${paint('red', 'countersign:', process.stderr)} ${message}\n`);
}
