import { normaliseCode } from '../core/code.ts';
import { charge, fail, redeem, refund, unclaim } from '../core/ledger.ts';
import type { Slug } from '../core/problem.ts';
import { type Code, type CodeState, type Row, type Standing, standingOf } from '../core/row.ts';
import { aliasesOf } from '../core/rule.ts';
import type { Intent, PresentedCode } from '../core/save.ts';
import type { Redemption } from '../core/verdict.ts';
import { canonicalText } from '../core/write-json.ts';
import { advance, locate } from './advance.ts';
import { releaseAll, reserveAll, tallies } from './limits.ts';
import type { Requirement } from './requirements.ts';
import { contextOf, covers, rowKeysOf } from './subject.ts';
import type { Tools } from './tools.ts';

/** What became of the codes of a request: claimed one and all, or none; then a line for each requirement says why. */
export type Verification =
  | { readonly kind: 'redeemed'; readonly redemptions: readonly Redemption[] }
  | { readonly kind: 'refused'; readonly findings: readonly Finding[] };

export type Finding = {
  readonly requirement: Requirement;
  readonly row: Row;
  readonly now: number;
  /** Undefined where nothing is wrong with this requirement's code, or it was not looked at. */
  readonly slug: Slug | undefined;
  /** When a limit allows another try. */
  readonly retryAt?: number;
};

type Candidate = Finding & {
  readonly keys: readonly [string, ...string[]];
  readonly code: Code;
  readonly text: string;
};

/**
 * The codes of the request that are meant for the requirement. Where a rule speaks about several records of a request, a code
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

/**
 * Holds the presented codes against the ledger, all or nothing. First what costs nothing (standing, format, binding), for all
 * of them; then each comparison is paid for before it is made; a right code gets its price back, whatever the others are.
 */
export async function verifyCodes(
  requirements: readonly Requirement[],
  { codes, principal }: Pick<Intent, 'codes' | 'principal'>,
  save: string,
  tools: Tools,
): Promise<Verification> {
  const examined = await Promise.all(
    requirements.map((requirement) =>
      examine(requirement, codesFor(requirement, requirements, codes), save, tools),
    ),
  );
  const candidates = examined.filter(isCandidate);
  if (candidates.length < examined.length) return { kind: 'refused', findings: examined };
  const compared = await Promise.all(candidates.map((candidate) => compare(candidate, principal, tools)));
  if (compared.some(({ slug }) => slug !== undefined)) return { kind: 'refused', findings: compared };
  return redeemAll(candidates, save, tools);
}

function isCandidate(finding: Finding | Candidate): finding is Candidate {
  return finding.slug === undefined;
}

const REFUSED_STANDINGS: Partial<Readonly<Record<Standing, Slug>>> = {
  none: 'otp-required',
  'in-progress': 'otp-in-progress',
  used: 'otp-used',
  exhausted: 'otp-attempts-exhausted',
  expired: 'otp-expired',
};

/** All that can be said without a comparison. */
async function examine(
  requirement: Requirement,
  presented: readonly PresentedCode[],
  save: string,
  tools: Tools,
): Promise<Finding | Candidate> {
  const keys = rowKeysOf(requirement, tools.keyring);
  const { row, now } = await locate(tools.store, keys);
  const finding = { requirement, row, now };
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
  if (!covers(row.code.binding, requirement, tools.keyring))
    return { ...finding, slug: 'otp-binding-mismatch' };
  const { state } = row.code;
  if ((state.kind === 'held' || state.kind === 'claimed') && state.save !== save)
    return { ...finding, slug: 'otp-binding-mismatch' };
  return { ...finding, slug: undefined, keys, code: row.code, text };
}

