import type { AuditEvent } from '../core/verdict/audit-event.ts';
import type { DecisionRecord } from '../core/verdict/decision-record.ts';
import type { DecisionRow, Journal } from '../ports/console.ts';
import type { DecisionSink } from '../ports/decisions.ts';
import type { Clock } from '../ports.ts';

/** Decisions that are kept; older ones are in the log. */
const MOST_DECISIONS = 1_000;
/** Requests whose audit events are kept, and events of each. */
const MOST_REQUESTS = 1_000;
const MOST_STEPS = 50;

/** Keeps the last decisions, and what the audit was told meanwhile. What it holds is bounded, whatever happens. */
export function createJournal(clock: Clock): Journal & DecisionSink & { heard(event: AuditEvent): void } {
  const rows: DecisionRow[] = [];
  const steps = new Map<string, AuditEvent[]>();
  const watchers = new Set<(row: DecisionRow) => void>();
  const shadows = new Map<string, number>();

  return {
    take(record) {
      const row = rowOf(record, new Date(clock.now()).toISOString());
      rows.push(row);
      // A thousand at once: shifting a long list for each decision would cost more than the decision.
      if (rows.length > 2 * MOST_DECISIONS) rows.splice(0, MOST_DECISIONS);
      for (const { rule, mode } of record.why ?? [])
        if (mode === 'shadow') shadows.set(rule, (shadows.get(rule) ?? 0) + 1);
      for (const watcher of watchers) watcher(row);
    },
    heard(event) {
      const known = steps.get(event.request) ?? [];
      if (known.length < MOST_STEPS) known.push(event);
      steps.set(event.request, known);
      const [oldest] = steps.keys();
      if (steps.size > MOST_REQUESTS && oldest !== undefined) steps.delete(oldest);
    },
    rows: () => rows.slice(-MOST_DECISIONS).reverse(),
    storyOf(decision) {
      const row = rows.findLast((each) => each.decision === decision);
      return row && { row, why: row.why ?? [], steps: steps.get(row.request) ?? [] };
    },
    watch(take) {
      watchers.add(take);
      return () => void watchers.delete(take);
    },
    shadows: () => shadows,
  };
}

/** The members of the line of the log. */
function rowOf(record: DecisionRecord, at: string): DecisionRow {
  const { kind: _, named: __, beside: ___, nested: ____, ...row } = record;
  return { at, ...row };
}
