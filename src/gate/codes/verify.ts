import { type Code, standingOf, stateAt } from '../../core/ledger/row.ts';
import { normaliseCode } from '../../core/rule/code.ts';
import { isSamePerson } from '../../core/rule/override.ts';
import { aliasesOf } from '../../core/rule/rule.ts';
import type { PresentedCode } from '../../core/wire/parameter.ts';
import { canonicalText } from '../../core/wire/write-json.ts';
import type { Intent } from '../../ports/intent.ts';
import { fewAtOnce } from '../judging/few-at-once.ts';
import { type Candidate, type Finding, REFUSED_STANDINGS } from '../judging/finding.ts';
import type { Requirement } from '../judging/requirements.ts';
import { openNote } from '../ledger/override-note.ts';
import { codeRows, type Seen } from '../ledger/rows.ts';
import { covers, rowKeysOf } from '../ledger/subject.ts';
import type { Tools } from '../ledger/tools.ts';
import { compare, forgive, type Right } from './compare.ts';
import { redeemAll, type SaveDigests, type Verification } from './redeem.ts';

/**
 * The codes of the request that are meant for the requirement. Where a rule applies to several records of a request, a code
 * has to say which of them it is for.
 */
export function codesFor(
  requirement: Requirement,
  all: readonly Requirement[],
  codes: readonly PresentedCode[],
): readonly PresentedCode[] {
  const aliases = aliasesOf(requirement.rule);
  const isOnly = all.every((other) => other === requirement || other.rule !== requirement.rule);
  return codes.filter(
    ({ alias, record }) =>
      aliases.includes(alias) && (record === undefined ? isOnly : record === requirement.save.id),
  );
}

/** A rule that applies, and its row, where that was looked up a moment ago. */
export type Sought = { readonly requirement: Requirement; readonly seen?: Seen | undefined };

/** Looks at a code against which nothing stands yet. */
export type Examination = (candidate: Candidate) => Promise<Finding | Candidate>;

/**
 * Holds the presented codes against the ledger, all or nothing. First what costs nothing (standing, format, binding), for all
 * of them; then each comparison is paid for before it is made; a right code gets its price back, whatever the others are: when it is
 * redeemed, or, where another one is wrong, at once. Where somebody answered for the save, no code is compared. `examineFurther`: what else
 * may stand against a code before it is compared.
 */
export async function verifyCodes(
  sought: readonly Sought[],
  { codes, ...asker }: Pick<Intent, 'codes' | 'principal' | 'caller'>,
  digests: SaveDigests,
  examineFurther: Examination,
  tools: Tools,
): Promise<Verification> {
  const all = sought.map(({ requirement }) => requirement);
  const standing = await Promise.all(
    sought.map((one) => examine(one, codesFor(one.requirement, all, codes), digests, tools)),
  );
  if (!standing.every(isCandidate)) return { kind: 'refused', findings: standing };
  const examined: (Finding | Candidate)[] = [];
  for await (const some of fewAtOnce(standing, examineFurther)) examined.push(...some);
  const candidates = examined.filter(isCandidate);
  if (candidates.length < examined.length) return { kind: 'refused', findings: examined };
  const compared = await Promise.all(candidates.map((candidate) => compare(candidate, asker, tools)));
  const rights = compared.filter(isRight);
  if (rights.length === compared.length) return redeemAll(rights, digests, tools);
  const findings = compared.map((one) => (isRight(one) ? forgive(one, tools) : one));
  return { kind: 'refused', findings: await Promise.all(findings) };
}

function isCandidate(finding: Finding | Candidate): finding is Candidate {
  return finding.slug === undefined;
}

function isRight(compared: Finding | Right): compared is Right {
  return 'kind' in compared;
}

/** Whether somebody answered for just this save, so that the rule needs no code for it. A held answer is for the identical request only. */
export function isAnswered(
  requirement: Requirement,
  { row, now }: Seen,
  digests: () => SaveDigests,
  { keyring }: Tools,
): boolean {
  const { code } = row;
  if (!code?.approval || now >= code.expiresAt || !covers(code, requirement, keyring)) return false;
  const state = stateAt(code, now);
  return state.kind === 'living' || (state.kind === 'held' && digests().includes(state.save));
}

/** Whether whoever vouched for the save would make it as well, with nobody else who asked for it. */
function isOwn({ caller }: Requirement, key: string, { id, approval }: Code, { keyring }: Tools): boolean {
  if (approval?.by !== 'override' || !approval.isAlone || caller === '') return false;
  return isSamePerson(openNote(approval.note, key, id, keyring)?.user ?? '', caller);
}

/** All that can be said without a comparison. */
async function examine(
  { requirement, seen: known }: Sought,
  presented: readonly PresentedCode[],
  digests: SaveDigests,
  tools: Tools,
): Promise<Finding | Candidate> {
  const keys = rowKeysOf(requirement, tools.keyring);
  const seen = known ?? (await codeRows.locate(tools, keys));
  const { row, now, seenAt } = seen;
  const finding = { requirement, row, now };
  if (row.code && isAnswered(requirement, seen, () => digests, tools)) {
    if (isOwn(requirement, row.key, row.code, tools)) return { ...finding, slug: 'override-refused' };
    return { ...finding, slug: undefined, seenAt, keys, code: row.code, text: undefined };
  }
  const [first] = presented;
  if (!first) return { ...finding, slug: 'otp-required' };
  const format = row.code?.policy ?? requirement.rule.code;
  const texts = new Set(
    presented.map(({ value }) => normaliseCode(value, format) ?? `?${canonicalText(value)}`),
  );
  if (texts.size > 1) return { ...finding, slug: 'otp-ambiguous' };
  const text = normaliseCode(first.value, format);
  const standing = REFUSED_STANDINGS[standingOf(row, now)];
  if (standing || !row.code) return { ...finding, slug: standing ?? 'otp-required' };
  if (text === undefined) return { ...finding, slug: 'otp-invalid' };
  if (!covers(row.code, requirement, tools.keyring)) return { ...finding, slug: 'otp-binding-mismatch' };
  const { state } = row.code;
  if ((state.kind === 'held' || state.kind === 'claimed') && !digests.includes(state.save))
    return { ...finding, slug: 'otp-binding-mismatch' };
  return { ...finding, slug: undefined, seenAt, keys, code: row.code, text };
}
