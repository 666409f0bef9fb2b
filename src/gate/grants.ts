import { drawToken, endGrant, isToken, openGrant, useGrant } from '../core/ledger/grant.ts';
import { aliasesOf } from '../core/rule/rule.ts';
import { type Asker, kindOf } from '../core/saving/save.ts';
import { problem } from '../core/verdict/problem.ts';
import { type HandedOn, type Refused, refused } from '../core/verdict/verdict.ts';
import type { Json } from '../core/wire/json.ts';
import type { Intent } from '../ports/intent.ts';
import { type ChallengeRequest, subjectOf } from './challenge.ts';
import { reportExhausted } from './codes/report-exhausted.ts';
import { settleAll, unclaimAll } from './codes/settle.ts';
import { verifyCodes } from './codes/verify.ts';
import { readBefore } from './judging/read-before.ts';
import type { Requirement } from './judging/requirements.ts';
import { grantRows, type Keys } from './ledger/rows.ts';
import { grantedOf, recordIdOf } from './ledger/subject.ts';
import type { Tools } from './ledger/tools.ts';
import { undoAndThrow } from './ledger/undo.ts';
import { recordEvent, recordIntent } from './refusals/record-event.ts';
import { refusalAbout } from './refusals/refusal-text.ts';
import { ofItsCustomer } from './sending/its-customer.ts';

/** A call that turns a code into a grant. */
export type GrantRequest = Omit<ChallengeRequest, 'values'> & { readonly code: Json };

/** `endsAt` is its absolute end, in milliseconds since 1970. */
export type OpenedGrant = {
  readonly kind: 'opened';
  readonly token: string;
  readonly endsAt: number;
  readonly idleMs: number;
  /** The record's id, where it was asked for by a handle. */
  readonly record: string | undefined;
};

/** Spends the code and opens a grant for the rule and the record. The token is told once and kept nowhere. */
export async function grantFor(
  request: GrantRequest,
  tools: Tools,
): Promise<OpenedGrant | Refused | HandedOn> {
  const subject = await subjectOf(request, tools);
  if ('kind' in subject) return subject;
  const { rule, save } = subject;
  if (!rule.grant) {
    const detail = `The rule "${rule.name}" gives no grants. To open them, set "grant" in the rule.`;
    return refused(problem('not-found', detail));
  }
  const [alias = ''] = aliasesOf(rule);
  const codes = [{ alias, value: request.code }];
  const spender = tools.keyring.digests('save', `grant\n${tools.random.id()}`);
  const requirement: Requirement = { ...subject, why: [], named: request.record };
  const ofCustomer = ofItsCustomer(request.reader, tools);
  const verification = await verifyCodes(
    [{ requirement }],
    { ...request, codes },
    spender,
    ofCustomer,
    tools,
  );
  if (verification.kind === 'refused') {
    await reportExhausted(verification.findings, request, tools);
    return refused(refusalAbout(verification.findings), recordIdOf(subject));
  }
  const about = { module: save.module, record: recordIdOf(subject) };
  const token = drawToken(tools.random.below);
  const keys = tools.keyring.digests('grant', token);
  const policy = rule.grant;
  try {
    // It was not read yet. Whoever has the code may hear what the CRM says of the record.
    const before = subject.asked ? await readBefore(save.module, save.id ?? '', request.reader) : undefined;
    if (before && before.kind !== 'found') {
      // The code is given back as by a save that the CRM refused: a few times, and no more.
      await settleAll(verification.redemptions, { outcome: 'notSaved' }, tools);
      return before;
    }
    await recordIntent({ event: 'grant-opened', ...about, rule: rule.id, grant: keys[0] }, request, tools);
    const [granted] = grantedOf(subject, tools.keyring);
    const { now: issuedAt } = await grantRows.take(tools, keys, (row, now) =>
      openGrant(row, now, { subject: granted, policy }),
    );
    await settleAll(verification.redemptions, { outcome: 'saved' }, tools);
    const { absoluteMs, idleMs } = policy;
    return { kind: 'opened', token, endsAt: issuedAt + absoluteMs, idleMs, record: subject.asked?.record };
  } catch (fault) {
    return undoAndThrow(fault, () => unclaimAll(verification.redemptions, tools), tools);
  }
}

/** The requirements that the grant of the request does not answer. Each use moves the end of its idleness. */
export async function withoutGranted(
  requirements: readonly Requirement[],
  intent: Intent,
  tools: Tools,
): Promise<readonly Requirement[]> {
  const { grant: token } = intent;
  if (token === undefined || !isToken(token)) return requirements;
  const keys = tools.keyring.digests('grant', token);
  const left: Requirement[] = [];
  const granted: Requirement[] = [];
  for (const requirement of requirements) {
    const answered = requirement.save.operation === 'read' && requirement.rule.grant !== undefined;
    (answered && (await use(requirement, keys, tools)) ? granted : left).push(requirement);
  }
  const [first] = granted;
  if (first) {
    const { module: name, id } = first.save;
    const rules = granted.map(({ rule }) => rule.id);
    await recordIntent({ event: 'read-granted', module: name, record: id, rules }, intent, tools);
    tools.log.debug({ request: intent.request.id, kind: kindOf(intent), rules }, 'opened by a grant');
  }
  return left;
}

async function use(requirement: Requirement, keys: Keys, tools: Tools): Promise<boolean> {
  const subjects = grantedOf(requirement, tools.keyring);
  const { outcome } = await grantRows.take(tools, keys, (row, now) => useGrant(row, now, { subjects }));
  return outcome.ok;
}

/** Ends the grant, where there is one: whoever has the token may. */
export async function endGrantOf(
  token: string,
  context: Pick<Asker, 'caller' | 'request'>,
  tools: Tools,
): Promise<void> {
  if (!isToken(token)) return;
  const keys = tools.keyring.digests('grant', token);
  const { outcome, row } = await grantRows.take(tools, keys, endGrant);
  if (outcome.ok) await recordEvent({ event: 'grant-ended', grant: row.key }, context, tools);
}
