import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { freePort } from './free-port.ts';
import { findRedisProgram } from './redis-binary.ts';

/** A real server of its own, with an empty folder. */
export type RedisServer = {
  readonly host: string;
  readonly port: number;
  readonly url: string;
  /** Sends a command, past all that is tested, and gives the answer. */
  call(command: string, ...args: (string | number)[]): Promise<unknown>;
  /** Stops it answering, without closing anything. */
  stall(): void;
  goOn(): void;
  /** Ends it as a crash would. `start` brings it back on the same port, with what it had on the disk. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
};

export type RedisServerOptions = {
  /** Lines of its configuration. */
  readonly lines?: readonly string[];
  readonly sentinel?: boolean;
  /** PEM texts, for a server that speaks TLS only. */
  readonly tls?: { readonly certificate: string; readonly privateKey: string };
};

const HOST = '127.0.0.1';

/*
 * The shell ends the server and removes the folder when its input ends: that is when it is told to, and when this process
 * dies, however it dies. It has a group of its own, which no signal to ours reaches. `$1` is the folder.
 */
const KEEPER = `
  folder=$1; shift
  "$@" & echo $!
  cat > /dev/null
  kill -KILL $! 2> /dev/null; wait 2> /dev/null
  [ -e "$folder/keep" ] || rm -rf "$folder"`;

export async function startRedis(options: RedisServerOptions = {}): Promise<RedisServer> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-redis-'));
  const program = join(folder, 'redis-server');
  symlinkSync(await findRedisProgram(), program);
  const port = await freePort();
  const file = join(folder, 'redis.conf');
  const listen = options.tls ? tlsLines(folder, port, options.tls) : [`port ${port}`];
  const plain = options.sentinel
    ? []
    : ['save ""', 'appendonly no', 'repl-diskless-sync-delay 0', 'repl-ping-replica-period 1'];
  const lines = [`bind ${HOST}`, ...listen, `dir ${folder}`, 'logfile redis.log', ...plain];
  writeFileSync(file, [...lines, ...(options.lines ?? []), ''].join('\n'));

  let keeper: ChildProcess | undefined;
  let pid = 0;
  const client = new Redis({
    host: HOST,
    port,
    lazyConnect: true,
    enableReadyCheck: false,
    retryStrategy: null,
    ...(options.tls ? { tls: { rejectUnauthorized: false } } : {}),
  });
  client.on('error', () => {});

  async function call(command: string, ...args: (string | number)[]): Promise<unknown> {
    if (client.status === 'end') await client.connect();
    return client.call(command, ...args.map(String));
  }

  async function start(): Promise<void> {
    const kept = spawn(
      '/bin/sh',
      ['-c', KEEPER, 'sh', folder, program, file, ...(options.sentinel ? ['--sentinel'] : [])],
      {
        stdio: ['pipe', 'pipe', 'ignore'],
        detached: true,
      },
    );
    keeper = kept;
    pid = await new Promise<number>((resolve) => kept.stdout.once('data', (data) => resolve(Number(data))));
    for (;;) {
      const answer = await call('PING').catch((error: Error) => error.message);
      if (answer === 'PONG') return;
      if (!isAlive(pid))
        throw new Error(`Redis did not start: ${readFileSync(join(folder, 'redis.log'), 'utf8')}`);
      await pause(10);
    }
  }

  async function end(): Promise<void> {
    const ending = keeper;
    keeper = undefined;
    client.disconnect();
    if (!ending) return;
    const over = new Promise<void>((resolve) => ending.once('exit', () => resolve()));
    ending.stdin?.end();
    await over;
  }

  await start();
  return {
    host: HOST,
    port,
    url: `${options.tls ? 'rediss' : 'redis'}://${HOST}:${port}`,
    call,
    stall: () => void process.kill(pid, 'SIGSTOP'),
    goOn: () => void process.kill(pid, 'SIGCONT'),
    async kill() {
      writeFileSync(join(folder, 'keep'), '');
      await end();
    },
    async start() {
      await start();
      rmSync(join(folder, 'keep'), { force: true });
    },
    async stop() {
      rmSync(join(folder, 'keep'), { force: true });
      await end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The server of `REDIS_URL`, where there is one, else one of our own. Keys that begin with `prefix` are removed at the end. */
export async function startAnyRedis(prefix: string): Promise<Pick<RedisServer, 'url' | 'stop'>> {
  const url = process.env['REDIS_URL'];
  if (!url) return startRedis();
  return {
    url,
    async stop() {
      const client = new Redis(url);
      for await (const keys of client.scanStream({ match: `${prefix}*` })) {
        if (keys.length > 0) await client.del(keys);
      }
      client.disconnect();
    },
  };
}

function tlsLines(
  folder: string,
  port: number,
  pem: NonNullable<RedisServerOptions['tls']>,
): readonly string[] {
  const [certificate, key] = [join(folder, 'certificate.pem'), join(folder, 'key.pem')];
  writeFileSync(certificate, pem.certificate);
  writeFileSync(key, pem.privateKey);
  return [
    'port 0',
    `tls-port ${port}`,
    `tls-cert-file ${certificate}`,
    `tls-key-file ${key}`,
    'tls-auth-clients no',
    `tls-ca-cert-file ${certificate}`,
  ];
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
