import { kindOf } from '../core/saving/save.ts';
import { type Redemption, refused } from '../core/verdict/verdict.ts';
import type { Intent } from '../ports/intent.ts';
import { challengeAll, lookAtAll } from './challenge-save.ts';
import type { Arrived } from './codes/codes-at-arrival.ts';
import { reportExhausted } from './codes/report-exhausted.ts';
import { unclaimAll } from './codes/settle.ts';
import { codesFor, verifyCodes } from './codes/verify.ts';
import { countVerification } from './count-verification.ts';
import type { Finding } from './judging/finding.ts';
import type { AfterSave, Refusing } from './judging/judged.ts';
import type { Requirement } from './judging/requirements.ts';
import { noteAsker } from './ledger/askers.ts';
import type { Tools } from './ledger/tools.ts';
import { undoAndThrow } from './ledger/undo.ts';
import { noticesOf } from './people/notices.ts';
import { callerNameProblem, lacksCallerName } from './refusals/caller-name.ts';
import { recordIntent } from './refusals/record-event.ts';
import { refusalAbout, refusalBeforeLedger } from './refusals/refusal-text.ts';
import { ofItsCustomer } from './sending/its-customer.ts';

/** Every rule is met: what each was met by, and whom to tell once the request went through. */
export type Met = {
  readonly kind: 'countersigned';
  readonly redemptions: readonly Redemption[];
  readonly notices: readonly AfterSave[];
};

/**
 * Meets the rules that apply to a request: it may go on where each of them is met, by a code that it brings or by somebody who answered
 * for it; where one is not, the request is refused, and codes are sent.
 */
export async function meetAll(
  requirements: readonly Requirement[],
  arrived: readonly Arrived[],
  intent: Intent,
  tools: Tools,
): Promise<Met | Refusing> {
  if (requirements.some(({ save, rule }) => save.operation === 'create' && rule.onCreate === 'refuse')) {
    return refused(refusalBeforeLedger('otp-create-refused', requirements));
  }
  if (requirements.some(lacksCallerName)) return refused(callerNameProblem(requirements));
  const digestsOf = () => tools.keyring.digests('save', intent.identity());
  const hasCode = requirements.some(
    (requirement) => codesFor(requirement, requirements, intent.codes).length > 0,
  );
  const looks = hasCode ? undefined : await lookAtAll(requirements, digestsOf, tools);
  if (looks?.some((look) => !look.isAnswered)) return challengeAll(looks, arrived, intent, tools);
  const digests = digestsOf();
  const sought = looks ?? requirements.map((requirement) => ({ requirement }));
  const ofCustomer = ofItsCustomer(intent.reader, tools);
  const verification = await verifyCodes(sought, intent, digests, ofCustomer, tools);
  countVerification(verification, requirements, intent, tools);
  if (verification.kind === 'refused') {
    await noteRefusal(verification.findings, intent, tools);
    return refused(refusalAbout(verification.findings));
  }
  const { redemptions } = verification;
  const [save] = intent.saves;
  const rules = redemptions.map(({ rule }) => rule);
  let notices: readonly AfterSave[];
  try {
    notices = await noticesOf(redemptions, requirements, intent, tools);
    const event = `${kindOf(intent)}-countersigned` as const;
    const about = { module: save?.module ?? '', record: save?.id ?? null };
    const by = redemptions.map(({ rule, how }) => ({ rule, how }));
    await recordIntent(
      { event, ...about, rules, by, save: redemptions[0]?.save ?? digests[0] },
      intent,
      tools,
    );
  } catch (fault) {
    return undoAndThrow(fault, () => unclaimAll(redemptions, tools), tools);
  }
  return { kind: 'countersigned', redemptions, notices };
}

/** Who was refused has asked; who vouched for the save themself has not, and is counted. */
async function noteRefusal(findings: readonly Finding[], intent: Intent, tools: Tools): Promise<void> {
  await reportExhausted(findings, intent, tools);
  for (const { requirement, slug } of findings) {
    if (slug !== 'override-refused') await noteAsker(requirement, tools);
    else tools.metrics.overridden({ rule: requirement.rule.id, result: 'refused' });
  }
}
