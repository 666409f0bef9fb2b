import { emptySave } from '../core/rule/planned-save.ts';
import { ownedAs } from '../core/saving/save.ts';
import { problem, type RuleRow } from '../core/verdict/problem.ts';
import { type HandedOn, type Refused, refused } from '../core/verdict/verdict.ts';
import type { JsonObject } from '../core/wire/json.ts';
import type { Viewer } from '../ports/intent.ts';
import { subjectOfHandle } from './handles/handles.ts';
import { readBefore } from './judging/read-before.ts';
import { isUnseen } from './judging/unseen.ts';
import { withVerifiedName } from './judging/verified-name.ts';
import { noteAsker } from './ledger/askers.ts';
import { holdsGrant } from './ledger/holds-grant.ts';
import { recordIdOf, type Subject } from './ledger/subject.ts';
import type { Tools } from './ledger/tools.ts';
import { callerNameProblem, lacksCallerName } from './refusals/caller-name.ts';
import { refusalAbout } from './refusals/refusal-text.ts';
import { ruleRowOf } from './refusals/rule-row.ts';
import type { Sent } from './sending/deliver.ts';
import { planned, valuesProblem } from './sending/plan.ts';
import { recordSend } from './sending/record-send.ts';
import { sendCode } from './sending/send.ts';
import { type BlindSend, sendBlind } from './sending/send-blind.ts';
import { slugOfSendRefusal } from './sending/send-refusal.ts';

/** A call of the control API about a rule and a record. */
export type ChallengeRequest = Viewer & {
  /** The rule's id or sanitised name. */
  readonly rule: string;
  /** The record's id, or, where the rule hides who is there, the handle of whoever was asked for. */
  readonly record: string;
  /** The values that the code shall confirm; without them, those of the living code, or those that the rule's criteria imply. */
  readonly values: JsonObject | undefined;
};

/** What a call answers. `after` is what is left to do when the answer is on its way. It never throws. */
export type Done = { readonly kind: 'done'; readonly row: RuleRow; after?(): Promise<void> };

/** A row, or why no code was sent. */
export type ChallengeAnswer = Done | Refused | HandedOn;

/** Sends or resends a code. Who may see the record in the CRM may ask for one, nobody else. */
export async function challenge(request: ChallengeRequest, tools: Tools): Promise<ChallengeAnswer> {
  const known = await subjectOf(request, tools);
  if ('kind' in known) return known;
  if (known.asked) return answerTo(await sendBlind(known, request, tools), known, request, tools);
  const plan = await planned(known, request.values ?? new Map(), request.reader, tools);
  if ('missing' in plan) return refused(await valuesProblem(known, plan.missing, tools));
  const { subject, isKept } = plan;
  await noteAsker(subject, tools);
  const sent = await sendCode(subject, request, tools);
  return answerTo(sent, subject, request, tools, isKept ? undefined : subject);
}

/** Tells what became of a send; the audit is told of one that was made. `record` is how the caller names the record, `own` what they know of it. */
export async function answerTo(
  sent: Sent | BlindSend,
  subject: Subject,
  request: Pick<ChallengeRequest, 'caller' | 'request'> & { readonly record: string | undefined },
  tools: Tools,
  own?: Pick<Subject, 'save' | 'before' | 'isUnseen'>,
): Promise<ChallengeAnswer> {
  const { rule } = subject;
  const told = { ...own, record: request.record };
  if (sent.kind === 'issued') {
    const row = ruleRowOf(rule, sent.row, sent.now, 'sent', told);
    return { kind: 'done', row, after: sent.deliver };
  }
  if (sent.kind === 'sent') {
    await recordSend(subject, sent.recipient, request, tools);
    return { kind: 'done', row: ruleRowOf(rule, sent.row, sent.now, 'sent', told) };
  }
  const requirement = { ...own, rule, named: request.record };
  const problem = refusalAbout([{ ...sent, requirement, slug: slugOfSendRefusal(sent.reason) }]);
  return refused(problem, recordIdOf(subject));
}

/** The rule and the record, where both exist and the CRM shows the record to this caller. */
export async function subjectOf(
  request: Omit<ChallengeRequest, 'values'>,
  tools: Tools,
): Promise<Subject | Refused | HandedOn> {
  const { rule: alias, record } = request;
  const rule = tools.policy.ruleNamed(alias);
  if (!rule) return refused(problem('not-found', `No rule has the id or the name "${alias}".`));
  if (rule.hides && !(await holdsGrant({ module: rule.module, id: record }, request, tools))) {
    const asked = await subjectOfHandle(record, rule, request, tools);
    return 'kind' in asked || !lacksCallerName(asked) ? asked : refused(callerNameProblem([]));
  }
  const before = await readBefore(rule.module, record, request.reader);
  if (before.kind !== 'found') return before;
  const save = ownedAs(emptySave(rule, record), before.record.own);
  const caller = await withVerifiedName(request, [rule], save);
  const stored = before.record.fields;
  const facts = { save, before: stored, caller, request: request.request, now: tools.clock.now() };
  const subject = {
    rule,
    save,
    before: stored,
    about: 'criteria',
    caller: caller.user,
    isUnseen: await isUnseen(facts, request, tools),
  } as const;
  return lacksCallerName(subject) ? refused(callerNameProblem([])) : subject;
}
