import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { findInstalled, PROGRAM_FOLDERS, programIn } from '../../../test/harness/debian-program.ts';
import { freePort } from '../../../test/harness/free-port.ts';
import { type Child, startChild } from '../process.ts';

const DEBIANS = '/usr/share/wordpress';
const HERE = fileURLToPath(new URL('.', import.meta.url));
const PACKAGES = ['wordpress', 'php-cli', 'php-mysql', 'php-curl', 'php-xml', 'mariadb-server'];

/** The ids of the records of a run, and the application password of who works with them. */
export type Ids = {
  readonly password: string;
  readonly ann: number;
  readonly rep: number;
  readonly delivery: number;
  /** One of the rep's own, which is delivered. */
  readonly own: number;
  /** Where the status of the delivery is, by which pages name it. */
  readonly row: number;
};

/** Debian's WordPress on a MariaDB of its own, with a plug-in that makes a CRM of it. */
export async function startWordpress(folder: string): Promise<Child & Ids & { readonly url: string }> {
  const { php, mariadbd } = await findInstalled({
    packages: PACKAGES,
    find: found,
    missing: `this needs WordPress, PHP and MariaDB: apt-get install ${PACKAGES.join(' ')}`,
  });
  const database = await startMariadb(folder, mariadbd);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  writeSite(folder, url);
  const { stdout } = await promisify(execFile)(php, [join(folder, 'install.php')], { cwd: folder });
  const ids = JSON.parse(stdout.slice(stdout.lastIndexOf('\n') + 1)) as Ids;
  const words = [php, '-S', `127.0.0.1:${port}`, '-t', join(folder, 'site'), join(HERE, 'router.php')];
  const server = await startChild(words, { cwd: folder, isUp: url });
  return {
    ...ids,
    url,
    async stop() {
      await server.stop();
      await database.stop();
    },
  };
}

function found(): { readonly php: string; readonly mariadbd: string } | undefined {
  const php = programIn(PROGRAM_FOLDERS, 'php');
  const mariadbd = programIn(PROGRAM_FOLDERS, 'mariadbd');
  return php && mariadbd && existsSync(DEBIANS) ? { php, mariadbd } : undefined;
}

async function startMariadb(folder: string, mariadbd: string): Promise<Child> {
  const data = join(folder, 'data');
  const socket = join(folder, 'mariadb.sock');
  for (const old of [data, socket]) rmSync(old, { recursive: true, force: true });
  mkdirSync(data);
  const where = ['--no-defaults', `--datadir=${data}`, '--user=root'];
  await promisify(execFile)('mariadb-install-db', [
    ...where,
    '--auth-root-authentication-method=normal',
    '--skip-test-db',
  ]);
  const first = join(folder, 'first.sql');
  writeFileSync(first, 'CREATE DATABASE crm;\n');
  const words = [`--socket=${socket}`, `--pid-file=${join(folder, 'mariadb.pid')}`, `--init-file=${first}`];
  return startChild([mariadbd, ...where, ...words, '--skip-networking'], {
    cwd: folder,
    isUp: () => existsSync(socket),
  });
}

/** WordPress looks for its configuration beside itself, and Debian's is there: so it is copied. */
function writeSite(folder: string, url: string): void {
  const site = join(folder, 'site');
  if (!existsSync(site))
    cpSync(DEBIANS, site, { recursive: true, filter: (path) => !path.endsWith('wp-config.php') });
  const plugins = join(site, 'wp-content', 'mu-plugins');
  mkdirSync(plugins, { recursive: true });
  cpSync(join(HERE, 'crm.php'), join(plugins, 'crm.php'));
  cpSync(join(HERE, 'install.php'), join(folder, 'install.php'));
  const constants = {
    DB_NAME: 'crm',
    DB_USER: 'root',
    DB_PASSWORD: '',
    DB_HOST: `localhost:${join(folder, 'mariadb.sock')}`,
    WP_HOME: url,
    WP_SITEURL: url,
    WP_ENVIRONMENT_TYPE: 'local', // which may use application passwords without HTTPS
    DISABLE_WP_CRON: true,
    WP_HTTP_BLOCK_EXTERNAL: true,
  };
  const defined = Object.entries(constants).map(([name, value]) => `define('${name}', ${php(value)});`);
  const text = `<?php\n${defined.join('\n')}\n$table_prefix = 'wp_';\nrequire_once ABSPATH . 'wp-settings.php';\n`;
  writeFileSync(join(site, 'wp-config.php'), text);
}

function php(value: string | boolean): string {
  return typeof value === 'string' ? `'${value}'` : String(value);
}
