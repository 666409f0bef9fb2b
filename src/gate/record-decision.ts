import type { Outcome } from '../core/ledger/spending.ts';
import type { Rule } from '../core/rule/rule.ts';
import { type Asker, kindOf, modulesOf } from '../core/saving/save.ts';
import type { DecisionRecord } from '../core/verdict/decision-record.ts';
import type { Problem } from '../core/verdict/problem.ts';
import { isList, isObject } from '../core/wire/json.ts';
import { pathPatternOf } from '../core/wire/path-pattern.ts';
import type { Intent } from '../ports/intent.ts';
import type { Judged } from './judging/judged.ts';
import type { Tools } from './ledger/tools.ts';

/** One guarded request, from its arrival to its end: what is known of it by then is its record. */
export type Decision = {
  judged(judged: Judged): void;
  /** The CRM answered with this status. */
  answered(status: number): void;
  settled(outcome: Outcome): void;
  /** It is over: its record is handed over. */
  end(): void;
};

/** Begins the clock of a decision. */
export function beginDecision(
  intent: Intent,
  { decisions, random, tracing, policy }: Pick<Tools, 'decisions' | 'random' | 'tracing' | 'policy'>,
): Decision {
  const started = performance.now();
  const decision = random.id();
  let judged: Judged | undefined;
  let gateMs: number | undefined;
  let crm: number | undefined;
  let outcome: Outcome | undefined;

  return {
    judged(now) {
      judged = now;
      gateMs = rounded(performance.now() - started);
      tracing.note({ verdict: verdictOf(now), rules: rulesOf(now) });
      if (now.found.kind === 'handed-on') crm = now.found.answer.status;
    },
    answered(status) {
      crm = status;
    },
    settled(found) {
      outcome = found;
    },
    end() {
      const { saves, trace, caller, request } = intent;
      decisions.take({
        kind: kindOf(intent),
        decision,
        request: request.id,
        trace: trace?.id,
        user: caller.user,
        method: request.method,
        path: pathPatternOf(request.path),
        modules: modulesOf(saves),
        verdict: verdictOf(judged),
        would: judged?.would,
        rules: judged ? rulesOf(judged) : [],
        why: judged?.reasons ?? [],
        ...(policy.hasShadows && namesIn(intent)),
        ...steeredOf(judged),
        gateMs,
        ms: rounded(performance.now() - started),
        crm,
        outcome,
      });
      tracing.over();
    },
  };
}

/** The decision about a request that is refused without being judged, or, in shadow mode, would be. */
export function decideUnjudged(
  { slug, detail, written }: Problem,
  mode: Rule['mode'],
  { request, trace }: Asker,
  { decisions, random }: Pick<Tools, 'decisions' | 'random'>,
): void {
  decisions.take({
    kind: 'request',
    decision: random.id(),
    request: request.id,
    ...(trace && { trace: trace.id }),
    method: request.method,
    path: pathPatternOf(request.path),
    ...(mode === 'shadow' ? { verdict: 'pass', would: slug } : { verdict: slug }),
    rules: [],
    detail,
    ...(written && { written }),
  });
}

/** The names of what is saved, and no value: `report` makes of them what a closed world has to know. */
function namesIn({ saves, seen = [] }: Pick<Intent, 'saves' | 'seen'>) {
  const named: Record<string, string[]> = {};
  const beside: Record<string, string[]> = {};
  const add = (all: Record<string, string[]>, name: string, members: Iterable<string>) => {
    all[name] = [...new Set([...(all[name] ?? []), ...members])];
  };
  for (const { module: name, fields } of saves) {
    add(
      named,
      name,
      [...fields.keys()].filter((member) => member !== ''),
    );
    const others = fields.get('');
    if (isList(others))
      add(
        beside,
        name,
        others.flatMap((level) => (isObject(level) ? [...level.keys()] : [])),
      );
  }
  return {
    named,
    ...(Object.keys(beside).length > 0 && { beside }),
    ...(seen.length > 0 && { nested: seen }),
  };
}

/** What may have chosen another record or version, where somebody was refused or asked for that, or would have been. */
function steeredOf(judged: Judged | undefined): Pick<DecisionRecord, 'steered'> {
  if (!judged) return {};
  const { found, steered } = judged;
  const own = found.kind === 'refused' ? (found.problem.steered ?? []) : [];
  const all = [...steered, ...[own].flat()];
  return all.length > 0 ? { steered: all } : {};
}

function rulesOf({ reasons }: Judged): string[] {
  return [...new Set(reasons.map(({ rule }) => rule))];
}

/** To a tenth of a millisecond. */
function rounded(ms: number): number {
  return Math.round(ms * 10) / 10;
}

function verdictOf(judged: Judged | undefined): DecisionRecord['verdict'] {
  if (!judged) return 'failed';
  const { found } = judged;
  return found.kind === 'refused' ? found.problem.slug : found.kind;
}
