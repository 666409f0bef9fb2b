import type { Rule } from '../core/rule/rule.ts';
import type { Intent, Save } from '../core/saving/save.ts';
import {
  type FollowUp,
  type HandedOn,
  type Refused,
  refused,
  type Verdict,
} from '../core/verdict/verdict.ts';
import type { RecordReader } from '../ports.ts';
import { isNameless, namelessProblem } from './answer/nameless.ts';
import { kindOf, recordEvent, recordIntent } from './answer/record-event.ts';
import { refusalAbout, refusalUnseen } from './answer/refusal.ts';
import { challengeAll } from './challenge-save.ts';
import { countersigned, pass } from './clear.ts';
import { type Arrived, overtaken } from './codes/arrival.ts';
import { unclaimAll } from './codes/settle.ts';
import { codesFor, verifyCodes } from './codes/verify.ts';
import { concealed } from './concealed.ts';
import { withoutGranted } from './grants.ts';
import { askedOnce, changedAddressesOf } from './judging/changed-addresses.ts';
import { type Judged, reasonOf } from './judging/judged.ts';
import { readBefore } from './judging/read-before.ts';
import { type Requirement, requirementsOf } from './judging/requirements.ts';
import { isIdle, type Watch } from './judging/watch.ts';
import type { Tools } from './ledger/tools.ts';
import { reportVerification } from './report.ts';
import { reachesSomebody } from './sending/recipients.ts';
import { joined, logUnsent, type Shadowed, UNSHADOWED, unreadShadows, withoutShadows } from './shadow.ts';
import { vouched } from './vouch.ts';

/** Judges a request: passes where no rule speaks, or where every rule that speaks was answered with a grant or a valid code. */
export async function guard(
  intent: Intent,
  watches: readonly Watch[],
  arriving: Promise<readonly Arrived[]> | undefined,
  reader: RecordReader,
  tools: Tools,
): Promise<Judged> {
  // Most saves: what follows would come to the same, and take a dozen turns of the event loop.
  if (!arriving && watches.every(isIdle)) return { verdict: pass(), ...UNSHADOWED };
  const found: Requirement[] = [];
  const followUps: FollowUp[] = [];
  const unread: Shadowed[] = [];
  for (let first = 0; first < watches.length; first += READ_AT_ONCE) {
    const some = watches.slice(first, first + READ_AT_ONCE);
    for (const ofSave of await Promise.all(some.map((watch) => judgeOne(watch, intent, reader, tools)))) {
      if ('kind' in ofSave) return { verdict: ofSave, ...UNSHADOWED };
      found.push(...ofSave.requirements);
      followUps.push(...ofSave.followUps);
      unread.push(ofSave.unread);
    }
  }
  const { requirements, shadowed } = withoutShadows(found);
  const open = await withoutGranted(requirements, intent, tools);
  const isFree = requirements.length === 0;
  const verdict =
    open.length > 0
      ? await answer(open, followUps, intent, reader, tools)
      : ((isFree ? await overtaken((await arriving) ?? [], intent, tools) : undefined) ?? pass(followUps));
  if (verdict.kind === 'refused') await recordRefusal(requirements, verdict, intent, tools);
  const { reasons, would } = joined([shadowed, ...unread]);
  return { verdict, reasons: [...requirements.map(reasonOf), ...reasons], would };
}

/** Stored records that are read at once for a request that saves many: they do not wait for each other, and the CRM is not flooded. */
const READ_AT_ONCE = 8;

type Judgement = {
  readonly requirements: readonly Requirement[];
  readonly followUps: readonly FollowUp[];
  /** What rules in shadow mode would have said of a record that cannot be read. */
  readonly unread: Shadowed;
};

const NOTHING: Judgement = { requirements: [], followUps: [], unread: UNSHADOWED };

/**
 * The rules that speak about one save, those in shadow mode too, and those that send a code once it went through. The stored
 * record is read only where there could be one; where it cannot be, only rules that are enforced keep the save from passing.
 */
async function judgeOne(
  watch: Watch,
  intent: Intent,
  reader: RecordReader,
  tools: Tools,
): Promise<Judgement | Refused | HandedOn> {
  const { save, enforced, shadows, senders } = watch;
  const hidden = await concealed(watch, intent, reader, tools);
  if (hidden) return hidden;
  const rules = [...enforced, ...shadows];
  if (rules.length + senders.length === 0) return NOTHING;
  const before = save.id === null ? null : await readBefore(save.module, save.id, reader);
  if (before !== null && 'kind' in before) {
    if (enforced.length > 0) return before;
    logUnsent(senders, intent, tools);
    return { ...NOTHING, unread: unreadShadows(shadows, save, before) };
  }
  const stored = before?.fields ?? null;
  const caller = await vouched(intent.caller, [...rules, ...senders], save, reader);
  const known = { ...intent, caller };
  const facts = { save, before: stored, caller, request: intent.request, now: tools.clock.now() };
  const asked = rules.filter(({ appliesTo }) => appliesTo.hold(facts));
  const reaches = (rule: Rule) => reachesSomebody({ rule, save, before: stored }, reader, tools);
  const changed = askedOnce(await changedAddressesOf(asked, save, stored, reaches), stored);
  return {
    requirements: requirementsOf(asked, save, stored, changed, known, facts.now),
    followUps: senders.filter(({ send }) => send.when.hold(facts)).map((rule) => ({ rule, save })),
    unread: UNSHADOWED,
  };
}

async function answer(
  requirements: readonly Requirement[],
  followUps: readonly FollowUp[],
  intent: Intent,
  reader: RecordReader,
  tools: Tools,
): Promise<Verdict> {
  if (requirements.some(({ save, rule }) => save.operation === 'create' && rule.onCreate === 'refuse')) {
    return refused(refusalUnseen('otp-create-refused', rulesOf(requirements)));
  }
  if (requirements.some(isNameless)) return refused(namelessProblem(rulesOf(requirements)));
  if (!requirements.some((requirement) => codesFor(requirement, requirements, intent.codes).length > 0)) {
    return refused(await challengeAll(requirements, intent, reader, tools));
  }
  const save = tools.keyring.digests('save', intent.identity())[0];
  const verification = await verifyCodes(requirements, intent, save, tools);
  reportVerification(verification, requirements, intent, tools);
  if (verification.kind === 'refused') return refused(refusalAbout(verification.findings));
  const [{ module: name, id }] = intent.saves as readonly [Save];
  const rules = verification.redemptions.map(({ rule }) => rule);
  try {
    await recordIntent(
      { event: `${kindOf(intent)}-countersigned`, module: name, record: id, rules, save },
      intent,
      tools,
    );
  } catch (fault) {
    await unclaimAll(verification.redemptions, tools);
    throw fault;
  }
  return countersigned(verification.redemptions, followUps);
}

function rulesOf(requirements: readonly Requirement[]): readonly Rule[] {
  return requirements.map(({ rule }) => rule);
}

async function recordRefusal(
  requirements: readonly Requirement[],
  verdict: Refused,
  intent: Intent,
  tools: Tools,
): Promise<void> {
  const save = requirements[0]?.save;
  if (!save) return;
  const rules = requirements.map(({ rule }) => rule.id);
  const { slug } = verdict.problem;
  await recordEvent(
    { event: `${kindOf(intent)}-refused`, module: save.module, record: save.id, rules, reason: slug },
    intent,
    tools,
  );
}
