import { isEnforced, type Policy } from '../core/rule/policy.ts';
import type { Rule } from '../core/rule/rule.ts';
import type { Save } from '../core/saving/save.ts';
import { problem } from '../core/verdict/problem.ts';
import { type FollowUp, refused } from '../core/verdict/verdict.ts';
import type { Intent } from '../ports/intent.ts';
import type { FoundRecord } from '../ports.ts';
import { type Arrived, lostRace } from './codes/codes-at-arrival.ts';
import { withoutGranted } from './grants.ts';
import { hiddenAmong } from './hiding.ts';
import { judgeSave } from './judge-save.ts';
import { byGuessAmong } from './judging/by-guess.ts';
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
import { type Requirement, rulesOf } from './judging/requirements.ts';
import { isIdle, type RulesAtStake } from './judging/rules-at-stake.ts';
import type { Tools } from './ledger/tools.ts';
import { type Met, meetAll } from './meet-requirements.ts';
import { type Shadowed, shadowedOf, UNSHADOWED } from './shadow.ts';

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
  const stopped = (await hiddenAmong(atStake, intent, tools)) ?? (await byGuessAmong(atStake, intent, tools));
  if (stopped) return stoppedBy(stopped, intent);
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
  for await (const some of fewAtOnce(atStake, (one) => judgeSave(one, intent, tools))) {
    for (const ofSave of some) {
      if ('stop' in ofSave) return judged(ofSave.stop, ofSave.save, ofSave.rules);
      applying.push(...ofSave.requirements.filter((requirement) => !isAsked(requirement, applying)));
      followUps.push(...ofSave.followUps);
      afterSave.push(...ofSave.afterSave);
      unread.push(...ofSave.unread);
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
