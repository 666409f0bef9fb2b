import type { AuditSink } from '../ports.ts';

/** Keeps no record, for suites and demos: an operator has to ask for it by name. */
export function createNoAudit(): AuditSink {
  return { write: async () => undefined, close: async () => undefined };
}
