import { emptyRow } from '../core/row.ts';
import type { Intent, Save } from '../core/save.ts';
import { countersigned, type HandedOn, pass, type Refused, refused, type Verdict } from '../core/verdict.ts';
import type { RecordReader } from '../ports.ts';
import { type Arrived, overtaken } from './arrival.ts';
import { challengeAll } from './challenge-save.ts';
import { withoutGranted } from './grants.ts';
import { readBefore } from './read-before.ts';
import { kindOf, recordEvent, recordIntent } from './record-event.ts';
import { refusalOf } from './refuse.ts';
import { refusedBy } from './refused-by.ts';
import { reportDecision, reportVerification } from './report.ts';
import { couldSpeak, type Requirement, requirementsOf } from './requirements.ts';
import { ruleRowOf } from './rule-row.ts';
import { unclaimAll } from './settle.ts';
import type { Tools } from './tools.ts';
import { codesFor, verifyCodes } from './verify.ts';

/** Judges a request: passes where no rule speaks, or where every rule that speaks was answered with a grant or a valid code. */
export async function guard(
  intent: Intent,
  arrived: readonly Arrived[],
  reader: RecordReader,
  tools: Tools,
): Promise<Verdict> {
  const requirements: Requirement[] = [];
  for (const save of intent.saves) {
    const found = await requirementsFor(save, intent, reader, tools);
    if ('kind' in found) {
      reportDecision(found, [], intent, tools);
      return found;
    }
    requirements.push(...found);
  }
  const open = await withoutGranted(requirements, intent, tools);
  const isFree = requirements.length === 0;
  const verdict =
    open.length > 0
      ? await answer(open, intent, reader, tools)
      : ((isFree ? await overtaken(arrived, intent, tools) : undefined) ?? pass());
  reportDecision(verdict, requirements, intent, tools);
  if (verdict.kind === 'refused') await recordRefusal(requirements, verdict, intent, tools);
  return verdict;
}

/** The rules that speak about one save. The stored record is read only where one of them could. */
async function requirementsFor(
  save: Save,
  intent: Intent,
  reader: RecordReader,
  tools: Tools,
): Promise<readonly Requirement[] | Refused | HandedOn> {
  const rules = tools.policy.rulesOf(save.module);
  if (!rules.some((rule) => couldSpeak(rule, save))) return [];
  const before = save.id === null ? null : await readBefore(save.module, save.id, reader);
  if (before !== null && 'kind' in before) return before;
  return requirementsOf(rules, save, before?.fields ?? null, intent, tools.clock.now());
}

async function answer(
  requirements: readonly Requirement[],
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
  if (!requirements.some((requirement) => codesFor(requirement, requirements, intent.codes).length > 0)) {
    return refused(await challengeAll(requirements, intent, reader, tools));
  }
  const save = tools.keyring.digests('save', intent.identity)[0];
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
  return countersigned(verification.redemptions);
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
