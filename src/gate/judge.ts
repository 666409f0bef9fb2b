import type { Facts } from '../core/criteria/facts.ts';
import { unsaidOf } from '../core/likeness/said.ts';
import { isEnforced, type Policy } from '../core/rule/policy.ts';
import type { Rule } from '../core/rule/rule.ts';
import { createOf, isSameEverywhere, ownedAs, type Save } from '../core/saving/save.ts';
import { problem } from '../core/verdict/problem.ts';
import { type FollowUp, refused } from '../core/verdict/verdict.ts';
import type { JsonObject } from '../core/wire/json.ts';
import type { Intent } from '../ports/intent.ts';
import type { FoundRecord } from '../ports.ts';
import { type Arrived, lostRace } from './codes/codes-at-arrival.ts';
import { withoutGranted } from './grants.ts';
import { hiddenAmong } from './hiding.ts';
import { askedOnce, changedAddressesOf, type Reach } from './judging/changed-addresses.ts';
import { fewAtOnce } from './judging/few-at-once.ts';
import {
  type AfterSave,
  aboutOf,
  type Going,
  type Judged,
  type Judgement,
  type Refusing,
  type Stopped,
  stoppedBy,
} from './judging/judged.ts';
import { leftOutAtStake } from './judging/left-out.ts';
import { readBefore } from './judging/read-before.ts';
import { type Requirement, requirementsOf } from './judging/requirements.ts';
import { isIdle, knownBy, narrowed, type RulesAtStake } from './judging/rules-at-stake.ts';
import { isUnseen, requirementsUnseen } from './judging/unseen.ts';
import { withVerifiedName } from './judging/verified-name.ts';
import type { Tools } from './ledger/tools.ts';
import { type Met, meetAll } from './meet-requirements.ts';
import { recordFilledIn } from './record-filled-in.ts';
import { hasUnsureAddress, unaskedFor } from './refusals/unasked.ts';
import { reachesSomebody, sameAddressIn } from './sending/recipients.ts';
import { logUnsent, type Shadowed, shadowedOf, UNSHADOWED, unreadShadows } from './shadow.ts';

/** Why a request may not be judged: it nests what nobody declared, or what cannot be read. */
export function doubted({ doubt, saves }: Intent, { isEnforcing }: Policy): Stopped | undefined {
  if (!doubt || !isEnforcing) return undefined;
  const stop = refused(problem(doubt.slug, doubt.detail, { fields: doubt.fields }));
  return { stop, save: saves[0], rules: [] };
}

/** Judges a request: passes where no rule applies, or where every rule that applies was answered with a grant or a valid code. */
export async function judge(
  intent: Intent,
  atStake: readonly RulesAtStake[],
  arriving: Promise<readonly Arrived[]> | undefined,
  tools: Tools,
): Promise<Judged> {
  const { lists = [], saves } = intent;
  // Most requests leave nobody out of a list.
  if (lists.length === 0) return judgeAll(intent, atStake, arriving, tools);
  // A list is read from the record that has it, which would tell that it is there.
  const hidden = await hiddenAmong(atStake, intent, tools);
  if (hidden) return stoppedBy(hidden, intent);
  const leftOut = await leftOutAtStake(intent, tools.policy);
  if ('kind' in leftOut) return stoppedBy({ stop: leftOut, save: saves[0], rules: [] }, intent);
  return judgeAll(intent, [...atStake, ...leftOut], arriving, tools);
}

async function judgeAll(
  intent: Intent,
  atStake: readonly RulesAtStake[],
  arriving: Promise<readonly Arrived[]> | undefined,
  tools: Tools,
): Promise<Judged> {
  const records = new Map<Save, FoundRecord>();
  const judged = (
    found: Judgement,
    save?: Save,
    rules: readonly Rule[] = [],
    shadowed = UNSHADOWED,
  ): Judged => {
    const would = intent.doubt?.slug ?? shadowed.would;
    return { found, about: aboutOf(intent, save, rules), records, ...shadowed, would };
  };
  // Most saves: what follows would come to the same, and take a dozen turns of the event loop.
  if (!arriving && atStake.every(isIdle)) return judged(PASS);
  const applying: Requirement[] = [];
  const followUps: FollowUp[] = [];
  const afterSave: AfterSave[] = [];
  const unread: Shadowed[] = [];
  for await (const some of fewAtOnce(atStake, (one) => judgeOne(one, intent, tools))) {
    for (const ofSave of some) {
      if ('stop' in ofSave) return judged(ofSave.stop, ofSave.save, ofSave.rules);
      applying.push(...ofSave.requirements.filter((requirement) => !isAsked(requirement, applying)));
      followUps.push(...ofSave.followUps);
      afterSave.push(...ofSave.afterSave);
      unread.push(ofSave.unread);
      if (ofSave.record) records.set(ofSave.save, ofSave.record);
    }
  }
  const shadowed = await shadowedOf({ applying, unread, records }, intent.reader, tools);
  // Rules in shadow mode send, count, spend and refuse nothing: from here on nobody knows of them.
  const requirements = applying.filter(({ rule }) => isEnforced(rule));
  const open = await withoutGranted(requirements, intent, tools);
  if (requirements.length === 0) {
    const lost = await lostRace((await arriving) ?? [], records, intent, tools);
    if (lost) return judged(lost.refused, lost.save, [lost.rule], shadowed);
  }
  const going: Going = { followUps, afterSave };
  const found =
    open.length > 0
      ? goingOn(await meetAll(open, (await arriving) ?? [], intent, tools), going)
      : { kind: 'pass' as const, ...going };
  return judged(found, requirements[0]?.save, rulesOf(requirements), shadowed);
}

