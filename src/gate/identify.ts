import type { Rule } from '../core/rule.ts';
import type { Intent } from '../core/save.ts';
import type { RecordReader } from '../ports.ts';
import { locate } from './advance.ts';
import { type ChallengeAnswer, challengeAbout } from './challenge.ts';
import { askedBy, handleOf, subjectOfAsked } from './handles.ts';
import { isNameless, namelessProblem } from './refuse.ts';
import { rowKeysOf } from './subject.ts';
import type { Tools } from './tools.ts';

/** A call about somebody of whom the caller knows a value, where nobody may learn whether he is there. */
export type IdentifyRequest = Pick<Intent, 'caller' | 'principal' | 'request'> & {
  readonly rule: Rule;
  readonly value: string;
  /** The id that the value was found to name; undefined where it names none. */
  readonly record: string | undefined;
};

/** Answers with a handle, the same for everybody, and sends a code to whoever is there. */
export async function identify(
  request: IdentifyRequest,
  reader: RecordReader,
  tools: Tools,
): Promise<ChallengeAnswer> {
  const { rule, value } = request;
  const { keyring, store, log } = tools;
  const nobody = askedBy(request, value, undefined, keyring);
  const { now } = await locate(store, rowKeysOf(subjectOfAsked(rule, nobody, request, tools), keyring));
  const found = { ...nobody, record: request.record };
  const own = handleOf(found, rule, request, now, keyring);
  const [asked, handle = ''] = own ? [found, own] : [nobody, handleOf(nobody, rule, request, now, keyring)];
  if (!own) log.error({ request: request.request.id, rule: rule.id }, 'an id is too long for a handle');
  const subject = subjectOfAsked(rule, asked, request, tools);
  if (isNameless(subject)) return { kind: 'refused', problem: namelessProblem([]) };
  const challenge = { ...request, rule: rule.id, record: handle, values: undefined };
  return challengeAbout(subject, challenge, reader, tools);
}
