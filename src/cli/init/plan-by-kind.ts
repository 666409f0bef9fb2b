import { DIALECT_KINDS } from '../../dialects/all.ts';
import type { DialectKind, Starter } from '../../dialects/kind.ts';
import type { Words } from '../command.ts';
import type { answersTo } from './answers.ts';
import { casesOf } from './cases.ts';
import type { Planned } from './files.ts';
import { kindQuestion, moduleQuestion, pathQuestion, ruleQuestions, upstreamQuestion } from './questions.ts';

type Startable = { readonly name: string; readonly starter: Starter };

const STARTERS: readonly Startable[] = (
  DIALECT_KINDS as readonly unknown[] as readonly DialectKind[]
).flatMap(({ dialect, starter }) => (starter ? [{ name: dialect.name, starter }] : []));

/** The forms of APIs for which a first module can be written. */
export const STARTER_KINDS: readonly string[] = STARTERS.map(({ name }) => name);

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
  } = await answers([...questions, ...starter.keys, ...ruleQuestions()], words);
  const entry = { dialect: kind, path, ...keys };
  const rule = { module: name, field, to, address };
  return {
    plan: {
      upstream,
      modules: new Map([[name, { entry, operations: [], unknown: [] }]]),
      passthrough: [],
      rule,
      cases: casesOf(rule, (fields) => starter.save({ name, path, ...keys }, fields)),
    },
    summary: [
      `module ${name}: other writes than those on ${path} are refused until a module or passthrough names them`,
    ],
  };
}
