import { withdraw } from '../core/ledger/consent.ts';
import { type HandedOn, type Refused, refused } from '../core/verdict/verdict.ts';
import type { RecordReader } from '../ports.ts';
import { recordEvent } from './answer/record-event.ts';
import { refusalAbout } from './answer/refusal.ts';
import { type ChallengeRequest, subjectOf } from './challenge.ts';
import { attempt } from './ledger/advance.ts';
import { recordIdOf, rowKeysOf } from './ledger/subject.ts';
import type { Tools } from './ledger/tools.ts';

/** What a withdrawal answers, also where nothing was out. */
export type TakenBack = { readonly kind: 'taken-back' };

/** Takes back the code that is out about the record. Who may ask for one may take it back. */
export async function withdrawCode(
  request: Omit<ChallengeRequest, 'values'>,
  reader: RecordReader,
  tools: Tools,
): Promise<TakenBack | Refused | HandedOn> {
  const subject = await subjectOf(request, reader, tools);
  if ('kind' in subject) return subject;
  const { rule } = subject;
  const { outcome, row, now } = await attempt(tools, rowKeysOf(subject, tools.keyring), withdraw);
  if (outcome.ok) {
    tools.metrics.withdrawn({ rule: rule.id });
    const about = { module: rule.module, record: recordIdOf(subject), rule: rule.id };
    await recordEvent({ event: 'code-withdrawn', ...about }, request, tools);
  } else if (outcome.reason === 'in-progress') {
    const requirement = { rule, named: request.record };
    const problem = refusalAbout([{ requirement, row, now, slug: 'otp-in-progress' }]);
    return refused(problem, recordIdOf(subject));
  }
  return { kind: 'taken-back' };
}
