import { DIALECT_KINDS } from '../../dialects/all.ts';
import type { DialectKind, Starter } from '../../dialects/kind.ts';
import type { Command, Words } from '../command.ts';
import type { answersTo, Question } from './answers.ts';
import { casesOf } from './cases.ts';
import type { Planned } from './files.ts';
import { kindQuestion, moduleQuestion, pathQuestion, ruleQuestions, upstreamQuestion } from './questions.ts';

type Startable = { readonly name: string; readonly starter: Starter };

const KINDS: readonly DialectKind[] = DIALECT_KINDS;
const STARTERS: readonly Startable[] = KINDS.flatMap(({ dialect, starter }) =>
  starter ? [{ name: dialect.name, starter }] : [],
);

/** The forms of APIs for which a first module can be written. */
export const STARTER_KINDS: readonly string[] = STARTERS.map(({ name }) => name);

/** The flags of what they ask for. */
export const STARTER_FLAGS: NonNullable<Command['options']> = Object.fromEntries(
  STARTERS.flatMap(({ starter }) => starter.keys.map(({ flag }) => [flag, { type: 'string' }])),
);

/** The kind whose modules a CRM can tell itself. */
export const SURVEYED = STARTERS.find(({ starter }) => starter.survey);

/** A plan for one module, by what somebody says of it. */
export async function planByKind(words: Words, answers: typeof answersTo): Promise<Planned> {
  const { kind = '' } = await answers([kindQuestion(STARTER_KINDS)], words);
  const found = STARTERS.find(({ name }) => name === kind);
  if (!found) throw new TypeError(`there is no starter for ${kind}`);
  const { starter } = found;
  const questions = [upstreamQuestion(), moduleQuestion, pathQuestion(starter.path)];
  const {
    upstream = '',
    module: name = '',
    path = '',
    field = '',
    to = '',
    address = '',
    ...keys
  } = await answers([...questions, ...starter.keys.map(questionOf), ...ruleQuestions()], words);
  const started = { name, path, ...keys };
  const own = starter.entry ? starter.entry(started, [field, address]) : keys;
  const entry = { dialect: kind, path, ...own };
  const rule = { module: name, field, to, address };
  return {
    plan: {
      upstream,
      modules: new Map([[name, { entry, operations: [], unknown: [] }]]),
      passthrough: starter.passthrough ?? [],
      rule,
      cases: casesOf(rule, (fields) => starter.save(started, fields)),
    },
    summary: [
      `module ${name}: what else is written, on ${path} or elsewhere, is refused until a module or passthrough names it`,
    ],
  };
}

function questionOf({ preset, ...key }: Starter['keys'][number]): Question {
  return { ...key, preset: preset && ((earlier) => preset(earlier.get('module') ?? '')) };
}
