import { CountersignError } from '../core/fault.ts';
import type { AuditEvent } from '../core/verdict/audit-event.ts';
import type { AuditSink } from '../ports.ts';
import { createThread, moduleBeside } from '../threads/thread.ts';
import type { AuditThreadSettings } from './audit-thread.ts';

/** How long an event may wait for other processes and for the disk. */
const LONGEST_WAIT_MS = 10_000;
/** More wait only where the disk is far too slow for what is asked of it. */
const MOST_WAITING = 5_000;

/**
 * Events as JSON Lines, in the order in which they were written, each chained to the one before it, by whichever process it was
 * written. A write resolves when its line is on the disk. The file is written by a thread of its own, so nothing else waits for the
 * disk; writers that come while it is busy share the next flush.
 */
export function createFileAudit(path: string, secrets: readonly string[]): AuditSink {
  const thread = createThread<AuditEvent, true>({
    module: moduleBeside(import.meta.url, 'audit-thread'),
    settings: { path, secrets } satisfies AuditThreadSettings,
    waitMs: LONGEST_WAIT_MS,
    mostWaiting: MOST_WAITING,
  });
  return {
    async write(event) {
      try {
        await thread.call(event);
      } catch (error) {
        throw unavailable(path, error);
      }
    },
    close: () => thread.close(),
  };
}

function unavailable(path: string, cause: unknown): CountersignError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new CountersignError('audit-unavailable', `the audit file ${path} cannot be written: ${reason}`, {
    cause,
  });
}
