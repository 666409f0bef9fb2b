import { workerData } from 'node:worker_threads';
import { serveCalls } from '../threads/serve-calls.ts';
import { createAuditWork } from './audit-work.ts';

/** What the audit's thread is started with. */
export type AuditThreadSettings = { readonly path: string; readonly secrets: readonly string[] };

const { path, secrets } = workerData as AuditThreadSettings;
serveCalls(createAuditWork(path, secrets));
