import type { ParseArgsOptionsConfig } from 'node:util';
import type { Snapshot } from '../config/compile/snapshot.ts';
import type { ConfigProblem } from '../config/explain/problem.ts';
import { nearest } from '../config/explain/suggest.ts';
import { reasonOf } from '../config/file/read-file.ts';
import type { Loaded } from '../config/load.ts';
import { showProblems } from './terminal/show-problems.ts';

/** What was written after the name of a command. */
export type Words = {
  readonly positionals: readonly string[];
  readonly values: Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>;
};

/** A command of the program. */
export type Command = {
  /** One line for the list of commands. */
  readonly summary: string;
  /** What `--help` says: usage, options, an example. */
  readonly help: string;
  /** Beside `--help`; `-c` where it takes a configuration. */
  readonly options?: ParseArgsOptionsConfig;
  /** What an option may say, where its values are words. */
  readonly choices?: Readonly<Record<string, readonly string[]>>;
  /** The words that may follow first. */
  readonly subcommands?: readonly string[];
  /** Gives the exit code; throws `UsageError` where the command line makes no sense. */
  run(words: Words, all: Catalogue): number | Promise<number>;
};

/** Commands by name, each loaded when it is named. */
export type Catalogue = Readonly<Record<string, () => Promise<Command>>>;

/** The command line makes no sense: exit code 2, with a hint where help is. */
export class UsageError extends Error {}

/** A command stops here, with this exit code, and says why. */
export class Stop extends Error {
  readonly exitCode: number;

  constructor(exitCode: number, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** The configuration cannot be used: exit code 3. The message is every problem, with its place. */
export class UnusableConfig extends Stop {
  constructor(problems: readonly ConfigProblem[]) {
    super(3, showProblems(problems, process.stderr));
  }
}

/** A file of cases cannot be read as one: exit code 2. */
export class UnusableTest extends Stop {
  constructor(problems: readonly ConfigProblem[]) {
    super(2, showProblems(problems, process.stderr));
  }
}

/** The option `-c`. */
export const CONFIG_OPTION = { config: { type: 'string', short: 'c' } } as const;

/** The text of an option, where it was given. */
export function textOf({ values }: Words, name: string): string | undefined {
  const value = values[name];
  return typeof value === 'string' ? value : undefined;
}

/** The text of an option that has to be given. */
export function needText(words: Words, name: string): string {
  const value = textOf(words, name);
  if (value === undefined) throw new UsageError(`--${name} is missing`);
  return value;
}

/** The word that an option says, of those that it may say. */
export function choiceOf<T extends string>(words: Words, name: string, known: readonly T[]): T | undefined {
  const value = textOf(words, name);
  if (value === undefined) return undefined;
  const found = known.find((word) => word === value);
  if (found !== undefined) return found;
  const meant = nearest(value, known);
  throw new UsageError(
    `--${name} must be one of ${known.join(', ')}${meant === undefined ? '' : ` (did you mean "${meant}"?)`}`,
  );
}

/** For commands that take options only. */
export function refuseWords({ positionals: [word] }: Words): void {
  if (word !== undefined) throw new UsageError(`unexpected argument "${word}"${fileHint(word)}`);
}

/** A configuration is named by an option. */
export function fileHint(word: string): string {
  return /\.(?:ya?ml|json)$/.test(word) ? ` (did you mean "-c ${word}"?)` : '';
}

/** The path of the configuration, `-` for standard input: what `-c` says, then `$COUNTERSIGN_CONFIG`, then `countersign.yaml`. */
export function configPathOf(words: Words): string {
  const path = textOf(words, 'config') ?? process.env['COUNTERSIGN_CONFIG'] ?? 'countersign.yaml';
  if (path === '-' && process.stdin.isTTY)
    throw new UsageError('-c - reads standard input: pipe the configuration in');
  return path;
}

/** The configuration, ready for use; stops with exit code 3 and every problem where it cannot be used. */
export async function needConfig(words: Words): Promise<Snapshot> {
  const loaded = await loadedBy(configPathOf(words), process.env);
  if (!loaded.ok) throw new UnusableConfig(loaded.problems);
  return loaded.snapshot;
}

/**
 * The same for commands that send nothing and keep nothing: a secret in an environment variable that is not set is no problem, so
 * that rules can be tested where their secrets are not.
 */
export async function needUsable(words: Words): Promise<Snapshot> {
  return (await usableConfig(configPathOf(words))).snapshot;
}

/** The same by the path of the file, with all that was loaded. */
export async function usableConfig(path: string): Promise<Extract<Loaded, { readonly ok: true }>> {
  const env = new Proxy(process.env, { get: (found, name) => Reflect.get(found, name) ?? STAND_IN });
  const loaded = await loadedBy(path, env);
  if (!loaded.ok) throw new UnusableConfig(loaded.problems);
  return loaded;
}

/** Most of the program is what a configuration may name: a command that needs none starts without it. */
async function loadedBy(path: string, env: NodeJS.ProcessEnv): Promise<Loaded> {
  const { loadConfigAndPlugins } = await import('../config/load.ts');
  return loadConfigAndPlugins(path, env);
}

const STAND_IN = 'stands in for a secret that is not set';

/** Writes to standard output. */
export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

const LOOKS = new Set(['open', 'stat', 'scandir']);

/** What went wrong, for people: a file that cannot be read by its name and a reason, and not by a system call. */
export function faultText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { path, syscall = '' } = error as NodeJS.ErrnoException;
  return path && LOOKS.has(syscall) ? `${path} cannot be read: ${reasonOf(error)}` : error.message;
}
