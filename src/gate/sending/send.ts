import { failuresOf, fullUntil, releasePlaces, reserveAll } from '../ledger/limits.ts';
import type { Seen } from '../ledger/rows.ts';
import type { Subject } from '../ledger/subject.ts';
import type { Tools } from '../ledger/tools.ts';
import { aimAt, deliver, type SendRefusal, type Sent } from './deliver.ts';
import { issueCode, type Requester, rowForSend, sendsOf } from './issue-code.ts';
import { recipientsOf, withFrozenFirst } from './recipients.ts';

/**
 * Sends a code about the subject: a new one, or the living one again where the rule repeats it. Stored first, sent second. `known` is
 * the subject's row, where it was looked up a moment ago.
 */
export async function sendCode(
  subject: Subject,
  asker: Requester,
  tools: Tools,
  known?: Seen,
): Promise<Sent> {
  const { seen, barred, living } = await rowForSend(subject, tools, known);
  const refuse = (reason: SendRefusal, retryAt?: number): Sent => ({
    kind: 'refused',
    reason,
    row: seen.row,
    now: seen.now,
    retryAt,
  });
  if (barred) return refuse(barred);
  const failures = failuresOf(asker, tools);
  const [all, failedUntil] = await Promise.all([
    recipientsOf(subject, asker.reader, tools),
    fullUntil(failures, tools),
  ]);
  if (all.length === 0) return refuse('recipient-missing');
  const addressees = living ? withFrozenFirst(living, all) : all;
  if (addressees.length === 0) return refuse('recipient-changed');
  if (failedUntil !== undefined) return refuse('rate-limited', failedUntil);
  const aim = await aimAt(addressees, tools, sendsOf(subject, asker, tools));
  if (!aim.ok) return refuse('rate-limited', aim.retryAt);
  const { recipient } = aim.first;
  const places = [...aim.places, ...aim.shared];
  const issued = await issueCode({ subject, requester: asker, seen, living, recipient, places }, tools);
  if (issued.kind === 'refused') return issued;
  const sent = await deliver(subject, issued, aim, tools);
  if (sent.kind === 'refused' && !sent.mayHaveArrived)
    await Promise.all([releasePlaces(aim.shared, tools), reserveAll(failures, tools)]);
  return sent;
}
