import type { RecordReader } from '../../ports.ts';
import { releasePlaces } from '../ledger/limits.ts';
import type { Subject } from '../ledger/subject.ts';
import type { Tools } from '../ledger/tools.ts';
import { aimAt, deliver, type SendRefusal, type Sent } from './deliver.ts';
import { issueCode, type Requester, reserveSend, rowForSend } from './issue-code.ts';
import { recipientsOf, withFrozenFirst } from './recipients.ts';

/** Who asks for a code, and how records are read for him. */
export type ReadingRequester = Requester & { readonly reader: RecordReader };

/** Sends a code about the subject: a new one, or the living one again where the rule repeats it. Stored first, sent second. */
export async function sendCode(subject: Subject, asker: ReadingRequester, tools: Tools): Promise<Sent> {
  const { row, now, barred, living } = await rowForSend(subject, tools);
  const refuse = (reason: SendRefusal, retryAt?: number): Sent => ({
    kind: 'refused',
    reason,
    row,
    now,
    retryAt,
  });
  if (barred) return refuse(barred);
  const all = await recipientsOf(subject, asker.reader, tools);
  if (all.length === 0) return refuse('recipient-missing');
  const addressees = living ? withFrozenFirst(living, all) : all;
  if (addressees.length === 0) return refuse('recipient-changed');
  const reserved = await reserveSend(subject, asker, tools);
  if (!reserved.ok) return refuse('rate-limited', reserved.retryAt);
  const aim = await aimAt(addressees, tools);
  if (!aim.ok) {
    await releasePlaces(reserved.places, tools);
    return refuse('rate-limited', aim.retryAt);
  }
  const { recipient } = aim.first;
  const places = [...aim.places, ...reserved.places];
  const issued = await issueCode({ subject, requester: asker, living, recipient, places }, tools);
  if (issued.kind === 'refused') return issued;
  const sent = await deliver(subject, issued, aim, tools);
  if (sent.kind === 'refused' && !sent.mayHaveArrived) await releasePlaces(reserved.places, tools);
  return sent;
}
