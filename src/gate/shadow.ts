import type { Rule } from '../core/rule/rule.ts';
import type { Asker, Save } from '../core/saving/save.ts';
import type { Slug } from '../core/verdict/problem.ts';
import type { HandedOn, Refused } from '../core/verdict/verdict.ts';
import { type Judged, type Reason, reasonOf } from './judging/judged.ts';
import type { Requirement } from './judging/requirements.ts';
import type { Tools } from './ledger/tools.ts';

/** What rules in shadow mode found: it is told, and nothing else. */
export type Shadowed = Pick<Judged, 'reasons' | 'would'>;

export const UNSHADOWED: Shadowed = { reasons: [], would: undefined };

/**
 * Sets aside what rules in shadow mode ask for, right after they have judged: the rest of the gate does not know of them. So they
 * send, count, spend and refuse nothing.
 */
export function withoutShadows(found: readonly Requirement[]): {
  readonly requirements: readonly Requirement[];
  readonly shadowed: Shadowed;
} {
  const { shadow = [], enforce = [] } = Object.groupBy(found, ({ rule }) => rule.mode);
  const shadowed = shadow.length > 0 ? { reasons: shadow.map(reasonOf), would: slugOf(shadow) } : UNSHADOWED;
  return { requirements: enforce, shadowed };
}

/** What could not be judged, because the stored record could not be read, by rules that do not keep a save waiting for it. */
export function unreadShadows(rules: readonly Rule[], save: Save, answer: Refused | HandedOn): Shadowed {
  if (rules.length === 0) return UNSHADOWED;
  const would = answer.kind === 'refused' ? answer.problem.slug : (`answer ${answer.answer.status}` as const);
  const reasons = rules.map(
    ({ id, mode }): Reason => ({ rule: id, record: save.id, about: 'unread', why: [], mode }),
  );
  return { reasons, would };
}

/** A code that was to be sent after the save will not be: who is to get it cannot be known. */
export function logUnsent(
  rules: readonly Rule[],
  { request }: Pick<Asker, 'request'>,
  { log }: Pick<Tools, 'log'>,
): void {
  if (rules.length === 0) return;
  const details = { request: request.id, rules: rules.map(({ id }) => id) };
  log.warn(details, 'no code is sent after a save: its record cannot be read');
}

export function joined([first = UNSHADOWED, ...others]: readonly Shadowed[]): Shadowed {
  return others.reduce(
    (all, next) => ({ reasons: [...all.reasons, ...next.reasons], would: all.would ?? next.would }),
    first,
  );
}

function slugOf(requirements: readonly Requirement[]): Slug {
  const isRefusal = ({ rule, save }: Requirement) =>
    save.operation === 'create' && rule.onCreate === 'refuse';
  return requirements.some(isRefusal) ? 'otp-create-refused' : 'otp-required';
}
