import { type ChildProcess, execFile, spawn } from 'node:child_process';
import {
  appendFileSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { freePort } from './free-port.ts';
import { findPostgresPrograms } from './postgres-binary.ts';

/** A real server of its own, with an empty database `countersign` and the roles `admin`, who may everything, and `gate`. */
export type PostgresServer = {
  readonly port: number;
  readonly url: string;
  /** Runs a statement as `admin`, past all that is tested. */
  sql(text: string): Promise<readonly Record<string, unknown>[]>;
  /** The same in this database. */
  in(database: string, text: string): Promise<readonly Record<string, unknown>[]>;
  /** Sets lines of `postgresql.conf`, and has them read. */
  configure(...lines: readonly string[]): Promise<void>;
  /** Ends it as a crash would. `start` brings it back on the same port. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** A standby that follows it, under this name. */
  follow(name: string): Promise<PostgresServer>;
  /** Makes the standby a primary. */
  promote(): Promise<void>;
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
};

const HOST = '127.0.0.1';

/** Postgres does not run as root: then it is run as nobody. */
const AS_ROOT = process.getuid?.() === 0;
const USER = AS_ROOT ? { uid: 65534, gid: 65534 } : {};

/** Ends the server when the input ends, and with it this process, however it dies. */
const KEEPER = `
  "$@" & echo $!
  cat > /dev/null
  kill -QUIT $! 2> /dev/null; wait 2> /dev/null`;

export async function startPostgres(): Promise<PostgresServer> {
  const folder = ownFolder();
  const data = join(folder, 'data');
  const programs = await findPostgresPrograms();
  const options = ['-D', data, '-A', 'trust', '-U', 'admin', '-E', 'UTF8', '--locale=C', '--no-sync'];
  await promisify(execFile)(join(programs, 'initdb'), options, { ...USER, cwd: folder });
  const server = await open(folder, programs);
  await server.sql('CREATE ROLE gate LOGIN');
  await server.sql('CREATE DATABASE countersign OWNER gate');
  return server;
}

const MOST_STARTS = 20;
const STILL_THERE = /shared memory block .* is still in use/;
const LAST_WORDS = 500;

async function open(folder: string, programs: string): Promise<PostgresServer> {
  const data = join(folder, 'data');
  const port = await freePort();
  appendFileSync(
    join(data, 'postgresql.conf'),
    `\nlisten_addresses = '${HOST}'\nport = ${port}\nunix_socket_directories = ''\nshared_buffers = 16MB\nwal_keep_size = 64MB\nhot_standby_feedback = on\nwal_receiver_status_interval = 1s\n`,
  );
  appendFileSync(join(data, 'pg_hba.conf'), `\nhost replication all ${HOST}/32 trust\n`);
  const log = join(folder, 'postgres.log');
  let keeper: ChildProcess | undefined;
  let pid = 0;

  const sql = (text: string) => query('postgres', text);

  async function query(database: string, text: string): Promise<readonly Record<string, unknown>[]> {
    const client = new pg.Client({ host: HOST, port, user: 'admin', database });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query(text)).rows ?? [];
    } finally {
      await client.end();
    }
  }

  /** Those that served a killed one's clients end in their own time, and hold its memory until then: it does not start meanwhile. */
  async function start(): Promise<void> {
    for (let times = 1; !(await isStarted()); times++) {
      const said = existsSync(log) ? readFileSync(log, 'utf8') : '';
      if (times === MOST_STARTS || !STILL_THERE.test(said.slice(-LAST_WORDS)))
        throw new Error(`Postgres did not start: ${said}`);
      await pause(500);
    }
  }

  async function isStarted(): Promise<boolean> {
    const words = [join(programs, 'postgres'), '-D', data, '-c', 'logging_collector=off'];
    const kept = spawn('/bin/sh', ['-c', `exec 2>> ${log};${KEEPER}`, 'sh', ...words], {
      ...USER,
      cwd: folder,
      stdio: ['pipe', 'pipe', 'ignore'],
      detached: true,
    });
    keeper = kept;
    pid = await new Promise<number>((resolve) => kept.stdout?.once('data', (out) => resolve(Number(out))));
    for (let tries = 0; ; tries++) {
      const isUp = await sql('SELECT 1').then(
        () => true,
        () => false,
      );
      if (isUp) return true;
      if (tries > 600 || kept.exitCode !== null) return false;
      await pause(50);
    }
  }

  async function end(): Promise<void> {
    const ending = keeper;
    keeper = undefined;
    if (!ending) return;
    const over = new Promise<void>((resolve) => ending.once('exit', () => resolve()));
    ending.stdin?.end();
    await over;
  }

  await start();
  return {
    port,
    url: `postgres://${HOST}:${port}/countersign`,
    sql,
    in: query,
    async configure(...lines) {
      appendFileSync(join(data, 'postgresql.conf'), `\n${lines.join('\n')}\n`);
      await sql('SELECT pg_reload_conf()');
      await pause(100);
    },
    async kill() {
      process.kill(pid, 'SIGKILL');
      await end();
      rmSync(join(data, 'postmaster.pid'), { force: true });
    },
    start,
    async follow(name) {
      const place = ownFolder();
      const words = [
        '-h',
        HOST,
        '-p',
        String(port),
        '-U',
        'admin',
        '-D',
        join(place, 'data'),
        '-R',
        '-c',
        'fast',
      ];
      await promisify(execFile)(join(programs, 'pg_basebackup'), [...words, '--no-sync', '-X', 'stream'], {
        ...USER,
        cwd: place,
      });
      writeFileSync(
        join(place, 'data', 'postgresql.auto.conf'),
        `primary_conninfo = 'host=${HOST} port=${port} user=admin application_name=${name}'\n`,
      );
      return open(place, programs);
    },
    async promote() {
      await sql('SELECT pg_promote()');
    },
    async stop() {
      await end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function ownFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-postgres-'));
  if (AS_ROOT) chownSync(folder, 65534, 65534);
  return folder;
}
