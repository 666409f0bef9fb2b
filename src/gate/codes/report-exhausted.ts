import { attemptsLeft } from '../../core/ledger/row.ts';
import type { Asker } from '../../core/saving/save.ts';
import type { Finding } from '../judging/finding.ts';
import { recordIdOf } from '../ledger/subject.ts';
import type { Tools } from '../ledger/tools.ts';

/** Reports, as events, which of the refused codes have used up the last attempt. */
export async function reportExhausted(
  findings: readonly Finding[],
  { caller, request }: Pick<Asker, 'caller' | 'request'>,
  { events, clock }: Pick<Tools, 'events' | 'clock'>,
): Promise<void> {
  for (const { requirement, row, now, slug } of findings) {
    const policy = row.code?.policy ?? requirement.rule.code;
    if (slug !== 'otp-invalid' || attemptsLeft(row, policy, now) > 0) continue;
    const { rule, save } = requirement;
    const about = { rule: rule.id, module: save.module, record: recordIdOf(requirement) };
    const data = { ...about, user: caller.user, request: request.id };
    await events.take({ kind: 'attempts-exhausted', at: new Date(clock.now()).toISOString(), data });
  }
}
