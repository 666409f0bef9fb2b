import { isEnforced } from '../core/rule/policy.ts';
import type { Rule } from '../core/rule/rule.ts';
import type { Asker, Save, StoredRecord } from '../core/saving/save.ts';
import { steeredIn } from '../core/saving/steered-by.ts';
import type { WhyRule } from '../core/verdict/decision-record.ts';
import type { Slug } from '../core/verdict/problem.ts';
import type { HandedOn, Refused } from '../core/verdict/verdict.ts';
import type { RecordReader } from '../ports.ts';
import { type Judged, reasonOf } from './judging/judged.ts';
import type { Requirement } from './judging/requirements.ts';
import type { Tools } from './ledger/tools.ts';
import { lacksCallerName } from './refusals/caller-name.ts';
import { unaskedFor } from './refusals/unasked.ts';
import { recipientsOf } from './sending/recipients.ts';

/** What rules in shadow mode found: it is logged, and nothing else. */
export type Shadowed = Pick<Judged, 'reasons' | 'would' | 'steered'>;

/** No rule in shadow mode found anything. */
export const UNSHADOWED: Shadowed = { reasons: [], would: undefined, steered: [] };

/** The rules that apply, those in shadow mode too, what the latter would have said of records that cannot be read, and the records that can. */
type Applying = {
  readonly applying: readonly Requirement[];
  readonly unread: readonly Shadowed[];
  readonly records: Judged['records'];
};

/** The rules that apply, with those in shadow mode, and what the latter would have said. */
export async function shadowedOf(
  { applying, unread, records }: Applying,
  reader: RecordReader,
  tools: Tools,
): Promise<Shadowed> {
  const shadows = applying.filter(({ rule }) => !isEnforced(rule));
  const steered = shadows.flatMap(({ save }) => {
    const by = storedOf(save, records)?.unsure?.by;
    return by === undefined ? [] : [steeredIn(save.module, by)];
  });
  const woulds = [
    shadows.length > 0 ? await slugOf(shadows, records, reader, tools) : undefined,
    ...unread.map(({ would }) => would),
  ];
  return {
    reasons: [...applying.map(reasonOf), ...unread.flatMap(({ reasons }) => reasons)],
    would: woulds.find((would) => would !== undefined),
    steered: [...steered, ...unread.flatMap((one) => one.steered)],
  };
}

/** The record of the save, as it was read for it: that save did not know yet which id the record has of its own. */
function storedOf({ module: name, id }: Save, records: Judged['records']): StoredRecord | undefined {
  return [...records].find(([save]) => save.module === name && save.id === id)?.[1].record;
}

/** What could not be judged, because the stored record could not be read, by rules that do not keep a save waiting for it. */
export function unreadShadows(rules: readonly Rule[], save: Save, answer: Refused | HandedOn): Shadowed {
  if (rules.length === 0) return UNSHADOWED;
  const would = answer.kind === 'refused' ? answer.problem.slug : (`answer ${answer.answer.status}` as const);
  const reasons = rules.map(
    ({ id, mode }): WhyRule => ({ rule: id, record: save.id, about: 'unread', why: [], mode }),
  );
  const steered = answer.kind === 'refused' ? (answer.problem.steered ?? []) : [];
  return { reasons, would, steered: [steered].flat() };
}

/** A code that was to be sent after the save will not be: who is to get it cannot be known. */
export function logUnsent(
  rules: readonly Rule[],
  { request }: Pick<Asker, 'request'>,
  { log }: Pick<Tools, 'log'>,
): void {
  if (rules.length === 0) return;
  const details = { request: request.id, rules: rules.map(({ id }) => id) };
  log.warn(details, 'no code is sent after a save: its record cannot be read');
}

/** What enforcing would have answered: the addresses are looked for, and nothing is sent to them. */
async function slugOf(
  requirements: readonly Requirement[],
  records: Judged['records'],
  reader: RecordReader,
  tools: Tools,
): Promise<Slug> {
  const isRefusal = ({ rule, save }: Requirement) =>
    save.operation === 'create' && rule.onCreate === 'refuse';
  if (requirements.some(isRefusal)) return 'otp-create-refused';
  if (requirements.some(lacksCallerName)) return 'otp-binding-mismatch';
  for (const [save, ofIt] of Map.groupBy(requirements, (requirement) => requirement.save)) {
    const unasked = unaskedFor(ofIt, save, storedOf(save, records));
    if (unasked) return unasked.problem.slug;
  }
  for (const requirement of requirements) {
    const isSent = requirement.rule.send.auto;
    if (isSent && (await recipientsOf(requirement, reader, tools)).length === 0)
      return 'otp-recipient-missing';
  }
  return 'otp-required';
}
