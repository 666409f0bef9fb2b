import type { Dialect, RecordReading } from '../dialects/dialect.ts';
import { type Blamed, blame } from './blame.ts';
import { isCalls } from './is-calls.ts';
import { isReading } from './is-reading.ts';

/** What a dialect cannot do without. */
const NEEDED = [
  'recognise',
  'controlNames',
  'read',
  'sessionOf',
  'recordPath',
  'recordOf',
  'outcomeOf',
  'nesting',
  'refusal',
] as const;

/** Functions that a dialect of a plug-in lacks. */
export function lackingIn(dialect: object): readonly string[] {
  return NEEDED.filter((name) => typeof Reflect.get(dialect, name) !== 'function');
}

const RECOGNISED: readonly unknown[] = ['read', 'unmapped-read', 'body', 'bodyless', 'unknown'];
const RECORDS: readonly RecordReading['kind'][] = ['found', 'withheld', 'unreadable'];
const OUTCOMES: readonly unknown[] = ['saved', 'notSaved', 'unknown'];

/**
 * A dialect of a plug-in, under the name that it has here. What it throws is a fault with its name; an answer that is none of those a
 * dialect may give is a fault too, so that a guarded request is refused and never taken for harmless.
 */
export function heldDialect(name: string, dialect: Dialect, plugin: string): Dialect {
  const blamed: Blamed = { plugin, what: `dialect ${name}` };
  const held =
    <Words extends unknown[], Answer>(
      doing: string,
      call: (...words: Words) => Answer,
      isAnswer: (answer: Answer, words: Words) => boolean = () => true,
    ) =>
    (...words: Words): Answer => {
      try {
        const answer = call.apply(dialect, words);
        if (!isAnswer(answer, words)) throw new TypeError('what it gave is no answer to that');
        return answer;
      } catch (error) {
        throw blame(blamed, doing, error);
      }
    };
  return Object.assign(Object.create(dialect), {
    name,
    recognise: held('recognise', dialect.recognise, (answer) => RECOGNISED.includes(answer)),
    controlNames: held('controlNames', dialect.controlNames, Array.isArray),
    read: held('read', dialect.read, (answer, [, mount]) => isReading(answer, mount)),
    sessionOf: held('sessionOf', dialect.sessionOf),
    recordPath: held('recordPath', dialect.recordPath, (path) => /^\/[^\s]*$/.test(path)),
    recordOf: held('recordOf', dialect.recordOf, (answer) => RECORDS.includes(answer?.kind)),
    outcomeOf: held('outcomeOf', dialect.outcomeOf, (answer) => OUTCOMES.includes(answer)),
    nesting: held('nesting', dialect.nesting, (facts) => typeof facts === 'object' && facts !== null),
    refusal: held('refusal', dialect.refusal, (answer) => typeof answer?.body === 'string'),
    ...(dialect.callsIn && { callsIn: held('callsIn', dialect.callsIn, isCalls) }),
    ...(dialect.createdIdOf && { createdIdOf: held('createdIdOf', dialect.createdIdOf) }),
  });
}
