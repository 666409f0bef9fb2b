import { workerData } from 'node:worker_threads';
import { serveCalls } from '../../threads/serve-calls.ts';
import type { SqliteThreadSettings } from './sqlite-call.ts';
import { createSqliteWork } from './sqlite-work.ts';

serveCalls(createSqliteWork(workerData as SqliteThreadSettings));
