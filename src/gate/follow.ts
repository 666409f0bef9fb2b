import { standingOf } from '../core/ledger/row.ts';
import { emptySave, impliedSave } from '../core/rule/planned-save.ts';
import { modulesOf, ownedAs } from '../core/saving/save.ts';
import type { FollowUp } from '../core/verdict/verdict.ts';
import type { Intent } from '../ports/intent.ts';
import { noteAsker } from './ledger/askers.ts';
import { codeRows } from './ledger/rows.ts';
import { covers, rowKeysOf, type Subject } from './ledger/subject.ts';
import type { Tools } from './ledger/tools.ts';
import { lacksCallerName } from './refusals/caller-name.ts';
import { recordSend } from './sending/record-send.ts';
import { sendCode } from './sending/send.ts';
import { slugOfSendRefusal } from './sending/send-refusal.ts';

/**
 * Sends the codes that a save which went through asks for: each is about the values that the criteria of its rule imply, as one by
 * hand is, and goes to the address that is stored now. `createdId` is the id that the CRM gave a new record, where it told one. Never throws.
 */
export function followAll(
  followUps: readonly FollowUp[],
  createdId: string | undefined,
  intent: Intent,
  tools: Tools,
): Promise<void> {
  const about = { modules: modulesOf(intent.saves), trace: intent.trace };
  return tools.tracing.request('follow', about, () => sendAll(followUps, createdId, intent, tools));
}

async function sendAll(
  followUps: readonly FollowUp[],
  createdId: string | undefined,
  intent: Intent,
  tools: Tools,
): Promise<void> {
  for (const { rule, save } of followUps) {
    const about = { request: intent.request.id, rule: rule.id, module: save.module };
    const id = save.id ?? createdId;
    try {
      if (id === undefined)
        tools.log.warn(about, `${SKIPPED}: the CRM's answer does not tell the new record's id`);
      else await follow({ rule, save: { ...save, id } }, intent, tools);
    } catch (err) {
      tools.log.error({ err, ...about }, 'a code could not be sent after a save');
    }
  }
}

const SKIPPED = 'no code was sent after a save';

async function follow(
  { rule, save: { module: name, id } }: FollowUp,
  intent: Intent,
  tools: Tools,
): Promise<void> {
  const plan = impliedSave(rule, id);
  const about = { request: intent.request.id, module: name, record: id, rule: rule.id };
  const answer = await intent.reader.read(name, id ?? '');
  if (!plan.ok) {
    tools.log.warn(about, `${SKIPPED}: the values that it would confirm are not known`);
    return recordSend({ rule, save: emptySave(rule, id) }, { reason: 'otp-values-required' }, intent, tools);
  }
  const { save } = plan;
  if (answer.kind !== 'found') {
    tools.log.warn({ ...about, answer: answer.kind }, `${SKIPPED}: its record cannot be read`);
    return recordSend({ rule, save }, { reason: 'record-unavailable' }, intent, tools);
  }
  const { user } = intent.caller;
  const { fields: before, own } = answer.record;
  const subject: Subject = { rule, save: ownedAs(save, own), before, about: 'criteria', caller: user };
  if (lacksCallerName(subject)) {
    tools.log.warn(about, `${SKIPPED}: its caller has no verified name`);
    return recordSend(subject, { reason: 'otp-binding-mismatch' }, intent, tools);
  }
  await noteAsker(subject, tools);
  if (await isOut(subject, tools)) return;
  const sent = await sendCode(subject, intent, tools);
  if (sent.kind === 'sent') return recordSend(subject, sent.recipient, intent, tools);
  const reason = slugOfSendRefusal(sent.reason);
  tools.log.warn({ ...about, reason }, SKIPPED);
  await recordSend(subject, { reason }, intent, tools);
}

/** Whether a code lives that a save of the record could already be confirmed with. */
async function isOut(subject: Subject, tools: Tools): Promise<boolean> {
  const { row, now } = await codeRows.locate(tools, rowKeysOf(subject, tools.keyring));
  return row.code !== null && standingOf(row, now) === 'living' && covers(row.code, subject, tools.keyring);
}
