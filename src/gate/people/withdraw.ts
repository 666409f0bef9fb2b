import { type Withdrawn, withdraw } from '../../core/ledger/consent.ts';
import type { Code, Row } from '../../core/ledger/row.ts';
import type { Asker } from '../../core/saving/save.ts';
import { type Refused, refused } from '../../core/verdict/verdict.ts';
import type { Finding } from '../judging/finding.ts';
import { releasePlaces, reserveAll, talliesOfAsker } from '../ledger/limits.ts';
import { codeRows, type Keys } from '../ledger/rows.ts';
import { recordIdOf, rowKeysOf, type Subject } from '../ledger/subject.ts';
import type { Tools } from '../ledger/tools.ts';
import { undoAndThrow } from '../ledger/undo.ts';
import { creditAskers, meterKeysOf, meterOf } from '../ledger/unverified.ts';
import { recordEvent } from '../refusals/record-event.ts';
import { refusalAbout } from '../refusals/refusal-text.ts';

/** What a withdrawal answers, also where nothing was out. */
export type TakenBack = { readonly kind: 'taken-back' };

/** Who takes a code back. */
type Withdrawing = Pick<Asker, 'principal' | 'caller' | 'request'> & { readonly record: string };

/**
 * Takes back the code that is out about the record. Who may ask for one may take it back. To take back what somebody else asked for costs as
 * much as a wrong code: otherwise one caller could take back every code of everybody.
 */
export async function withdrawCode(
  subject: Subject,
  request: Withdrawing,
  tools: Tools,
): Promise<TakenBack | Refused> {
  const { rule } = subject;
  const keys = rowKeysOf(subject, tools.keyring);
  const seen = await codeRows.locate(tools, keys);
  const { code } = seen.row;
  const meter = meterKeysFor(subject, request, tools);
  const isOthers = withdraw(seen.row, seen.now).ok && !isOwn(code, meter);
  const paid = await reserveAll(isOthers ? talliesOfAsker('wrong', request, tools) : [], tools);
  if (!paid.ok)
    return refusal(subject, request, { ...seen, slug: 'otp-rate-limited', retryAt: paid.retryAt });
  // A code that was issued meanwhile may be somebody else's, and was not paid for.
  const step = (row: Row, now: number) => (row.code?.id === code?.id ? withdraw(row, now) : NOTHING);
  const { outcome, row, now } = await codeRows
    .take(tools, keys, step)
    .catch((fault: unknown) => undoAndThrow(fault, () => releasePlaces(paid.places, tools), tools));
  if (outcome.ok) {
    tools.metrics.withdrawn({ rule: rule.id });
    if (code && isOthers) await creditAskers(code, meter, tools);
    const about = { module: rule.module, record: recordIdOf(subject), rule: rule.id };
    await recordEvent({ event: 'code-withdrawn', ...about }, request, tools);
    return { kind: 'taken-back' };
  }
  await releasePlaces(paid.places, tools);
  return outcome.reason === 'in-progress'
    ? refusal(subject, request, { row, now, slug: 'otp-in-progress' })
    : { kind: 'taken-back' };
}

const NOTHING: Withdrawn = { ok: false, reason: 'nothing' };

function refusal(
  subject: Subject,
  { record }: Withdrawing,
  found: Pick<Finding, 'row' | 'now' | 'slug' | 'retryAt'>,
): Refused {
  const requirement = { rule: subject.rule, named: record };
  return refused(refusalAbout([{ requirement, ...found }]), recordIdOf(subject));
}

/** Whether the caller asked for the code first. */
function isOwn(code: Code | null, meter: Keys): boolean {
  return code?.askedBy !== undefined && meter.includes(code.askedBy);
}

/** The names of the meter of the caller. */
function meterKeysFor({ rule }: Subject, { principal, request }: Withdrawing, tools: Tools): Keys {
  return meterKeysOf(meterOf('caller', principal(), rule.code.validForMs, tools, request.id), tools);
}
