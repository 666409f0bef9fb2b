import { emptyRow } from '../core/row.ts';
import type { Intent, Save } from '../core/save.ts';
import {
  countersigned,
  type FollowUp,
  type HandedOn,
  pass,
  type Refused,
  refused,
  type Verdict,
} from '../core/verdict.ts';
import type { RecordReader } from '../ports.ts';
import { type Arrived, overtaken } from './arrival.ts';
import { challengeAll } from './challenge-save.ts';
import { concealed } from './concealed.ts';
import { withoutGranted } from './grants.ts';
import { readBefore } from './read-before.ts';
import { kindOf, recordEvent, recordIntent } from './record-event.ts';
import { isNameless, namelessProblem, refusalOf } from './refuse.ts';
import { refusedBy } from './refused-by.ts';
import { reportDecision, reportVerification } from './report.ts';
import { type Requirement, requirementsOf } from './requirements.ts';
import { ruleRowOf } from './rule-row.ts';
import { unclaimAll } from './settle.ts';
import { logUnread, withoutShadows } from './shadow.ts';
import type { Tools } from './tools.ts';
import { codesFor, verifyCodes } from './verify.ts';
import { vouched } from './vouch.ts';
import type { Watch } from './watch.ts';

/** Judges a request: passes where no rule speaks, or where every rule that speaks was answered with a grant or a valid code. */
export async function guard(
  intent: Intent,
  watches: readonly Watch[],
  arrived: readonly Arrived[],
  reader: RecordReader,
  tools: Tools,
): Promise<Verdict> {
  const found: Requirement[] = [];
  const followUps: FollowUp[] = [];
  for (let first = 0; first < watches.length; first += READ_AT_ONCE) {
    const some = watches.slice(first, first + READ_AT_ONCE);
    for (const ofSave of await Promise.all(some.map((watch) => judgeOne(watch, intent, reader, tools)))) {
      if ('kind' in ofSave) {
        reportDecision(ofSave, [], intent, tools);
        return ofSave;
      }
      found.push(...ofSave.requirements);
      followUps.push(...ofSave.followUps);
    }
  }
  const requirements = withoutShadows(found, intent, tools);
  const open = await withoutGranted(requirements, intent, tools);
  const isFree = requirements.length === 0;
  const verdict =
    open.length > 0
      ? await answer(open, followUps, intent, reader, tools)
      : ((isFree ? await overtaken(arrived, intent, tools) : undefined) ?? pass(followUps));
  reportDecision(verdict, requirements, intent, tools);
  if (verdict.kind === 'refused') await recordRefusal(requirements, verdict, intent, tools);
  return verdict;
}

/** Stored records that are read at once for a request that saves many: they do not wait for each other, and the CRM is not flooded. */
const READ_AT_ONCE = 8;

type Judgement = { readonly requirements: readonly Requirement[]; readonly followUps: readonly FollowUp[] };

const NOTHING: Judgement = { requirements: [], followUps: [] };

/**
 * The rules that speak about one save, those in shadow mode too, and those that send a code once it went through. The stored
 * record is read only where there could be one; where it cannot be, only rules that are enforced keep the save from passing.
 */
async function judgeOne(
  { save, enforced, shadows, senders }: Watch,
  intent: Intent,
  reader: RecordReader,
  tools: Tools,
): Promise<Judgement | Refused | HandedOn> {
  const hidden = await concealed(save, intent, reader, tools);
  if (hidden) return hidden;
  const rules = [...enforced, ...shadows];
  if (rules.length + senders.length === 0) return NOTHING;
  const before = save.id === null ? null : await readBefore(save.module, save.id, reader);
  if (before !== null && 'kind' in before) {
    if (enforced.length > 0) return before;
    logUnread([...rules, ...senders], before, intent, tools);
    return NOTHING;
  }
  const stored = before?.fields ?? null;
  const caller = await vouched(intent.caller, [...rules, ...senders], save, reader);
  const known = { ...intent, caller };
  const facts = { save, before: stored, caller, request: intent.request, now: tools.clock.now() };
  return {
    requirements: requirementsOf(rules, save, stored, known, facts.now),
    followUps: senders.filter(({ send }) => send.when.hold(facts)).map((rule) => ({ rule, save })),
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
    const rows = requirements.map(({ rule }) =>
      ruleRowOf(rule, emptyRow(''), tools.clock.now(), 'otp-create-refused'),
    );
    return refused(refusalOf('otp-create-refused', rows));
  }
  if (requirements.some(isNameless)) {
    const now = tools.clock.now();
    return refused(
      namelessProblem(
        requirements.map(({ rule }) => ruleRowOf(rule, emptyRow(''), now, 'otp-binding-mismatch')),
      ),
    );
  }
  if (!requirements.some((requirement) => codesFor(requirement, requirements, intent.codes).length > 0)) {
    return refused(await challengeAll(requirements, intent, reader, tools));
  }
  const save = tools.keyring.digests('save', intent.identity())[0];
  const verification = await verifyCodes(requirements, intent, save, tools);
  reportVerification(verification, requirements, intent, tools);
  if (verification.kind === 'refused') return refusedBy(verification.findings, intent.saves.length > 1);
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
