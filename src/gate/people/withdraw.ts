import { withdraw } from '../../core/ledger/consent.ts';
import type { Asker } from '../../core/saving/save.ts';
import { type Refused, refused } from '../../core/verdict/verdict.ts';
import { recordEvent } from '../answer/record-event.ts';
import { refusalAbout } from '../answer/refusal-text.ts';
import { codeRows } from '../ledger/rows.ts';
import { recordIdOf, rowKeysOf, type Subject } from '../ledger/subject.ts';
import type { Tools } from '../ledger/tools.ts';

/** What a withdrawal answers, also where nothing was out. */
export type TakenBack = { readonly kind: 'taken-back' };

/** Takes back the code that is out about the record. Who may ask for one may take it back. */
export async function withdrawCode(
  subject: Subject,
  request: Pick<Asker, 'caller' | 'request'> & { readonly record: string },
  tools: Tools,
): Promise<TakenBack | Refused> {
  const { rule } = subject;
  const { outcome, row, now } = await codeRows.take(tools, rowKeysOf(subject, tools.keyring), withdraw);
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
