import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import type { LedgerStore } from '../../src/ports.ts';
import { createSqliteStore } from '../../src/stores/sqlite/sqlite.ts';
import { openLedgerFile } from '../../src/stores/sqlite/sqlite-file.ts';
import { createSqliteWork } from '../../src/stores/sqlite/sqlite-work.ts';
import { describeLedgerStore } from './contract.ts';
import { fullRow } from './full-row.ts';

const folder = mkdtempSync(join(tmpdir(), 'countersign-sqlite-'));
let files = 0;
const freshPath = () => join(folder, `ledger-${++files}.db`);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describeLedgerStore('sqlite', async () => ({ store: createSqliteStore({ path: freshPath() }) }));

describe('a ledger file', () => {
  const opened: LedgerStore[] = [];
  const open = (path: string, busyTimeoutMs = 2000) => {
    const store = createSqliteStore({ path, busyTimeoutMs });
    opened.push(store);
    return store;
  };
  afterEach(async () => {
    for (const store of opened.splice(0)) await store.close();
  });

  it('shows one store what another wrote, and lets one of both win', async () => {
    const path = freshPath();
    const [one, two] = [open(path), open(path)];
    await one.replace(fullRow('a', 1), 0);
    expect((await two.find('a')).row).toEqual(fullRow('a', 1, (await one.find('a')).row?.purgeAt));
    const results = await Promise.all([one, two].map((store) => store.replace(fullRow('a', 2), 1)));
    expect(results.filter(Boolean)).toHaveLength(1);
  });

  it('counts every step of several processes exactly once', async () => {
    const path = freshPath();
    const script = fileURLToPath(new URL('race.ts', import.meta.url));
    const run = () => promisify(execFile)(process.execPath, [script, path, '150']);
    const outcomes = await Promise.all([run(), run(), run()]);
    expect((await open(path).find('shared')).row?.version).toBe(450);
    expect(outcomes.map(({ stdout }) => typeof JSON.parse(stdout).lost)).toEqual([
      'number',
      'number',
      'number',
    ]);
  }, 240_000);

  it('survives a restart', async () => {
    const path = freshPath();
    const before = createSqliteStore({ path });
    await before.replace(fullRow('a', 1, 4e12), 0);
    await before.close();
    expect((await open(path).find('a')).row).toEqual(fullRow('a', 1, 4e12));
  });

  it('is written through to the disk before a replacement is answered', async () => {
    const path = freshPath();
    const exec = vi.spyOn(DatabaseSync.prototype, 'exec');
    const file = openLedgerFile(path);
    const connection = exec.mock.contexts.find((context) => context instanceof DatabaseSync);
    exec.mockRestore();
    // 2 is FULL: https://www.sqlite.org/pragma.html#pragma_synchronous
    expect(connection?.prepare('PRAGMA synchronous').get()).toEqual({ synchronous: 2 });
    expect(connection?.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
    await open(path).replace(fullRow('a', 1, 4e12), 0);
    expect(connection?.prepare('SELECT version FROM ledger').get()).toEqual({ version: 1 });
    file.close();
  });

  it('takes the steps that wait together in one commit, and answers them after it', () => {
    const exec = vi.spyOn(DatabaseSync.prototype, 'exec');
    const commits = () => exec.mock.calls.filter(([text]) => text === 'COMMIT').length;
    const work = createSqliteWork({ path: freshPath(), busyTimeoutMs: 0 });
    const answers: unknown[] = [];
    const call = (key: string) => ({
      call: { kind: 'replace', key, version: 1, expected: 0, purgeAt: 4e12, text: '{}' } as const,
      untilMs: Number.POSITIVE_INFINITY,
      answer: (answer: object) => void answers.push([commits(), answer]),
      fail: (reason: unknown) => expect.fail(String(reason)),
    });
    work.take([...Array.from({ length: 50 }, (_, index) => call(`k${index}`)), call('k7')], {
      exchange: () => [],
    });
    expect(answers).toEqual([...Array(50).fill([1, { changes: 1 }]), [1, { changes: 0 }]]);
    exec.mockRestore();
    work.close();
  });

  it('is readable by its owner only, and its folder is made', async () => {
    const path = join(folder, 'made', 'deeper', 'ledger.db');
    await open(path).replace(fullRow('a', 1), 0);
    for (const file of [path, `${path}-wal`, `${path}-shm`]) expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'made', 'deeper')).mode & 0o777).toBe(0o700);
  });

  it('is unavailable while another connection keeps it locked, then recovers', async () => {
    const path = freshPath();
    const store = open(path, 100);
    await store.replace(fullRow('a', 1), 0);
    const locker = new DatabaseSync(path);
    locker.exec('BEGIN EXCLUSIVE');
    await expect(store.replace(fullRow('a', 2), 1)).rejects.toMatchObject({ code: 'store-unavailable' });
    locker.exec('ROLLBACK');
    locker.close();
    expect(await store.replace(fullRow('a', 2), 1)).toBe(true);
  });

  it('is waited for without stopping other work, and the waiting call goes through', async () => {
    const path = freshPath();
    const store = open(path, 20_000);
    await store.replace(fullRow('a', 1), 0);
    const locker = new DatabaseSync(path);
    locker.exec('BEGIN EXCLUSIVE');
    const waiting = store.replace(fullRow('a', 2), 1);
    let turns = 0;
    await new Promise<void>((resolve) => {
      const timer = setInterval(() => {
        if (++turns < 20) return;
        clearInterval(timer);
        resolve();
      }, 5);
    });
    locker.exec('ROLLBACK');
    locker.close();
    expect(await waiting).toBe(true);
  });

  it('is unavailable when it cannot be opened, then recovers without a restart', async () => {
    const blocker = join(folder, 'blocked');
    writeFileSync(blocker, 'a file where the folder should be');
    const store = open(join(blocker, 'ledger.db'));
    await expect(store.find('a')).rejects.toMatchObject({
      name: 'CountersignError',
      code: 'store-unavailable',
    });
    await expect(store.replace(fullRow('a', 1), 0)).rejects.toMatchObject({ code: 'store-unavailable' });
    rmSync(blocker);
    expect(await store.replace(fullRow('a', 1), 0)).toBe(true);
  });

  it('is unavailable while a folder stands in its place', async () => {
    const path = freshPath();
    mkdirSync(path);
    await expect(open(path).find('a')).rejects.toMatchObject({ code: 'store-unavailable' });
  });

  it('is unavailable when it is no database, and is left as it was', async () => {
    const path = freshPath();
    writeFileSync(path, 'this is no database, but it is somebody’s file. '.repeat(100));
    await expect(open(path).find('a')).rejects.toMatchObject({ code: 'store-unavailable' });
    expect(statSync(path).size).toBeGreaterThan(4000);
  });

  it('is unavailable when another release wrote it', async () => {
    const path = freshPath();
    const other = new DatabaseSync(path);
    other.exec('PRAGMA user_version = 99');
    other.close();
    await expect(open(path).find('a')).rejects.toThrow(/schema version 99/);
  });

  it('is unavailable when a row in it cannot be read', async () => {
    const path = freshPath();
    const store = open(path);
    await store.replace(fullRow('a', 1), 0);
    const other = new DatabaseSync(path);
    other.exec("UPDATE ledger SET row = '{'");
    other.close();
    await expect(store.find('a')).rejects.toMatchObject({ code: 'store-unavailable' });
  });

  it('is opened anew when it was moved away, so that two gateways never keep two ledgers', async () => {
    const path = freshPath();
    const store = open(path);
    await store.replace(fullRow('a', 1), 0);
    for (const suffix of ['', '-wal', '-shm']) {
      if (existsSync(path + suffix)) renameSync(path + suffix, `${path}.old${suffix}`);
    }
    const newcomer = open(path);
    await newcomer.replace(fullRow('b', 1), 0);
    expect((await store.find('b')).row?.version).toBe(1);
    expect((await store.find('a')).row).toBeUndefined();
  });
});
