import { drawCode } from '../core/code.ts';
import { recordOf } from '../core/facts.ts';
import {
  type IssueRefusal,
  issue,
  type NewCode,
  readdress,
  repeat,
  returnSend,
  sendRefusal,
  undeliver,
} from '../core/ledger.ts';
import { composeMessage } from '../core/message.ts';
import { type Code, type Recipient, type Row, standingOf } from '../core/row.ts';
import type { BindingKind } from '../core/rule.ts';
import type { RecordReader } from '../ports.ts';
import { advance, locate } from './advance.ts';
import { type Candidate, recipientsOf, withFrozenFirst } from './recipients.ts';
import { bindingOf, contextOf, covers, rowKeysOf, type Subject } from './subject.ts';
import type { Tools } from './tools.ts';

export type Sent =
  | { readonly kind: 'sent'; readonly row: Row; readonly now: number; readonly recipient: Recipient }
  | { readonly kind: 'refused'; readonly reason: SendRefusal; readonly row: Row; readonly now: number };

/** `recipient-changed`: the living code went to an address that the record no longer has. */
export type SendRefusal = IssueRefusal | 'recipient-missing' | 'recipient-changed' | 'delivery-failed';

/** Sends a code about the subject: a new one, or the living one again where the rule repeats it. Stored first, sent second. */
export async function sendCode(
  subject: Subject,
  kind: BindingKind,
  reader: RecordReader,
  tools: Tools,
): Promise<Sent> {
  const keys = rowKeysOf(subject, tools.keyring);
  const { row, now } = await locate(tools.store, keys);
  const refuse = (reason: SendRefusal): Sent => ({ kind: 'refused', reason, row, now });
  const barred = sendRefusal(row, row.code?.policy ?? subject.rule.code, now);
  if (barred) return refuse(barred);
  const all = await recipientsOf(subject, reader, tools);
  if (all.length === 0) return refuse('recipient-missing');
  const living = row.code && standingOf(row, now) === 'living' ? row.code : undefined;
  const candidates = living ? withFrozenFirst(living, all) : all;
  const [first] = candidates;
  if (!first) return refuse('recipient-changed');
  const code = living && repeatable(living, keys[0], subject, tools);
  if (living && code !== undefined) return resendSame(subject, living, code, candidates, tools);
  return issueNew(subject, kind, candidates, first, tools);
}

/** The living code in clear, where the policy repeats it and it is about the same. */
function repeatable(code: Code, key: string, subject: Subject, { keyring }: Tools): string | undefined {
  if (code.policy.resend !== 'same' || code.sealed === null || !covers(code.binding, subject, keyring))
    return undefined;
  return keyring.open(code.sealed, sealContext(key, code.id));
}

async function issueNew(
  subject: Subject,
  kind: BindingKind,
  candidates: readonly Candidate[],
  first: Candidate,
  tools: Tools,
): Promise<Sent> {
  const { rule } = subject;
  const keys = rowKeysOf(subject, tools.keyring);
  const id = tools.random.id();
  const code = drawCode(rule.code, tools.random.below);
  const binding = bindingOf(subject, kind, tools.keyring);
  const fresh: NewCode = {
    id,
    binding,
    verifier: await tools.hasher.hash(code, contextOf(subject, { id }, binding.digest)),
    sealed: rule.code.resend === 'same' ? tools.keyring.seal(code, sealContext(keys[0], id)) : null,
    recipient: first.recipient,
    policy: rule.code,
  };
  const issued = await advance(tools.store, keys, (row, now) => {
    const outcome = issue(row, now, fresh);
    return { next: outcome.ok ? outcome.row : undefined, result: { outcome, row, now } };
  });
  if (!issued.outcome.ok)
    return { kind: 'refused', reason: issued.outcome.reason, row: issued.row, now: issued.now };
  return deliver(subject, id, code, candidates, undeliver, tools);
}

async function resendSame(
  subject: Subject,
  living: Code,
  code: string,
  candidates: readonly Candidate[],
  tools: Tools,
): Promise<Sent> {
  const reserved = await advance(tools.store, rowKeysOf(subject, tools.keyring), (row, now) => {
    const outcome = repeat(row, now, living.id);
    return { next: outcome.ok ? outcome.row : undefined, result: { outcome, row, now } };
  });
  if (!reserved.outcome.ok)
    return { kind: 'refused', reason: reserved.outcome.reason, row: reserved.row, now: reserved.now };
  return deliver(subject, living.id, code, candidates, returnSend, tools);
}

/** Hands the code to one channel after the other until one takes it. Same code, same life, same budget. */
async function deliver(
  subject: Subject,
  codeId: string,
  code: string,
  candidates: readonly Candidate[],
  giveBack: typeof undeliver,
  tools: Tools,
): Promise<Sent> {
  const { rule, save, before, about } = subject;
  const keys = rowKeysOf(subject, tools.keyring);
  const text = composeMessage({ rule, save, about, record: recordOf({ save, before }), code });
  let mayHaveArrived = false;
  for (const { recipient, address, channel } of candidates) {
    const aimed = await advance(tools.store, keys, (row, now) => {
      const isAimed =
        row.code?.recipient.fingerprint === recipient.fingerprint &&
        row.code.recipient.channel === recipient.channel;
      const next = isAimed ? undefined : readdress(row, now, codeId, recipient);
      return { next, result: { row: next ?? row, now } };
    });
    if (aimed.row.code?.id !== codeId) break;
    const delivery = await channel.deliver({ ...text, address, code, expiresAt: aimed.row.code.expiresAt });
    if (delivery.kind === 'accepted') return { kind: 'sent', ...aimed, recipient };
    mayHaveArrived ||= delivery.kind === 'unknown';
    tools.log.warn(
      { rule: rule.id, channel: recipient.channel, outcome: delivery.kind, reason: delivery.reason },
      'a channel did not take a code',
    );
  }
  const left = await advance(tools.store, keys, (row, now) => {
    const next = mayHaveArrived ? undefined : giveBack(row, now, codeId);
    return { next, result: { row: next ?? row, now } };
  });
  return { kind: 'refused', reason: 'delivery-failed', ...left };
}

function sealContext(key: string, codeId: string): string {
  return `${key}\n${codeId}`;
}
