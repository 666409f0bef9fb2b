import { memory } from './memory/kind.ts';
import { postgres } from './postgres/kind.ts';
import { redis } from './redis/kind.ts';
import { sqlite } from './sqlite/kind.ts';

/** The places where ledger rows are kept. */
export const STORE_KINDS = [memory, sqlite, redis, postgres] as const;
