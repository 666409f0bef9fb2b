import type { Outcome } from '../core/ledger/ledger.ts';
import type { Rule } from '../core/rule/rule.ts';
import { type Asker, type Intent, modulesOf } from '../core/saving/save.ts';
import type { Problem } from '../core/verdict/problem.ts';
import { isList, isObject } from '../core/wire/json.ts';
import { pathPatternOf } from '../core/wire/path-pattern.ts';
import { kindOf } from './answer/record-event.ts';
import type { Judged } from './judging/judged.ts';
import type { Tools } from './ledger/tools.ts';

/** One guarded request, from its arrival to its end, for the one line that the log has about it. */
export type Decision = {
  judged(judged: Judged): void;
  /** The CRM answered with this status. */
  answered(status: number): void;
  settled(outcome: Outcome): void;
  /** It is over: the line is written. */
  tell(): void;
};

/** Begins the clock of a decision. What is told, to the log, the metrics and the span: rules, clauses, verdict, times; no value of the record, no address, no code. */
export function beginDecision(intent: Intent, { log, metrics, random, tracing, policy }: Tools): Decision {
  const started = performance.now();
  const id = random.id();
  let judged: Judged | undefined;
  let gateMs: number | undefined;
  let crm: number | undefined;
  let outcome: Outcome | undefined;

  return {
    judged(now) {
      judged = now;
      const tookMs = performance.now() - started;
      gateMs = rounded(tookMs);
      metrics.gateTook(tookMs / 1000);
      const { found: verdict, reasons } = now;
      tracing.note({ verdict: verdictOf(now), rules: rulesOf(now) });
      if (verdict.kind === 'handed-on') crm = verdict.answer.status;
      for (const { rule, mode, about } of reasons) {
        if (mode === 'enforce') metrics.decided({ rule, verdict: verdict.kind, mode });
        else if (about !== 'unread') metrics.decided({ rule, verdict: 'refused', mode });
      }
      if (!reasons.some(({ mode }) => mode === 'enforce'))
        metrics.decided({ rule: '', verdict: verdict.kind, mode: 'enforce' });
    },
    answered(status) {
      crm = status;
    },
    settled(found) {
      outcome = found;
    },
    tell() {
      const { saves, trace, caller, request } = intent;
      const details = {
        decision: id,
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
        gateMs,
        ms: rounded(performance.now() - started),
        crm,
        outcome,
      };
      log.info(details, `${kindOf(intent)} judged`);
      tracing.over();
    },
  };
}

/** The one line about a request that is refused without being judged, or, in shadow mode, would be. */
export function decideUnjudged(
  { slug, detail }: Problem,
  mode: Rule['mode'],
  { request, trace }: Asker,
  { log, random }: Tools,
): void {
  const isShadow = mode === 'shadow';
  const details = {
    decision: random.id(),
    request: request.id,
    ...(trace && { trace: trace.id }),
    method: request.method,
    path: pathPatternOf(request.path),
    ...(isShadow ? { verdict: 'pass', would: slug } : { verdict: slug }),
    rules: [],
    detail,
  };
  log.info(details, `a request ${isShadow ? 'would have been' : 'was'} refused unjudged`);
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

function rulesOf({ reasons }: Judged): string[] {
  return [...new Set(reasons.map(({ rule }) => rule))];
}

/** To a tenth of a millisecond. */
function rounded(ms: number): number {
  return Math.round(ms * 10) / 10;
}

/** The slug of a refusal; `failed` where the gate came to no verdict. */
function verdictOf(judged: Judged | undefined): string {
  if (!judged) return 'failed';
  const { found } = judged;
  return found.kind === 'refused' ? found.problem.slug : found.kind;
}
