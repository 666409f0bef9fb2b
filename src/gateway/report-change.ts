import type { Snapshot } from '../config/compile/snapshot.ts';
import type { AuditSink, Clock, Log } from '../ports.ts';
import { isFirstWorker } from '../system/worker-metrics.ts';
import { changesBetween } from './configuration-changes.ts';

/** Tells the audit what a reload changed, and gives it, a line each. One of several workers tells it for all. */
export function reportChange(
  before: Snapshot,
  after: Snapshot,
  { audit, clock, log }: { readonly audit: AuditSink; readonly clock: Clock; readonly log: Log },
): readonly string[] {
  const changes = changesBetween(before.decoded, after.decoded);
  if (changes.length === 0 || !isFirstWorker()) return changes;
  const what = { revision: after.revision, previous: before.revision, changes };
  const event = { event: 'configuration-changed', ...what } as const;
  const at = new Date(clock.now()).toISOString();
  audit
    .write({ at, request: '', user: '', ip: '', ...event })
    .catch((err: unknown) =>
      log.error({ err, ...what }, 'a change of the configuration could not be audited'),
    );
  return changes;
}
