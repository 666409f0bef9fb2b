import { type Command, Stop, textOf, UsageError, type Words } from '../command.ts';

/** A question, with its flag. `preset` is what is meant where nobody says anything else. */
export type Question = {
  readonly name: string;
  readonly flag: string;
  readonly message: string;
  readonly preset?: string | ((earlier: ReadonlyMap<string, string>) => string) | undefined;
  readonly options?: readonly string[];
  /** What is wrong with an answer, after those to earlier questions. */
  faultIn?(answer: string, earlier: ReadonlyMap<string, string>): string | undefined;
};

/** Whether somebody can be asked. */
function isAsking(): boolean {
  return process.stdin.isTTY === true && process.stdout.isTTY === true;
}

/**
 * The answers that flags give, and those to what is left, asked on a terminal. Elsewhere what is missing is named with its flag, all of it
 * at once: exit code 2.
 */
export async function answersTo(
  questions: readonly Question[],
  words: Words,
): Promise<Readonly<Record<string, string>>> {
  const given = new Map<string, string>();
  for (const question of questions) {
    const text = textOf(words, question.flag);
    if (text !== undefined) given.set(question.name, checked(question, text, given));
  }
  const open = questions.filter(({ name }) => !given.has(name));
  const needed = open.filter(({ preset }) => preset === undefined);
  if (!isAsking() && needed.length > 0)
    throw new UsageError(`missing ${needed.map(({ flag, message }) => `--${flag} (${message})`).join(', ')}`);
  for (const question of open)
    given.set(question.name, isAsking() ? await ask(question, given) : (presetOf(question, given) ?? ''));
  return Object.fromEntries(given);
}

function presetOf({ preset }: Question, earlier: ReadonlyMap<string, string>): string | undefined {
  return typeof preset === 'function' ? preset(earlier) : preset;
}

function checked(
  { flag, options, faultIn }: Question,
  answer: string,
  earlier: ReadonlyMap<string, string>,
): string {
  if (options && !options.includes(answer))
    throw new UsageError(`--${flag} must be one of ${options.join(', ')}`);
  const fault = faultIn?.(answer, earlier);
  if (fault !== undefined) throw new UsageError(`--${flag} ${fault}`);
  return answer;
}

async function ask(question: Question, earlier: ReadonlyMap<string, string>): Promise<string> {
  const { message, options, faultIn } = question;
  const { isCancel, select, text } = await import('@clack/prompts');
  const preset = presetOf(question, earlier);
  const first = preset === undefined ? {} : { initialValue: preset };
  const answer = options
    ? await select({ message, options: options.map((value) => ({ value, label: value })), ...first })
    : await text({
        message,
        ...first,
        validate: (written) => (written ? faultIn?.(written, earlier) : 'cannot be empty'),
      });
  if (isCancel(answer)) throw new Stop(1, 'nothing was written');
  return answer;
}

/** The flags of the questions that are asked for every kind. */
export const FLAGS: NonNullable<Command['options']> = {
  upstream: { type: 'string' },
  kind: { type: 'string' },
  module: { type: 'string' },
  path: { type: 'string' },
  field: { type: 'string' },
  to: { type: 'string' },
  address: { type: 'string' },
  via: { type: 'string' },
  owner: { type: 'string' },
};
