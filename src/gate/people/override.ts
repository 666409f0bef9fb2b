import { override, withdraw } from '../../core/ledger/consent.ts';
import type { Row } from '../../core/ledger/row.ts';
import { NOT_TAKEN } from '../../core/ledger/step.ts';
import {
  isSamePerson,
  lettersOf,
  mayOverride,
  type OverridePolicy,
  personOf,
} from '../../core/rule/override.ts';
import type { Caller } from '../../core/saving/save.ts';
import { type Problem, problem, type RuleRow } from '../../core/verdict/problem.ts';
import { type Refused, refused } from '../../core/verdict/verdict.ts';
import type { JsonObject } from '../../core/wire/json.ts';
import type { Viewer } from '../../ports/intent.ts';
import { withVerifiedName } from '../judging/verified-name.ts';
import { askersOf, vouchedFor } from '../ledger/askers.ts';
import { type Place, releasePlaces, reserveAll, type Tally } from '../ledger/limits.ts';
import { sealNote } from '../ledger/override-note.ts';
import { codeRows } from '../ledger/rows.ts';
import { rowKeysOf, type Subject } from '../ledger/subject.ts';
import type { Tools } from '../ledger/tools.ts';
import { undoAndThrow } from '../ledger/undo.ts';
import { recordIntent } from '../refusals/record-event.ts';
import { refusalAbout } from '../refusals/refusal-text.ts';
import { ruleRowOf } from '../refusals/rule-row.ts';
import { planned, valuesProblem } from '../sending/plan.ts';
import { slugOfSendRefusal } from '../sending/send-refusal.ts';

/** Somebody vouches for a save of the record with these values. */
export type Vouching = Pick<Viewer, 'caller' | 'request' | 'reader'> & {
  readonly record: string;
  readonly reason: string;
  readonly values: JsonObject | undefined;
};

type Overridden = { readonly kind: 'done'; readonly row: RuleRow };

const DAY_MS = 24 * 3_600_000;

/**
 * Lets the save pass once without a code, because somebody who may do so vouches for it: by a verified name, for a reason, not more often
 * than they may, and not the one who asked for it.
 */
export async function overrideSave(
  known: Subject,
  request: Vouching,
  tools: Tools,
): Promise<Overridden | Refused> {
  const { rule, save, before } = known;
  const policy = rule.override;
  if (!policy)
    return refused(problem('not-found', `Nobody can vouch for saves under the rule "${rule.name}".`));
  const caller = await withVerifiedName(request, [rule], save);
  const facts = { save, before, caller, request: request.request, now: tools.clock.now() };
  const refusal = refusalOf(policy, mayOverride(policy, facts), caller, request.reason);
  if (refusal) return turnAway(refusal, rule.id, tools);
  const values = request.values ?? new Map();
  if (save.operation === 'update' && values.size === 0)
    return refused(await valuesProblem(known, rule.when.fields, tools, VALUES));
  const plan = await planned(known, values, request.reader, tools);
  if ('missing' in plan) return refused(await valuesProblem(known, plan.missing, tools, VALUES));
  return vouch(plan.subject, policy, caller, request, tools);
}

const VALUES = 'Nobody knows yet what you would vouch for.';

/** Why this caller, or this reason, will not do. */
function refusalOf(
  policy: OverridePolicy,
  isAllowed: boolean,
  { user }: Caller,
  reason: string,
): Problem | undefined {
  if (user === '') return problem('override-refused', UNVERIFIED);
  if (!isAllowed) return problem('override-refused', 'You may not vouch for saves under this rule.');
  if (lettersOf(reason) >= policy.reasonLetters) return undefined;
  const short = `Say why, in ${policy.reasonLetters} letters or more.`;
  return problem('override-refused', short, { status: 422 });
}

const UNVERIFIED =
  'Your name could not be verified. Send the request with credentials that can be: who vouches for a save is written down.';
const OWN = 'You asked for this save yourself. Somebody else has to vouch for it.';
const OFTEN = 'You have vouched for as many saves under this rule as one person may in a day.';

