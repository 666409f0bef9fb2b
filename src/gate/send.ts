import { drawCode } from '../core/code.ts';
import { issue, type NewCode, repeat, returnSend, sendRefusal, undeliver } from '../core/ledger.ts';
import { type Code, type Recipient, standingOf } from '../core/row.ts';
import type { BindingKind } from '../core/rule.ts';
import type { Intent } from '../core/save.ts';
import type { RecordReader } from '../ports.ts';
import { attempt, locate } from './advance.ts';
import { type Aim, aimAt, deliver, type SendRefusal, type Sent } from './deliver.ts';
import { releaseIfBusy, releasePlaces, reserveAll, talliesOf } from './limits.ts';
import { recipientsOf, withFrozenFirst } from './recipients.ts';
import { bindingOf, contextOf, covers, rowKeysOf, type Subject } from './subject.ts';
import type { Tools } from './tools.ts';
import { type Metered, meterKeysOf, meterOf } from './unverified.ts';

/** Who asks for a code: how records are read for him, the name under which his requests are counted, and the request. */
export type Asker = Pick<Intent, 'principal' | 'request'> & { readonly reader: RecordReader };

/** Sends a code about the subject: a new one, or the living one again where the rule repeats it. Stored first, sent second. */
export async function sendCode(
  subject: Subject,
  kind: BindingKind,
  asker: Asker,
  tools: Tools,
): Promise<Sent> {
  const keys = rowKeysOf(subject, tools.keyring);
  const { row, now } = await locate(tools.store, keys);
  const refuse = (reason: SendRefusal, retryAt?: number): Sent => ({
    kind: 'refused',
    reason,
    row,
    now,
    retryAt,
  });
  const barred = sendRefusal(row, row.code?.policy ?? subject.rule.code, now);
  if (barred) return refuse(barred);
  const all = await recipientsOf(subject, asker.reader, tools);
  if (all.length === 0) return refuse('recipient-missing');
  const living = row.code && standingOf(row, now) === 'living' ? row.code : undefined;
  const addressees = living ? withFrozenFirst(living, all) : all;
  if (addressees.length === 0) return refuse('recipient-changed');
  const meter = callerMeterOf(subject, asker, tools);
  const places = await reserveAll(
    [...talliesOf('total', '', tools), ...talliesOf('caller', asker.principal, tools), meter],
    tools,
  );
  if (!places.ok) return refuse('rate-limited', places.retryAt);
  const aim = await aimAt(addressees, tools);
  if (!aim.ok) {
    await releasePlaces(places.places, tools);
    return refuse('rate-limited', aim.retryAt);
  }
  const code = living && repeatable(living, keys[0], subject, tools);
  const sending =
    living && code !== undefined
      ? resendSame(subject, living, code, aim, tools)
      : issueNew(subject, kind, aim, meter, tools);
  const sent = await sending.catch(releaseIfBusy([...aim.places, ...places.places], tools));
  if (sent.kind === 'refused' && !sent.mayHaveArrived) await releasePlaces(places.places, tools);
  return sent;
}

/** The meter that counts the codes that the caller asks for. */
export function callerMeterOf(
  { rule }: Subject,
  { principal, request }: Omit<Asker, 'reader'>,
  tools: Pick<Tools, 'limits'>,
): Metered {
  return meterOf('caller', principal, rule.code.validForMs, tools, request.id);
}

/** The living code in clear, where the policy repeats it and it is about the same. */
export function repeatable(
  code: Code,
  key: string,
  subject: Subject,
  { keyring }: Tools,
): string | undefined {
  if (code.policy.resend !== 'same' || code.sealed === null || !covers(code.binding, subject, keyring))
    return undefined;
  return keyring.open(code.sealed, sealContext(key, code.id));
}

async function issueNew(
  subject: Subject,
  kind: BindingKind,
  aim: Aim,
  meter: Metered,
  tools: Tools,
): Promise<Sent> {
  const keys = rowKeysOf(subject, tools.keyring);
  const { code, fresh } = await freshCode(subject, kind, aim.first.recipient, meter, tools);
  const { outcome, row, now } = await attempt(tools.store, keys, (row, now) => issue(row, now, fresh));
  if (outcome.ok) return deliver(subject, fresh.id, code, aim, undeliver, tools);
  await releasePlaces(aim.places, tools);
  return { kind: 'refused', reason: outcome.reason, row, now };
}

/** Draws a code about the subject, and all that the ledger keeps of it. */
export async function freshCode(
  subject: Subject,
  kind: BindingKind,
  recipient: Recipient,
  meter: Metered,
  { keyring, hasher, random }: Tools,
): Promise<{ readonly code: string; readonly fresh: NewCode }> {
  const { rule } = subject;
  const [key] = rowKeysOf(subject, keyring);
  const id = random.id();
  const code = drawCode(rule.code, random.below);
  const binding = bindingOf(subject, kind, keyring);
  const verifier = await hasher.hash(code, contextOf(subject, { id }, binding.digest));
  const sealed = rule.code.resend === 'same' ? keyring.seal(code, sealContext(key, id)) : null;
  const [askedBy] = meterKeysOf(meter, { keyring });
  return { code, fresh: { id, binding, verifier, sealed, recipient, askedBy, policy: rule.code } };
}

async function resendSame(
  subject: Subject,
  living: Code,
  code: string,
  aim: Aim,
  tools: Tools,
): Promise<Sent> {
  const keys = rowKeysOf(subject, tools.keyring);
  const { outcome, row, now } = await attempt(tools.store, keys, (row, now) => repeat(row, now, living.id));
  if (outcome.ok) return deliver(subject, living.id, code, aim, returnSend, tools);
  await releasePlaces(aim.places, tools);
  return { kind: 'refused', reason: outcome.reason, row, now };
}

function sealContext(key: string, codeId: string): string {
  return `${key}\n${codeId}`;
}
