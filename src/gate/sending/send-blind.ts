import type { Recipient, Row } from '../../core/ledger/row.ts';
import { NOT_TAKEN } from '../../core/ledger/step.ts';
import type { Channel, RecordReader } from '../../ports.ts';
import { releasePlaces, reserveAll } from '../ledger/limits.ts';
import { recordIdOf, rowKeysOf, type Subject } from '../ledger/subject.ts';
import type { Tools } from '../ledger/tools.ts';
import { undoAndThrow } from '../ledger/undo.ts';
import { meterOf } from '../ledger/unverified.ts';
import { aimAt, type Deliverable, deliver, type Sent } from './deliver.ts';
import { issueCode, type Requester, rowForSend, sendsOf } from './issue-code.ts';
import { type Addressee, recipientsOf, withFrozenFirst } from './recipients.ts';
import { recordSend, type SendEnd } from './record-send.ts';
import { slugOfSendRefusal } from './send-refusal.ts';

/** A code that was issued and not sent yet, or why there is none. */
export type BlindSend =
  /** `deliver` sends it, when the answer is on its way. It never throws. */
  | {
      readonly kind: 'issued';
      readonly subject: Subject;
      readonly row: Row;
      readonly now: number;
      deliver(): Promise<void>;
    }
  | Extract<Sent, { kind: 'refused' }>;

/**
 * Issues a code for somebody whom a caller asked for, whether or not they exist: the ledger and the limits of the caller are all
 * that decides, and they know the question only. Who it is about is found out by `find`, when that is decided; where the code goes,
 * and whether it gets there, after the answer.
 */
export async function sendBlind<Stop extends { readonly kind: string } = never>(
  question: Subject,
  asker: Requester,
  tools: Tools,
  find: () => Promise<Subject | Stop> = async () => question,
): Promise<BlindSend | Stop> {
  const { seen, barred, living } = await rowForSend(question, tools);
  const { row, now } = seen;
  if (barred) return { kind: 'refused', reason: barred, row, now };
  const reserved = await reserveAll(sendsOf(question, asker, tools), tools);
  if (!reserved.ok) return { kind: 'refused', reason: 'rate-limited', row, now, retryAt: reserved.retryAt };
  const { places } = reserved;
  const giveBack = () => releasePlaces(places, tools);
  const subject = await find().catch((fault: unknown) => undoAndThrow(fault, giveBack, tools));
  if ('kind' in subject) {
    await giveBack();
    return subject;
  }
  const recipient = living?.recipient ?? NOT_YET;
  const order = { subject, requester: asker, seen, living, recipient, places };
  const issued = await issueCode(order, tools);
  if (issued.kind === 'refused') return issued;
  return {
    kind: 'issued',
    subject,
    row: issued.seen.row,
    now: issued.seen.now,
    deliver: () => handOver(subject, { ...issued, recipient }, asker, tools),
  };
}

/** The recipient of a code until it is known. */
const NOT_YET: Recipient = { channel: '', fingerprint: '', masked: '' };

type Issued = Pick<Deliverable, 'id' | 'code'> & { readonly recipient: Recipient };

async function handOver(subject: Subject, issued: Issued, asker: Requester, tools: Tools): Promise<void> {
  const { rule, save } = subject;
  const about = {
    request: asker.request.id,
    module: save.module,
    record: recordIdOf(subject),
    rule: rule.id,
  };
  try {
    const end = await deliverTo(subject, issued, asker.reader, tools);
    if ('reason' in end)
      tools.log.warn(
        { ...about, reason: end.reason },
        'a code was sent to nobody, and its caller was not told',
      );
    await recordSend(subject, end, asker, tools);
  } catch (err) {
    tools.log.error({ err, ...about }, 'a code could not be sent, and its caller was not told');
  }
}

/**
 * Sends the code to the record's address, or, with the same steps, to nobody. What goes wrong leaves the code, its attempts and
 * its sends as they are: they show to the caller.
 */
async function deliverTo(
  subject: Subject,
  { id, code, recipient }: Issued,
  reader: RecordReader,
  tools: Tools,
): Promise<SendEnd> {
  const answer = await reader.read(subject.rule.module, subject.save.id ?? '');
  const isThere = answer.kind === 'found' && subject.asked?.record !== undefined;
  const known = isThere ? { ...subject, before: answer.record.fields } : subject;
  const all = isThere ? await recipientsOf(known, reader, tools) : [];
  const isFrozen = recipient.channel !== '';
  const addressees = isFrozen ? withFrozenFirst({ recipient }, all) : all;
  const aim = await aimAt(addressees.length > 0 ? addressees : [nobodyFor(subject, tools)], tools);
  if (!aim.ok) return { reason: slugOfSendRefusal('rate-limited') };
  const sent = await deliver(known, { id, code, giveBack: () => NOT_TAKEN }, aim, tools);
  if (sent.kind === 'refused') return { reason: slugOfSendRefusal(sent.reason) };
  if (addressees.length > 0) return sent.recipient;
  if (isThere)
    return { reason: slugOfSendRefusal(all.length > 0 ? 'recipient-changed' : 'recipient-missing') };
  return { reason: answer.kind === 'unavailable' ? 'record-unavailable' : 'record-not-found' };
}

const NOWHERE: Channel = {
  addressKind: 'opaque',
  deliver: async () => ({ kind: 'accepted' }),
  close: async () => undefined,
};

/** Stands for the address of codes that have none, and keeps none. It is counted like others, and belongs to no country. */
function nobodyFor(subject: Subject, tools: Tools): Addressee {
  const { keyring } = tools;
  const address = `nobody\n${rowKeysOf(subject, keyring)[0]}`;
  const fingerprints = keyring.digests('address', address);
  const recipient = { channel: '', fingerprint: fingerprints[0], masked: '' };
  const meter = meterOf('country', address, subject.rule.code.validForMs, tools);
  const policy = { ...meter.policy, atLeast: Number.POSITIVE_INFINITY };
  const [wording] = subject.rule.send.wordings;
  return { recipient, address, channel: NOWHERE, wording, fingerprints, meters: [{ ...meter, policy }] };
}
