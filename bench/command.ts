import { parseArgs } from 'node:util';

/** A command of this folder: what its help says, and the options that take a value, beside `--help`. */
export type Command = {
  readonly help: string;
  readonly options: readonly string[];
  /** Whether it takes words beside its options. */
  readonly takesWords?: boolean;
};

/** What was said on the command line. */
export type Said = {
  readonly words: readonly string[];
  text(option: string): string | undefined;
  /** A whole number. */
  count(option: string, otherwise: number): number;
};

/** Runs a command with its options, as `read` understands them, and gives its exit code: 2, with the help, where they cannot be read. */
export async function runCommand<O>(
  { help, options: names, takesWords = false }: Command,
  read: (said: Said) => O,
  run: (options: O) => Promise<number>,
): Promise<number> {
  let options: O;
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: takesWords,
      options: {
        ...Object.fromEntries(names.map((name) => [name, { type: 'string' } as const])),
        help: { type: 'boolean' },
      },
    });
    if (values['help'] === true) {
      process.stdout.write(help);
      return 0;
    }
    options = read(saidIn(values, positionals));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n\n${help}`);
    return 2;
  }
  return await run(options);
}

function saidIn(values: Readonly<Record<string, unknown>>, words: readonly string[]): Said {
  const text = (option: string) => {
    const value = values[option];
    return typeof value === 'string' ? value : undefined;
  };
  return {
    words,
    text,
    count(option, otherwise) {
      const value = text(option);
      if (value === undefined) return otherwise;
      if (!/^\d{1,9}$/.test(value)) throw new Error(`--${option} "${value}" is no whole number`);
      return Number(value);
    },
  };
}
