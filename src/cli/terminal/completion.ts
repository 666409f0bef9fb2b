import { unknown } from '../arguments.ts';
import { type Command, say, UsageError } from '../command.ts';
import { bashScript, type Completable, fishScript, zshScript } from './completion-scripts.ts';

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript };
const SHELLS = ['bash', 'zsh', 'fish'] as const;

/** Prints what makes a shell complete commands, options and their values. */
export const completion: Command = {
  summary: 'print a script that completes commands and options in your shell',
  help: `Usage: countersign completion bash|zsh|fish

Prints a script for the shell.

  bash   source <(countersign completion bash)                                   in ~/.bashrc
  zsh    source <(countersign completion zsh)                                    in ~/.zshrc, after compinit
  fish   countersign completion fish > ~/.config/fish/completions/countersign.fish

Example
  countersign completion bash`,
  subcommands: SHELLS,
  async run({ positionals: [name, more] }, all) {
    if (name === undefined) throw new UsageError(`missing shell: completion ${SHELLS.join(', ')}`);
    if (more !== undefined) throw new UsageError(`unexpected argument "${more}"`);
    const shell = SHELLS.find((known) => known === name);
    if (!shell) throw new UsageError(unknown('shell', name, SHELLS));
    const commands = await Promise.all(
      Object.entries(all).map(async ([command, load]) => wordsOf(command, await load())),
    );
    say(SCRIPTS[shell](commands).trimEnd());
    return 0;
  },
};

function wordsOf(
  name: string,
  { summary, subcommands = [], options = {}, choices = {} }: Command,
): Completable {
  return {
    name,
    summary,
    subcommands,
    options: [
      ...Object.entries(options).map(([option, { type }]) => ({
        name: option,
        takesValue: type === 'string',
        choices: choices[option] ?? [],
      })),
      { name: 'help', takesValue: false, choices: [] },
    ],
  };
}
