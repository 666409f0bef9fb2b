import type { Rule } from '../core/rule/rule.ts';
import { type AskedHandle, writeHandle } from '../core/saving/handle.ts';
import { type HandedOn, type Refused, refused } from '../core/verdict/verdict.ts';
import type { Viewer } from '../ports/intent.ts';
import { answerTo, type ChallengeAnswer } from './challenge.ts';
import { askedBy, handleOf, subjectOfAsked } from './handles/handles.ts';
import type { Subject } from './ledger/subject.ts';
import type { Tools } from './ledger/tools.ts';
import { callerNameProblem, lacksCallerName } from './refusals/caller-name.ts';
import { sendBlind } from './sending/send-blind.ts';

/** A call about somebody of whom the caller knows a value, where nobody may learn whether they exist. */
export type IdentifyRequest = Viewer & {
  readonly rule: Rule;
  readonly value: string;
  /** Asks the CRM whom the value names. It is called where the caller may ask, and not before: each time it can be timed. */
  find(): Promise<LookedUp>;
};

/** The id of the record that a value names, undefined where it names none, or why that could not be asked. */
export type LookedUp = { readonly kind: 'told'; readonly record: string | undefined } | Refused | HandedOn;

/** Answers with a handle, the same for everybody, and sends a code to whoever is there. */
export async function identify(request: IdentifyRequest, tools: Tools): Promise<ChallengeAnswer> {
  const { rule } = request;
  const nobody = askedBy(request, request.value, tools.keyring);
  const subject = subjectOfAsked(rule, nobody, request, tools);
  if (lacksCallerName(subject)) return refused(callerNameProblem([]));
  const find = async (): Promise<Subject | Refused | HandedOn> => {
    const named = await request.find();
    if (named.kind !== 'told') return named;
    return subjectOfAsked(rule, fitting({ ...nobody, record: named.record }, request, tools), request, tools);
  };
  const sent = await sendBlind(subject, request, tools, find);
  if (sent.kind === 'handed-on' || 'problem' in sent) return sent;
  const handle =
    sent.kind === 'issued' && sent.subject.asked
      ? handleOf(sent.subject.asked, rule, request, sent.now, tools.keyring)
      : undefined;
  return answerTo(sent, subject, { ...request, record: handle }, tools);
}

/** A record whose id has no room in a handle is not found, as far as callers are told. */
function fitting(asked: AskedHandle, { rule, request }: IdentifyRequest, { clock, log }: Tools): AskedHandle {
  if (writeHandle({ asked, endsAt: clock.now() }) !== undefined) return asked;
  log.error({ request: request.id, rule: rule.id }, 'the id of a record is too long for a handle');
  return { ...asked, record: undefined };
}
