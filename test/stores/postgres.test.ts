import { randomUUID } from 'node:crypto';
import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Log } from '../../src/ports.ts';
import { createPostgresStore, type PostgresStore } from '../../src/stores/postgres/postgres.ts';
import type { PostgresOptions } from '../../src/stores/postgres/postgres-options.ts';
import { certificate, privateKey } from '../channels/localhost-certificate.ts';
import { startPgBouncer } from '../harness/pgbouncer.ts';
import { type PostgresServer, startPostgres } from '../harness/postgres-server.ts';
import { holds } from '../harness/redis-groups.ts';
import { openTcpGate } from '../harness/tcp-gate.ts';
import { describeLedgerStore } from './contract.ts';
import { fullRow } from './full-row.ts';
import { createRecordingLog, UNAVAILABLE } from './redis-setup.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
}, 300_000);
afterAll(() => server.stop());

const freshSchema = () => `s${randomUUID().replaceAll('-', '')}`;

const opened: PostgresStore[] = [];
function open(options: Partial<PostgresOptions> = {}, log?: Log): PostgresStore {
  const whole = {
    url: server.url,
    username: 'gate',
    schema: 'countersign',
    commandTimeoutMs: 10_000,
    ...options,
  };
  const store = createPostgresStore(whole, log);
  opened.push(store);
  return store;
}
afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
});

describeLedgerStore('postgres', async () => ({ store: open({ schema: freshSchema() }) }));

describe('rows on Postgres', () => {
  it('are stepped by one of several gateways at a time', async () => {
    const schema = freshSchema();
    const gateways = [1, 2, 3].map(() => open({ schema }));
    const step = async (store: PostgresStore) => {
      for (let won = 0; won < 30; ) {
        const version = (await store.find('a')).row?.version ?? 0;
        if (await store.replace(fullRow('a', version + 1), version)) won++;
      }
    };
    await Promise.all(gateways.map(step));
    expect((await gateways[0]?.find('a'))?.row?.version).toBe(90);
  });

  it('are stepped once by racers of any isolation', async () => {
    const schema = freshSchema();
    await server.sql("ALTER ROLE gate SET default_transaction_isolation = 'serializable'");
    try {
      const store = open({ schema });
      await store.replace(fullRow('a', 1), 0);
      const racers = Array.from({ length: 30 }, () => store.replace(fullRow('a', 2), 1));
      expect((await Promise.all(racers)).filter(Boolean)).toHaveLength(1);
    } finally {
      await server.sql('ALTER ROLE gate RESET default_transaction_isolation');
    }
  });

  it('lie in tables that one of many gateways makes that start at once', async () => {
    const schema = freshSchema();
    const stores = Array.from({ length: 8 }, () => open({ schema }));
    await Promise.all(stores.map((store, index) => store.replace(fullRow(`k${index}`, 1), 0)));
    expect((await open({ schema }).find('k7')).row?.version).toBe(1);
  });

  it('need no right to make tables, once they are there', async () => {
    const schema = freshSchema();
    await open({ schema, username: 'admin' }).find('a');
    await server.sql('DROP ROLE IF EXISTS small');
    await server.sql('CREATE ROLE small LOGIN');
    for (const right of [
      `USAGE ON SCHEMA ${schema}`,
      `SELECT, INSERT, UPDATE, DELETE ON ${schema}.ledger`,
      `SELECT ON ${schema}.ledger_version`,
    ])
      await server.in('countersign', `GRANT ${right} TO small`);
    const store = open({ schema, username: 'small' });
    expect(await store.replace(fullRow('a', 1), 0)).toBe(true);
    expect(await store.purge()).toBe(0);
  });

  it('cannot be used where another release made the tables', async () => {
    const schema = freshSchema();
    await open({ schema }).find('a');
    await server.in('countersign', `UPDATE ${schema}.ledger_version SET version = 99`);
    await expect(open({ schema }).find('a')).rejects.toThrow(/version 99/);
  });
});

