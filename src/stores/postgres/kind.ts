import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import * as z from 'zod';
import { CountersignError } from '../../core/fault.ts';
import { storeKind } from '../../kinds/kind.ts';
import { duration } from '../../kinds/values.ts';
import { createPostgresStore } from './postgres.ts';

const postgresUrl = z.string().regex(/^postgres(?:ql)?:\/\/[^/@?#\s]+\/[^/?#\s]+$/i, {
  error: 'must be postgres://host:port/database, without user and password; those have keys of their own',
});

/** Postgres 13 or later, with or without a synchronous standby, directly or through PgBouncer. */
export const postgres = storeKind({
  kind: 'postgres',
  isShared: true,
  schema: (secret) =>
    z.strictObject({
      kind: z.literal('postgres'),
      url: postgresUrl.describe('The primary: postgres://host:port/database.'),
      username: z.string().min(1).optional().describe('Role of the gateway.'),
      password: secret.optional().describe('Password of the role.'),
      tls: z
        .union([
          z.boolean(),
          z.strictObject({
            caFile: z.string().min(1).describe('Certificates of the authorities to trust, as PEM.'),
          }),
        ])
        .prefault(false)
        .describe("TLS: true trusts the machine's authorities, { caFile } those of a file."),
      schema: z
        .string()
        .regex(/^[a-z_][a-z0-9_]{0,62}$/, {
          error: 'may have small letters, digits and underscores, and begins with no digit',
        })
        .prefault('countersign')
        .describe(
          'Schema of the tables; it is made where it is missing. Gateways with the same schema and secret share a ledger.',
        ),
      connections: z
        .int()
        .min(1)
        .max(100)
        .prefault(10)
        .describe('How many connections there are at most, for each process.'),
      commandTimeout: duration('100ms', '30s')
        .prefault('1s')
        .describe('How long any call may take before guarded saves are answered 503.'),
      standbys: z
        .union([z.literal(0), z.literal(1)])
        .prefault(0)
        .describe('1: a step counts once a synchronous standby has it.'),
    }),
  open({ kind: _, tls, commandTimeout, username, password, ...rest }, { folder, log }) {
    return createPostgresStore(
      {
        ...rest,
        commandTimeoutMs: commandTimeout,
        ...(username !== undefined && { username }),
        ...(password !== undefined && { password }),
        ...(tls !== false && {
          tls: tls === true ? {} : { ca: certificatesIn(resolve(folder, tls.caFile)) },
        }),
      },
      log,
    );
  },
});

function certificatesIn(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw new CountersignError('config-invalid', `store.tls.caFile: ${path} cannot be read`);
  }
}
