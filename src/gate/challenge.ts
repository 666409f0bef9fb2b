import type { JsonObject } from '../core/json.ts';
import { type Problem, problem, type RuleRow } from '../core/problem.ts';
import { standingOf } from '../core/row.ts';
import type { Rule } from '../core/rule.ts';
import type { Intent, Save } from '../core/save.ts';
import type { HandedOn } from '../core/verdict.ts';
import type { RecordReader } from '../ports.ts';
import { locate } from './advance.ts';
import { readBefore } from './read-before.ts';
import { recordEvent } from './record-event.ts';
import { isNameless, namelessProblem, refusalOf, retryAtOf, slugOfSendRefusal } from './refuse.ts';
import { ruleRowOf } from './rule-row.ts';
import { sendCode } from './send.ts';
import { rowKeysOf, type Subject } from './subject.ts';
import type { Tools } from './tools.ts';
import { vouched } from './vouch.ts';

/** A call of the control API about a rule and a record. */
export type ChallengeRequest = Pick<Intent, 'caller' | 'principal' | 'request' | 'trace'> & {
  /** The rule's id or sanitised name. */
  readonly rule: string;
  readonly record: string;
  /** The values that the code shall confirm; without them it is good for any save of the record that the rule speaks about. */
  readonly values: JsonObject | undefined;
};

export type ChallengeAnswer =
  | { readonly kind: 'done'; readonly row: RuleRow }
  | { readonly kind: 'refused'; readonly problem: Problem }
  | HandedOn;

/** Sends or resends a code. Who may see the record in the CRM may ask for one, nobody else. */
export async function challenge(
  request: ChallengeRequest,
  reader: RecordReader,
  tools: Tools,
): Promise<ChallengeAnswer> {
  const subject = await subjectOf(request, reader, tools);
  if ('kind' in subject) return subject;
  const { rule, save } = subject;
  const sent = await sendCode(
    subject,
    request.values ? rule.binds : 'record',
    { reader, principal: request.principal },
    tools,
  );
  const about = { module: rule.module, record: save.id, rule: rule.id };
  if (sent.kind === 'sent') {
    const { channel, masked } = sent.recipient;
    await recordEvent({ event: 'code-sent', ...about, channel, sentTo: masked }, request, tools);
    return { kind: 'done', row: ruleRowOf(rule, sent.row, sent.now, 'sent', request.record) };
  }
  const slug = slugOfSendRefusal(sent.reason);
  await recordEvent({ event: 'code-send-failed', ...about, reason: slug }, request, tools);
  const rows = [ruleRowOf(rule, sent.row, sent.now, slug, request.record)];
  return {
    kind: 'refused',
    problem: refusalOf(slug, rows, retryAtOf(slug, rule, sent.row, sent.now, sent.retryAt)),
  };
}

/** What the ledger says of the rule and the record. */
export async function standing(
  request: ChallengeRequest,
  reader: RecordReader,
  tools: Tools,
): Promise<ChallengeAnswer> {
  const subject = await subjectOf(request, reader, tools);
  if ('kind' in subject) return subject;
  const { row, now } = await locate(tools.store, rowKeysOf(subject, tools.keyring));
  return { kind: 'done', row: ruleRowOf(subject.rule, row, now, standingOf(row, now), request.record) };
}

/** The rule and the record, where both exist and the CRM shows the record to this caller. */
export async function subjectOf(
  request: Pick<ChallengeRequest, 'caller' | 'rule' | 'record' | 'values'>,
  reader: RecordReader,
  { policy }: Tools,
): Promise<Subject | Exclude<ChallengeAnswer, { kind: 'done' }>> {
  const { rule: alias, record, values } = request;
  const rule = policy.ruleNamed(alias);
  if (!rule)
    return { kind: 'refused', problem: problem('not-found', `No rule has the id or the name "${alias}".`) };
  const before = await readBefore(rule.module, record, reader);
  if ('kind' in before) return before;
  const save = plannedSave(rule, record, values);
  const { user } = await vouched(request.caller, [rule], save, reader);
  const subject = { rule, save, before: before.fields, about: 'criteria', caller: user } as const;
  return isNameless(subject) ? { kind: 'refused', problem: namelessProblem([]) } : subject;
}

function plannedSave(rule: Rule, id: string, values: JsonObject | undefined): Save {
  const operation = rule.on.has('update') ? 'update' : rule.on.has('delete') ? 'delete' : 'read';
  return { module: rule.module, operation, id, fields: values ?? new Map() };
}
