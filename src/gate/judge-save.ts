import type { Facts } from '../core/criteria/facts.ts';
import { unsaidOf } from '../core/likeness/said.ts';
import { isEnforced } from '../core/rule/policy.ts';
import { createOf, isSameEverywhere, ownedAs, type Save } from '../core/saving/save.ts';
import { problem } from '../core/verdict/problem.ts';
import { type FollowUp, refused } from '../core/verdict/verdict.ts';
import type { JsonObject } from '../core/wire/json.ts';
import type { Intent } from '../ports/intent.ts';
import type { FoundRecord } from '../ports.ts';
import { hiddenAmong } from './hiding.ts';
import { byGuess } from './judging/by-guess.ts';
import { askedOnce, changedAddressesOf, type Reach } from './judging/changed-addresses.ts';
import type { AfterSave, Stopped } from './judging/judged.ts';
import { readBefore } from './judging/read-before.ts';
import { type Requirement, requirementsOf, rulesOf } from './judging/requirements.ts';
import { knownBy, narrowed, type RulesAtStake } from './judging/rules-at-stake.ts';
import { isUnseen, requirementsUnseen } from './judging/unseen.ts';
import { withVerifiedName } from './judging/verified-name.ts';
import type { Tools } from './ledger/tools.ts';
import { recordFilledIn } from './record-filled-in.ts';
import { hasUnsureAddress, unaskedFor } from './refusals/unasked.ts';
import { reachesSomebody, sameAddressIn } from './sending/recipients.ts';
import { logUnsent, type Shadowed, unreadShadows } from './shadow.ts';

/** What one save of a request comes to. */
export type SaveJudgement = {
  /** As the request says it: nothing of what the CRM shows is in it. */
  readonly save: Save;
  readonly requirements: readonly Requirement[];
  readonly followUps: readonly FollowUp[];
  readonly afterSave: readonly AfterSave[];
  /** What rules in shadow mode would have said of a record that cannot be read, or may not be. */
  readonly unread: readonly Shadowed[];
  readonly record?: FoundRecord;
};

/**
 * The rules that apply to one save, those in shadow mode too, and those that send a code once it went through. The stored
 * record is read only where there could be one; where it cannot be, only rules that are enforced keep the save from passing.
 */
export async function judgeSave(
  atStake: RulesAtStake,
  intent: Intent,
  tools: Tools,
): Promise<SaveJudgement | Stopped> {
  const { save, rules, senders } = atStake;
  const hidden = await hiddenAmong([atStake], intent, tools);
  if (hidden) return hidden;
  if (rules.length + senders.length === 0) return nothingOf(save);
  const guess = await byGuess(atStake, intent, tools);
  const guarded = guess?.rules.filter(isEnforced) ?? [];
  if (guess && guarded.length > 0) return { stop: guess.refusal, save, rules: guarded };
  const judgement = await judgeStored(atStake, intent, tools);
  if (!guess || 'stop' in judgement) return judgement;
  const shadows = unreadShadows(guess.rules, save, guess.refusal);
  return { ...judgement, unread: [...judgement.unread, shadows] };
}

/** The same of a save of a record of which its caller may hear. */
async function judgeStored(
  atStake: RulesAtStake,
  intent: Intent,
  tools: Tools,
): Promise<SaveJudgement | Stopped> {
  const { save, rules, senders } = atStake;
  const before = save.id === null ? null : await readBefore(save.module, save.id, intent.reader);
  if (before === null || before.kind === 'found') return judgeAgainst(before, atStake, intent, tools);
  const enforced = rules.filter(isEnforced);
  if (save.upserts && before.kind === 'handed-on' && before.isMissing) {
    if (enforced.length > 0 && !isSameEverywhere(save.id ?? ''))
      return { stop: refused(problem('request-unreadable', UNCLEAN)), save, rules: enforced };
    return judgeSave(narrowed(atStake, knownBy(createOf(save), intent)), intent, tools);
  }
  if (enforced.length > 0) return { stop: before, save, rules: enforced };
  logUnsent(senders, intent, tools);
  return { ...nothingOf(save), unread: [unreadShadows(rules, save, before)] };
}

function nothingOf(save: Save): SaveJudgement {
  return { save, requirements: [], followUps: [], afterSave: [], unread: [] };
}

const UNCLEAN =
  'Write the id without blanks at its ends, and without symbols that nobody sees. The CRM may leave these out, and would then change another record.';

/** The same of a save whose stored record was read; null where there is none. */
async function judgeAgainst(
  before: FoundRecord | null,
  { save: asSaid, rules, senders }: RulesAtStake,
  intent: Intent,
  tools: Tools,
): Promise<SaveJudgement | Stopped> {
  const save = ownedAs(asSaid, before?.record.own);
  const stored = before && storedFor(save, before.record.fields);
  const caller = await withVerifiedName(intent, [...rules, ...senders], save);
  const facts: Facts = { save, before: stored, caller, request: intent.request, now: tools.clock.now() };
  const asked = rules.filter(({ appliesTo }) => appliesTo.hold(facts));
  const reach: Reach = {
    reaches: async (rule) =>
      hasUnsureAddress(rule, before?.record) ||
      reachesSomebody({ rule, save, before: stored }, intent.reader, tools),
    goesToSame: sameAddressIn(tools),
  };
  const addresses = await changedAddressesOf(asked, save, stored, reach);
  const changed = askedOnce(addresses.changed, stored);
  const requirements =
    stored !== null && (await isUnseen(facts, intent, tools))
      ? await requirementsUnseen(asked, { ...facts, before: stored }, addresses, reach)
      : requirementsOf(asked, facts, changed);
  const enforced = requirements.filter(({ rule }) => isEnforced(rule));
  const unasked = unaskedFor(enforced, save, before?.record);
  if (unasked) return { stop: unasked, save, rules: rulesOf(requirements) };
  return {
    ...nothingOf(asSaid),
    requirements,
    afterSave: recordFilledIn(addresses.filledIn.filter(isEnforced), { save, before: stored }, intent, tools),
    followUps: senders.filter(({ send }) => send.when.hold(facts)).map((rule) => ({ rule, save })),
    ...(before && { record: before }),
  };
}

/** What is stored of the record that the save is about. Of another version of it, nobody knows what the save changes. */
function storedFor(save: Save, fields: JsonObject): JsonObject {
  return save.isSteered ? unsaidOf(save, fields) : fields;
}
