import type { Slug } from '../core/problem.ts';
import type { Rule } from '../core/rule.ts';
import type { Intent } from '../core/save.ts';
import type { HandedOn, Refused } from '../core/verdict.ts';
import { kindOf } from './record-event.ts';
import { countShadow } from './report.ts';
import type { Requirement } from './requirements.ts';
import type { Tools } from './tools.ts';

/**
 * Sets aside what rules in shadow mode ask for, right after they have judged: it is logged, and the rest of the gate does not
 * know of them. So they send, count, spend and refuse nothing.
 */
export function withoutShadows(
  found: readonly Requirement[],
  intent: Intent,
  { log, metrics }: Pick<Tools, 'log' | 'metrics'>,
): readonly Requirement[] {
  const { shadow = [], enforce = [] } = Object.groupBy(found, ({ rule }) => rule.mode);
  if (shadow.length > 0) {
    const why = shadow.map(({ rule, save, about, why }) => ({ rule: rule.id, record: save.id, about, why }));
    const rules = [...new Set(why.map(({ rule }) => rule))];
    log.info(
      { ...about(intent), would: slugOf(shadow), rules, why },
      `a ${kindOf(intent)} would have been refused`,
    );
    for (const requirement of shadow) countShadow(requirement, { metrics });
  }
  return enforce;
}

/** Logs what could not be judged, because the stored record could not be read, by rules that do not keep a save waiting for it. */
export function logUnread(
  rules: readonly Rule[],
  { kind, ...why }: Refused | HandedOn,
  intent: Intent,
  { log }: Pick<Tools, 'log'>,
): void {
  const would = 'problem' in why ? why.problem.slug : `answer ${why.answer.status}`;
  const names = [...new Set(rules.map(({ id }) => id))];
  const { mode, ...known } = about(intent);
  const isShadow = rules.every((rule) => rule.mode === 'shadow');
  const details = { ...known, ...(isShadow && { mode }), would, rules: names };
  log.warn(details, `a ${kindOf(intent)} could not be judged: its record cannot be read`);
}

function slugOf(requirements: readonly Requirement[]): Slug {
  const isRefusal = ({ rule, save }: Requirement) =>
    save.operation === 'create' && rule.onCreate === 'refuse';
  return requirements.some(isRefusal) ? 'otp-create-refused' : 'otp-required';
}

function about({ request, caller }: Intent) {
  return { request: request.id, user: caller.user, mode: 'shadow' };
}