/** Pays, compares, and takes the price back where the code was right. */
async function compare(candidate: Candidate, principal: string, tools: Tools): Promise<Finding> {
  const { keys, code, requirement, text } = candidate;
  const paid = await advance(tools.store, keys, (row, now) => {
    const next = charge(row, now, code.id);
    return { next, result: { paid: next !== undefined, row: next ?? row, now } };
  });
  if (!paid.paid) {
    const standing =
      paid.row.code?.id === code.id ? REFUSED_STANDINGS[standingOf(paid.row, paid.now)] : 'otp-superseded';
    return { requirement, row: paid.row, now: paid.now, slug: standing ?? 'otp-superseded' };
  }
  const giveBack = () =>
    advance(tools.store, keys, (row, now) => {
      const next = refund(row, now, paid.row.attempts.since);
      return { next, result: { row: next ?? row, now } };
    });
  const guess = await reserveAll(tallies('wrong', principal, tools), tools);
  if (!guess.ok)
    return { requirement, ...(await giveBack()), slug: 'otp-rate-limited', retryAt: guess.retryAt };
  const forgive = async () => {
    await releaseAll(guess.places, tools);
    return giveBack();
  };
  let isRight: boolean;
  try {
    isRight = await tools.hasher.matches(
      code.verifier,
      text,
      contextOf(requirement, code, code.binding.digest),
    );
  } catch (fault) {
    await forgive();
    throw fault;
  }
  if (isRight) return { requirement, ...(await forgive()), slug: undefined };
  const failed = await advance(tools.store, keys, (row, now) => {
    const next = fail(row, now, code.id);
    return { next, result: { row: next ?? row, now } };
  });
  return { requirement, ...failed, slug: await fateOf(candidate, tools) };
}

/** Whether a code that is not the living one was one before. */
async function fateOf({ requirement, code, text }: Candidate, { hasher }: Tools): Promise<Slug> {
  for (const earlier of code.earlier) {
    const isIt = await hasher.matches(
      earlier.verifier,
      text,
      contextOf(requirement, earlier, earlier.bindingDigest),
    );
    if (isIt) return earlier.fate === 'used' ? 'otp-used' : 'otp-superseded';
  }
  return 'otp-invalid';
}

type Claim = { readonly candidate: Candidate; readonly before: CodeState };

/** Claims every code for the save; where one slips away meanwhile, the others are given back as they were. */
async function redeemAll(
  candidates: readonly Candidate[],
  save: string,
  tools: Tools,
): Promise<Verification> {
  const claims: Claim[] = [];
  for (const candidate of candidates) {
    const claimed = await advance(tools.store, candidate.keys, (row, now) => {
      const next = redeem(row, now, candidate.code.id, save, tools.answerWithinMs);
      return { next, result: { claimed: next !== undefined, before: row.code?.state, row, now } };
    });
    if (claimed.claimed && claimed.before) {
      claims.push({ candidate, before: claimed.before });
      continue;
    }
    await Promise.all(claims.map((claim) => giveUp(claim, save, tools)));
    const standing =
      claimed.row.code?.id === candidate.code.id
        ? REFUSED_STANDINGS[standingOf(claimed.row, claimed.now)]
        : undefined;
    const lost = {
      requirement: candidate.requirement,
      row: claimed.row,
      now: claimed.now,
      slug: standing ?? 'otp-superseded',
    } as const;
    return {
      kind: 'refused',
      findings: candidates.map((other) => (other === candidate ? lost : { ...other, slug: undefined })),
    };
  }
  return {
    kind: 'redeemed',
    redemptions: claims.map(({ candidate: { requirement, row, code }, before }) => ({
      rule: requirement.rule.id,
      module: requirement.save.module,
      record: requirement.save.id,
      key: row.key,
      codeId: code.id,
      save,
      before,
    })),
  };
}

function giveUp({ candidate, before }: Claim, save: string, tools: Tools): Promise<void> {
  return advance(tools.store, candidate.keys, (row, now) => ({
    next: unclaim(row, now, candidate.code.id, save, before),
    result: undefined,
  }));
}
