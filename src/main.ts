#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { check } from './cli/check.ts';
import { serve } from './cli/serve.ts';

const HELP = `countersign: a save in your CRM waits for the customer's one-time code

Usage: countersign [COMMAND] [-c FILE]

Commands
  serve     start the gateway (default)
  check     check a configuration file and say every problem with its place

Options
  -c, --config FILE   the configuration, YAML or JSON (default: $COUNTERSIGN_CONFIG, then countersign.yaml)
  -h, --help          this text
  -v, --version       the version

Exit codes
  0  done   1  stopped by a fault   2  the command line is wrong   3  the configuration is wrong

Example
  countersign check -c config/countersign.example.yaml
  countersign serve -c config/countersign.example.yaml
`;

const COMMANDS = { serve, check } as const;

/** Runs the command line; gives the exit code. */
async function main(argv: readonly string[]): Promise<number> {
  const parsed = parse(argv);
  if (typeof parsed === 'string') return fail(parsed);
  if (parsed.help) return say(HELP);
  if (parsed.version) return say(`${versionOf()}\n`);
  const [name = 'serve', ...rest] = parsed.positionals;
  if (rest.length > 0) return fail(`one command, please: "${rest[0]}" is too much`);
  if (!Object.hasOwn(COMMANDS, name))
    return fail(`there is no command "${name}"; there are ${Object.keys(COMMANDS).join(', ')}`);
  return COMMANDS[name as keyof typeof COMMANDS](parsed.config);
}

type Parsed = {
  readonly positionals: readonly string[];
  readonly config: string;
  readonly help: boolean;
  readonly version: boolean;
};

function parse(argv: readonly string[]): Parsed | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        config: { type: 'string', short: 'c' },
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean', short: 'v' },
      },
    });
    const config = values.config ?? process.env['COUNTERSIGN_CONFIG'] ?? 'countersign.yaml';
    return { positionals, config, help: values.help === true, version: values.version === true };
  } catch (error) {
    return (error as Error).message;
  }
}

function say(text: string): number {
  process.stdout.write(text);
  return 0;
}

function fail(message: string): number {
  process.stderr.write(`countersign: ${message}\nTry: countersign --help\n`);
  return 2;
}

function versionOf(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}

process.exitCode = await main(process.argv.slice(2));
