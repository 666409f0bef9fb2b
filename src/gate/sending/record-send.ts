import type { Recipient } from '../../core/ledger/row.ts';
import type { Asker } from '../../core/saving/save.ts';
import type { Slug } from '../../core/verdict/problem.ts';
import { recordIdOf, type Subject } from '../ledger/subject.ts';
import type { Tools } from '../ledger/tools.ts';
import { recordEvent } from '../refusals/record-event.ts';

/** How a send ended: at a recipient, or why nowhere. */
export type SendEnd = Recipient | { readonly reason: Slug };

/** Writes for the audit what became of a code that was to be sent about the subject. */
export function recordSend(
  subject: Pick<Subject, 'rule' | 'save' | 'asked'>,
  end: SendEnd,
  context: Pick<Asker, 'caller' | 'request'>,
  tools: Tools,
): Promise<void> {
  const about = { module: subject.save.module, record: recordIdOf(subject), rule: subject.rule.id };
  if ('reason' in end)
    return recordEvent({ event: 'code-send-failed', ...about, reason: end.reason }, context, tools);
  const { channel, masked: sentTo } = end;
  return recordEvent({ event: 'code-sent', ...about, channel, sentTo }, context, tools);
}