/** What was met, with what is due once the request went through. */
function goingOn(met: Met | Refusing, { followUps, afterSave }: Going): Judgement {
  if (met.kind === 'refused') return met;
  const { kind, redemptions, notices } = met;
  return { kind, redemptions, followUps, afterSave: [...afterSave, ...notices] };
}

/** A record that a list leaves out is unlinked or deleted, nobody knows which: one rule asks about it once. */
function isAsked({ rule, save }: Requirement, found: readonly Requirement[]): boolean {
  return (
    save.id !== null &&
    found.some(
      (other) => other.rule === rule && other.save.module === save.module && other.save.id === save.id,
    )
  );
}

const PASS: Judgement = { kind: 'pass', followUps: [], afterSave: [] };

type SaveJudgement = {
  readonly save: Save;
  readonly requirements: readonly Requirement[];
  readonly followUps: readonly FollowUp[];
  readonly afterSave: readonly AfterSave[];
  /** What rules in shadow mode would have said of a record that cannot be read. */
  readonly unread: Shadowed;
  readonly record?: FoundRecord;
};

/**
 * The rules that apply to one save, those in shadow mode too, and those that send a code once it went through. The stored
 * record is read only where there could be one; where it cannot be, only rules that are enforced keep the save from passing.
 */
async function judgeOne(
  atStake: RulesAtStake,
  intent: Intent,
  tools: Tools,
): Promise<SaveJudgement | Stopped> {
  const { save: asRead, rules, senders } = atStake;
  const nothing: SaveJudgement = {
    save: asRead,
    requirements: [],
    followUps: [],
    afterSave: [],
    unread: UNSHADOWED,
  };
  const hidden = await hiddenAmong([atStake], intent, tools);
  if (hidden) return hidden;
  if (rules.length + senders.length === 0) return nothing;
  const before = asRead.id === null ? null : await readBefore(asRead.module, asRead.id, intent.reader);
  if (asRead.upserts && before?.kind === 'handed-on' && before.isMissing) {
    const enforced = rules.filter(isEnforced);
    if (enforced.length > 0 && !isSameEverywhere(asRead.id ?? ''))
      return { stop: refused(problem('request-unreadable', UNCLEAN)), save: asRead, rules: enforced };
    return judgeOne(narrowed(atStake, knownBy(createOf(asRead), intent)), intent, tools);
  }
  if (before !== null && before.kind !== 'found') {
    const enforced = rules.filter(isEnforced);
    if (enforced.length > 0) return { stop: before, save: asRead, rules: enforced };
    logUnsent(senders, intent, tools);
    return { ...nothing, unread: unreadShadows(rules, asRead, before) };
  }
  const save = ownedAs(asRead, before?.record.own);
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
  const unasked = unaskedFor(requirements, before?.record);
  if (unasked) return { stop: unasked, save, rules: rulesOf(requirements) };
  return {
    ...nothing,
    requirements,
    afterSave: recordFilledIn(addresses.filledIn.filter(isEnforced), { save, before: stored }, intent, tools),
    followUps: senders.filter(({ send }) => send.when.hold(facts)).map((rule) => ({ rule, save })),
    ...(before && { record: before }),
  };
}

const UNCLEAN =
  'Write the id without blanks at its ends, and without symbols that nobody sees. The CRM may leave these out, and would then change another record.';

/** What is stored of the record that the save is about. Of another version of it, nobody knows what the save changes. */
function storedFor(save: Save, fields: JsonObject): JsonObject {
  return save.isSteered ? unsaidOf(save, fields) : fields;
}

function rulesOf(requirements: readonly Requirement[]): readonly Rule[] {
  return requirements.map(({ rule }) => rule);
}
