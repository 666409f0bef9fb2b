import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { answersAt } from './answers-at.ts';
import { findProgram } from './debian-program.ts';

/** A front proxy that runs with a file of `countersign routes`, as its page tells people to use it. */
export type FrontProxy = { stop(): Promise<void> };

type Set = {
  readonly program: string;
  readonly package: string;
  /** Writes what stands around the file, and gives the arguments. */
  around(folder: string, file: string): readonly string[];
};

const APACHE_MODULES = ['mpm_event', 'authz_core', 'proxy', 'proxy_http', 'rewrite', 'headers', 'setenvif'];

const PROXIES: Readonly<Record<'nginx' | 'haproxy' | 'caddy' | 'apache', Set>> = {
  nginx: {
    program: 'nginx',
    package: 'nginx',
    around(folder, file) {
      const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
        (name) => `${name}_temp_path ${folder}/${name};`,
      );
      const main = join(folder, 'main.conf');
      writeFileSync(
        main,
        `daemon off; master_process off; pid ${folder}/pid; error_log stderr warn; events {}
http { access_log off; proxy_intercept_errors on; ${temporary.join(' ')} include ${file}; }\n`,
      );
      return ['-c', main, '-p', folder, '-e', 'stderr'];
    },
  },
  haproxy: {
    program: 'haproxy',
    package: 'haproxy',
    around(folder, file) {
      const main = join(folder, 'main.cfg');
      writeFileSync(
        main,
        'global\n  maxconn 500\ndefaults\n  mode http\n  timeout connect 5s\n  timeout client 60s\n  timeout server 60s\n',
      );
      return ['-db', '-f', main, '-f', file];
    },
  },
  caddy: {
    program: 'caddy',
    package: 'caddy',
    around(folder, file) {
      const main = join(folder, 'Caddyfile');
      writeFileSync(main, `{\n\tadmin off\n}\nimport ${file}\n`);
      return ['run', '--config', main, '--adapter', 'caddyfile'];
    },
  },
  apache: {
    program: 'apache2',
    package: 'apache2-bin',
    around(folder, file) {
      const main = join(folder, 'main.conf');
      const modules = APACHE_MODULES.map(
        (name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`,
      );
      writeFileSync(
        main,
        `ServerRoot ${folder}\nServerName localhost\nDefaultRuntimeDir ${folder}\nPidFile ${folder}/pid\nMutex fcntl:${folder}
ErrorLog ${folder}/error.log\n${modules.join('\n')}\nUser nobody\nGroup nogroup\nStartServers 1\nInclude ${file}\n`,
      );
      return ['-DFOREGROUND', '-f', main];
    },
  },
};

export type FrontName = keyof typeof PROXIES;
export const FRONT_NAMES = Object.keys(PROXIES) as FrontName[];

/** Starts the proxy with the file and waits until it takes connections at the port. */
export async function startFrontProxy(name: FrontName, text: string, port: number): Promise<FrontProxy> {
  const { program, package: packageName, around } = PROXIES[name];
  const path = await findProgram(program, packageName);
  const folder = mkdtempSync(join(tmpdir(), 'countersign-front-'));
  const file = join(folder, 'routes.conf');
  writeFileSync(file, text);
  const log = join(folder, 'log');
  const args = around(folder, file);
  const child = spawn('/bin/sh', ['-c', 'exec "$0" "$@" > "$LOG" 2>&1', path, ...args], {
    env: { ...process.env, LOG: log, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder },
    stdio: 'ignore',
  });
  const end = () => void child.kill('SIGKILL');
  process.once('exit', end);
  while (!(await answersAt(port))) {
    if (isOver(child)) throw new Error(`${name} did not start: ${readFileSync(log, 'utf8')}`);
    await pause(20);
  }
  return {
    async stop() {
      process.off('exit', end);
      const over = once(child, 'exit');
      if (!isOver(child)) {
        child.kill('SIGTERM');
        const late = setTimeout(end, 3_000);
        await over;
        clearTimeout(late);
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const isOver = ({ exitCode, signalCode }: ChildProcess) => exitCode !== null || signalCode !== null;
