import type { DecisionRecord } from '../core/verdict/decision-record.ts';
import type { DecisionSink } from '../ports/decisions.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { Log } from '../ports.ts';

/** One line of the log for each decision. */
export function loggedDecisions(log: Log): DecisionSink {
  return {
    take({ kind, ...line }) {
      log.info(line, messageOf(kind, line));
    },
  };
}

function messageOf(kind: DecisionRecord['kind'], { would }: Pick<DecisionRecord, 'would'>): string {
  if (kind !== 'request') return `${kind} judged`;
  return `a request ${would === undefined ? 'was' : 'would have been'} refused unjudged`;
}

/** Counts each decision once for each rule that applies, or once for none. What was not judged is left out. */
export function countedDecisions(metrics: Metrics): DecisionSink {
  return {
    take({ kind, verdict, why = [], gateMs }) {
      if (kind === 'request' || verdict === 'failed') return;
      if (gateMs !== undefined) metrics.gateTook(gateMs / 1000);
      const counted = isPassing(verdict) ? verdict : 'refused';
      for (const { rule, mode, about } of why) {
        if (mode === 'enforce') metrics.decided({ rule, verdict: counted, mode });
        else if (about !== 'unread') metrics.decided({ rule, verdict: 'refused', mode });
      }
      if (!why.some(({ mode }) => mode === 'enforce'))
        metrics.decided({ rule: '', verdict: counted, mode: 'enforce' });
    },
  };
}

function isPassing(verdict: DecisionRecord['verdict']): verdict is 'pass' | 'countersigned' | 'handed-on' {
  return verdict === 'pass' || verdict === 'countersigned' || verdict === 'handed-on';
}

/** Each of them takes every decision. */
export function allDecisions(sinks: readonly DecisionSink[]): DecisionSink {
  return {
    take(record) {
      for (const sink of sinks) sink.take(record);
    },
  };
}