describe('a Postgres that would lose rows', () => {
  const CASES = [
    ['fsync', "ALTER SYSTEM SET fsync = 'off'", 'ALTER SYSTEM RESET fsync', {}],
    [
      'synchronous_commit',
      "ALTER ROLE gate SET synchronous_commit = 'off'",
      'ALTER ROLE gate RESET synchronous_commit',
      {},
    ],
    [
      'default_transaction_read_only',
      "ALTER ROLE gate SET default_transaction_read_only = 'on'",
      'ALTER ROLE gate RESET default_transaction_read_only',
      {},
    ],
    ['synchronous_standby_names', 'SELECT 1', 'SELECT 1', { standbys: 1 }],
    [
      'synchronous_commit',
      "ALTER ROLE gate SET synchronous_commit = 'local'",
      'ALTER ROLE gate RESET synchronous_commit',
      { standbys: 1 },
    ],
  ] as const;

  it.each(CASES)('is refused at start, and names %s', async (setting, spoil, mend, options) => {
    const schema = freshSchema();
    await server.sql(spoil);
    await server.configure();
    try {
      const log = createRecordingLog();
      const store = open({ schema, ...options }, log);
      await expect(store.start()).rejects.toMatchObject({
        code: 'config-invalid',
        message: expect.stringContaining(setting),
      });
      await expect(store.find('a')).rejects.toMatchObject(UNAVAILABLE);
      await expect(store.replace(fullRow('a', 1), 0)).rejects.toMatchObject(UNAVAILABLE);
      expect(log.lines.filter((line) => line.startsWith('error'))).toHaveLength(1);
    } finally {
      await server.sql(mend);
      await server.configure();
    }
  });

  it('is refused while it runs, and used without a restart once it was corrected', async () => {
    const store = open({ schema: freshSchema() });
    await store.start();
    expect(await store.replace(fullRow('a', 1), 0)).toBe(true);
    await server.sql("ALTER SYSTEM SET fsync = 'off'");
    await server.configure();
    await holds(async () => {
      const fault = await store.find('a').catch((error: Error) => error);
      return fault instanceof Error && fault.message.includes('fsync is off');
    });
    await expect(store.replace(fullRow('a', 2), 1)).rejects.toMatchObject(UNAVAILABLE);
    await server.sql('ALTER SYSTEM RESET fsync');
    await server.configure();
    await holds(async () => (await store.find('a')).row !== undefined);
  });

  it('is used with synchronous_commit = local where no standby is wanted', async () => {
    await server.sql("ALTER ROLE gate SET synchronous_commit = 'local'");
    try {
      const store = open({ schema: freshSchema() });
      await store.start();
      expect(await store.replace(fullRow('a', 1), 0)).toBe(true);
    } finally {
      await server.sql('ALTER ROLE gate RESET synchronous_commit');
    }
  });
});

describe('while Postgres is away', () => {
  it('a gateway starts, refuses, and recovers without a restart', async () => {
    await server.kill();
    const log = createRecordingLog();
    const store = open({ schema: freshSchema(), commandTimeoutMs: 5000 }, log);
    await store.start();
    await expect(store.find('a')).rejects.toMatchObject(UNAVAILABLE);
    await expect(store.replace(fullRow('a', 1), 0)).rejects.toMatchObject(UNAVAILABLE);
    expect(log.lines.filter((line) => line.includes('cannot be used yet'))).toHaveLength(1);
    await server.start();
    await holds(() => store.replace(fullRow('a', 1), 0));
    expect((await store.find('a')).row?.version).toBe(1);
  });

  it('what was answered is there after a crash', async () => {
    const store = open({ schema: freshSchema() });
    const stored = await Promise.all(
      Array.from({ length: 20 }, (_, index) => store.replace(fullRow(`k${index}`, 1), 0)),
    );
    await server.kill();
    await server.start();
    expect(stored).toEqual(Array(20).fill(true));
    await holds(async () => (await store.find('k19')).row?.version === 1);
    for (let index = 0; index < 20; index++) expect((await store.find(`k${index}`)).row?.version).toBe(1);
  });

  it('a server that does not answer is given up within the command timeout, and the connection is not used again', async () => {
    const gate = await openTcpGate(server.port);
    const schema = freshSchema();
    const url = `postgres://127.0.0.1:${gate.port}/countersign`;
    const store = open({ url, schema, commandTimeoutMs: 500 });
    const patient = open({ url, schema, commandTimeoutMs: 600_000 });
    for (const one of [store, patient]) await holds(async () => (await one.find('a')).row === undefined);
    gate.holdAnswers();
    let isWaiting = true;
    const waited = patient.replace(fullRow('waits', 1), 0).finally(() => {
      isWaiting = false;
    });
    await expect(store.replace(fullRow('lost', 1), 0)).rejects.toMatchObject(UNAVAILABLE);
    expect(isWaiting).toBe(true);
    gate.letAnswers();
    expect(await waited).toBe(true);
    // The answer was lost, the step was not.
    await holds(async () => (await store.find('lost')).row?.version === 1);
    await gate.close();
  });

  it('a connection that is lost in the commit leaves the step unknown, and the next one finds what is stored', async () => {
    const gate = await openTcpGate(server.port);
    const schema = freshSchema();
    const store = open({ url: `postgres://127.0.0.1:${gate.port}/countersign`, schema });
    await store.find('a');
    gate.holdAnswers();
    const step = store.replace(fullRow('a', 1), 0).catch((error: unknown) => error);
    await holds(
      async () =>
        (await server.in('countersign', `SELECT FROM ${schema}.ledger WHERE key = 'a'`)).length === 1,
    );
    gate.cut();
    gate.letAnswers();
    expect(await step).toMatchObject(UNAVAILABLE);
    await holds(async () => (await store.find('a')).row?.version === 1);
    expect(await store.replace(fullRow('a', 1), 0)).toBe(false);
    await gate.close();
  });
});

