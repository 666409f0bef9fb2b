import { resolve } from 'node:path';
import * as z from 'zod';
import { storeKind } from '../../kinds/kind.ts';
import { duration } from '../../kinds/values.ts';
import { createSqliteStore } from './sqlite.ts';

/** One file, for several gateways on one machine. */
export const sqlite = storeKind({
  kind: 'sqlite',
  isShared: true,
  schema: () =>
    z.strictObject({
      kind: z.literal('sqlite'),
      path: z.string().min(1).describe('The database file.'),
      busyTimeout: duration('0s', '60s')
        .prefault('2s')
        .describe('How long to wait for another process that writes.'),
    }),
  // `:memory:` is SQLite's own word.
  open: ({ path, busyTimeout: busyTimeoutMs }, { folder }) =>
    createSqliteStore({ path: path === ':memory:' ? path : resolve(folder, path), busyTimeoutMs }),
});