function turnAway(refusal: Problem, rule: string, { metrics }: Tools): Refused {
  metrics.overridden({ rule, result: 'refused' });
  return refused(refusal);
}

/** Lets the save pass, where the ledger, the day's number and those who asked for it allow that. */
async function vouch(
  subject: Subject,
  policy: OverridePolicy,
  caller: Caller,
  request: Vouching,
  tools: Tools,
): Promise<Overridden | Refused> {
  const { keyring } = tools;
  const { rule, save } = subject;
  const { user } = caller;
  const reason = request.reason.trim();
  const keys = rowKeysOf(subject, keyring);
  const { now: before } = await codeRows.locate(tools, keys);
  const cap = { windowMs: DAY_MS, most: policy.perDay };
  const tally: Tally = { kind: 'override', of: `${rule.id}\n${personOf(user)}`, cap };
  const reserved = await reserveAll([tally], tools);
  if (!reserved.ok) {
    const retryAfterSeconds = Math.max(1, Math.ceil((reserved.retryAt - before) / 1000));
    return turnAway(problem('override-refused', OFTEN, { status: 429, retryAfterSeconds }), rule.id, tools);
  }
  const id = tools.random.id();
  const binding = vouchedFor(subject, keyring);
  const step = (row: Row, now: number) => {
    const asked = askersOf(row, now, row.code?.policy ?? rule.code, keyring);
    if (asked.some(({ name }) => isSamePerson(name, user))) return { ok: false, reason: 'own' } as const;
    const note = sealNote({ user, reason }, row.key, id, keyring);
    // Who asked for something else is no second pair of eyes.
    const isAlone = asked.every(({ name, what }) => name === '' || what !== binding.digest);
    const approval = { by: 'override', note, isAlone } as const;
    const overridden = override(row, now, { id, binding, policy: rule.code, approval });
    return overridden.ok
      ? { ...overridden, asked: asked.findLast(({ name }) => name !== '')?.name ?? '' }
      : overridden;
  };
  const { outcome, row, now } = await codeRows
    .take(tools, keys, step)
    .catch((fault: unknown) => undoAndThrow(fault, () => releasePlaces(reserved.places, tools), tools));
  if (!outcome.ok) {
    await releasePlaces(reserved.places, tools);
    if (outcome.reason === 'own') return turnAway(problem('override-refused', OWN), rule.id, tools);
    const requirement = { rule, named: request.record };
    return refused(refusalAbout([{ requirement, row, now, slug: slugOfSendRefusal(outcome.reason) }]));
  }
  await writeDown(subject, { caller, reason, asked: outcome.asked, id }, reserved.places, request, tools);
  tools.metrics.overridden({ rule: rule.id, result: 'granted' });
  const { before: stored, isUnseen } = subject;
  const told = { record: request.record, save, before: stored, isUnseen };
  return { kind: 'done', row: ruleRowOf(rule, row, now, 'overridden', told) };
}

/** Nobody vouches without a trace: where the event cannot be written, the override is taken back. */
async function writeDown(
  subject: Subject,
  vouched: {
    readonly caller: Caller;
    readonly reason: string;
    readonly asked: string;
    readonly id: string;
  },
  places: readonly Place[],
  { request }: Vouching,
  tools: Tools,
): Promise<void> {
  const { rule, save } = subject;
  const { caller, reason, asked, id } = vouched;
  const about = { module: save.module, record: save.id, rule: rule.id };
  try {
    await recordIntent({ event: 'override-granted', ...about, asked, reason }, { caller, request }, tools);
  } catch (fault) {
    const takeBack = (row: Row, now: number) => (row.code?.id === id ? withdraw(row, now) : NOT_TAKEN);
    await undoAndThrow(
      fault,
      async () => {
        await codeRows.take(tools, rowKeysOf(subject, tools.keyring), takeBack);
        await releasePlaces(places, tools);
      },
      tools,
    );
  }
}
