import type { Outcome } from '../core/ledger/ledger.ts';
import { type Intent, modulesOf } from '../core/saving/save.ts';
import type { Notes } from '../ports/tracing.ts';
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

/** Begins the clock of a decision. What is told, to the log, the metrics and the span that `note` writes to: rules, clauses, verdict, times; no value of the record, no address, no code. */
export function beginDecision(
  intent: Intent,
  note: (notes: Notes) => void,
  { log, metrics, random }: Tools,
): Decision {
  const started = performance.now();
  const id = random.id();
  let judged: Judged | undefined;
  let gateMs: number | undefined;
  let crm: number | undefined;
  let outcome: Outcome | undefined;

  return {
    judged(found) {
      judged = found;
      const tookMs = performance.now() - started;
      gateMs = rounded(tookMs);
      metrics.gateTook(tookMs / 1000);
      const { verdict, reasons } = found;
      note({ verdict: verdictOf(found), rules: rulesOf(found) });
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
        modules: modulesOf(saves),
        verdict: verdictOf(judged),
        would: judged?.would,
        rules: judged ? rulesOf(judged) : [],
        why: judged?.reasons ?? [],
        gateMs,
        ms: rounded(performance.now() - started),
        crm,
        outcome,
      };
      log.info(details, `${kindOf(intent)} judged`);
    },
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
  const { verdict } = judged;
  return verdict.kind === 'refused' ? verdict.problem.slug : verdict.kind;
}