it('leaves no connection behind when it is closed', async () => {
  const store = open({ schema: freshSchema() });
  await store.find('a');
  const count = async () =>
    Number(
      (
        await server.sql("SELECT count(*) AS n FROM pg_stat_activity WHERE application_name = 'countersign'")
      )[0]?.['n'],
    );
  expect(await count()).toBeGreaterThan(0);
  await store.close();
  await holds(async () => (await count()) === 0);
});

it('refuses a wrong address', () => {
  for (const url of ['postgres://a:b@h/d', 'postgres://h', 'mysql://h/d', 'postgres://h/d?sslmode=disable'])
    expect(() => createPostgresStore({ url })).toThrow(/postgres:\/\/host:port\/database/);
});

describe('through PgBouncer in transaction mode', () => {
  let bouncer: Awaited<ReturnType<typeof startPgBouncer>>;
  beforeAll(async () => {
    bouncer = await startPgBouncer(server.port);
  }, 300_000);
  afterAll(() => bouncer.stop());

  it('rows are stored, stepped once by many at a time, and purged', async () => {
    const schema = freshSchema();
    const url = `postgres://127.0.0.1:${bouncer.port}/countersign`;
    const gateways = [1, 2, 3].map(() => open({ url, schema, connections: 8 }));
    await Promise.all(gateways.map((store, index) => store.replace(fullRow(`k${index}`, 1, 1), 0)));
    const racers = gateways.flatMap((store) =>
      Array.from({ length: 20 }, () => store.replace(fullRow('a', 1), 0)),
    );
    expect((await Promise.all(racers)).filter(Boolean)).toHaveLength(1);
    const [store] = gateways;
    expect((await store?.find('a'))?.row?.version).toBe(1);
    expect(await store?.purge()).toBe(3);
  });
});

describe('over TLS', () => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-postgres-tls-'));
  beforeAll(async () => {
    const [cert, key] = [join(folder, 'server.crt'), join(folder, 'server.key')];
    writeFileSync(cert, certificate);
    writeFileSync(key, privateKey, { mode: 0o600 });
    chmodSync(folder, 0o755);
    // Postgres takes no key that others may read, and runs as nobody here.
    if (process.getuid?.() === 0) for (const path of [cert, key]) chownSync(path, 65534, 65534);
    await server.configure(`ssl_cert_file = '${cert}'`, `ssl_key_file = '${key}'`, 'ssl = on');
  });
  afterAll(async () => {
    await server.configure('ssl = off');
    rmSync(folder, { recursive: true });
  });

  it('rows are stored where the certificate is known, and the connection is encrypted', async () => {
    const store = open({ tls: { ca: certificate } });
    expect(await store.replace(fullRow('over-tls', 1), 0)).toBe(true);
    const [found] = await server.sql(
      "SELECT bool_and(ssl) AS all FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name = 'countersign'",
    );
    expect(found).toEqual({ all: true });
  });

  it('they are refused where it is not, and no password was sent', async () => {
    await expect(open({ tls: {} }).find('over-tls')).rejects.toMatchObject({
      ...UNAVAILABLE,
      message: expect.stringContaining('certificate'),
    });
  });
});
