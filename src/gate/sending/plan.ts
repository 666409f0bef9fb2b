import { knownOf } from '../../core/criteria/facts.ts';
import { standingOf } from '../../core/ledger/row.ts';
import { planSave } from '../../core/rule/planned-save.ts';
import { ownedAs } from '../../core/saving/save.ts';
import { type Problem, problem } from '../../core/verdict/problem.ts';
import type { JsonObject } from '../../core/wire/json.ts';
import type { RecordReader } from '../../ports.ts';
import { changedAddressesOf } from '../judging/changed-addresses.ts';
import { codeRows } from '../ledger/rows.ts';
import { rowKeysOf, type Subject } from '../ledger/subject.ts';
import type { Tools } from '../ledger/tools.ts';
import { ruleRowOf } from '../refusals/rule-row.ts';
import { keptSubject } from './kept-subject.ts';
import { reachesSomebody, sameAddressIn } from './recipients.ts';

/**
 * What a code by hand is about, or that its values are missing. `isKept`: they are those of the living code, which somebody else
 * may have asked for.
 */
export type Planned =
  | { readonly subject: Subject; readonly isKept: boolean }
  | { readonly missing: readonly string[] };

/**
 * Finds out what a code by hand is about: the values that the caller gives; without them, what the living code is about, or
 * what the rule's criteria imply. `known` names the rule and the record. A value that changes an address is a change of the
 * address, as in any save, and the customer is told so.
 */
export async function planned(
  known: Subject,
  given: JsonObject,
  reader: RecordReader,
  tools: Tools,
): Promise<Planned> {
  const { rule, save, before } = known;
  const kept = given.size === 0 ? await livingSubject(known, tools) : undefined;
  if (kept) return { subject: kept, isKept: true };
  const plan = planSave(rule, save.id, given);
  if (!plan.ok) return { missing: plan.fields };
  const subject: Subject = { ...known, save: ownedAs(plan.save, save.own) };
  const reaches = () => reachesSomebody(subject, reader, tools);
  const reach = { reaches, goesToSame: sameAddressIn(tools) };
  const { changed } = await changedAddressesOf([rule], plan.save, before, reach);
  const byAddress = rule.when.mayHold(knownOf(plan.save)) ? 'both' : 'address';
  return { subject: changed.has(rule) ? { ...subject, about: byAddress } : subject, isKept: false };
}

/** Why nothing is sent: there is nothing yet that the customer could agree to. */
export async function valuesProblem(
  subject: Subject,
  fields: readonly string[],
  tools: Tools,
  what = 'No code was sent: it is not known yet what it would confirm.',
): Promise<Problem> {
  const { rule, save } = subject;
  const { row, now } = await codeRows.locate(tools, rowKeysOf(subject, tools.keyring));
  const slug = 'otp-values-required';
  const named = fields.length > 0 ? `of ${fields.join(', ')}` : 'of the save';
  const detail = `${what} Ask again for this record alone, with the new values ${named} as {"values": {…}}, or send the save itself without a code.`;
  const rules = [ruleRowOf(rule, row, now, slug, { record: save.id ?? undefined })];
  return problem(slug, detail, { fields, rules });
}

async function livingSubject(known: Subject, tools: Tools): Promise<Subject | undefined> {
  const { keyring } = tools;
  const { row, now } = await codeRows.locate(tools, rowKeysOf(known, keyring));
  return row.code && standingOf(row, now) === 'living' ? keptSubject(known, row.code, keyring) : undefined;
}
