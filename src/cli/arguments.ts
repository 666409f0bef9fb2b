import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { nearest } from '../config/explain/suggest.ts';
import { type Command, UsageError, type Words } from './command.ts';

const HELP = { help: { type: 'boolean', short: 'h' } } as const;

/** What was written after the name of a command. `UsageError` where an option is not known, lacks its value or has one too many. */
export function readWords(command: Command, argv: readonly string[]): Words {
  const options: ParseArgsOptionsConfig = { ...command.options, ...HELP };
  const { tokens, positionals, values } = parseArgs({
    args: [...argv],
    options,
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const { name, rawName, value, inlineValue = false } = token;
    const type = Object.hasOwn(options, name) ? options[name]?.type : undefined;
    if (type === undefined) throw new UsageError(unknown('option', rawName, namesOf(options)));
    if (type === 'boolean' && value !== undefined) throw new UsageError(`${rawName} takes no value`);
    if (type === 'string' && isMissing(value, inlineValue)) throw new UsageError(`${rawName} needs a value`);
  }
  return { positionals, values };
}

/** A word that is not known, and the known one that was probably meant. */
export function unknown(what: string, written: string, known: readonly string[]): string {
  const meant = nearest(written, known);
  return `unknown ${what} "${written}"${meant === undefined ? '' : ` (did you mean "${meant}"?)`}`;
}

function namesOf(options: ParseArgsOptionsConfig): readonly string[] {
  return Object.keys(options).map((name) => `--${name}`);
}

/** What follows an option and looks like the next one is no value, unless it is written with `=`. */
function isMissing(value: string | undefined, isInline: boolean): boolean {
  return value === undefined || value === '' || (!isInline && /^-./.test(value));
}
