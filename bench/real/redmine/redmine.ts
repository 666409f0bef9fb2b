import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { findInstalled, findProgram } from '../../../test/harness/debian-program.ts';
import { freePort } from '../../../test/harness/free-port.ts';
import { startChild } from '../process.ts';
import { call, type System } from '../system.ts';
import { clientOf } from './client.ts';

const HOME = '/usr/share/redmine';
const SEED = fileURLToPath(new URL('seed.rb', import.meta.url));

/** Debian's Redmine on SQLite, with an instance in the folder: what the package set up for itself stays as it is. */
export async function openRedmine(folder: string): Promise<System> {
  await findInstalled({
    packages: ['redmine', 'redmine-sqlite'],
    find: () => (existsSync(join(HOME, 'config.ru')) ? HOME : undefined),
    missing: 'this needs Redmine: apt-get install redmine redmine-sqlite',
  });
  const puma = await findProgram('puma', 'puma');
  const [config, database, keysFile] = ['config', 'redmine.sqlite', 'keys.json'].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  for (const name of ['config', 'files', 'log', 'public', 'tmp'])
    mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(
    join(config, 'database.yml'),
    `production:\n  adapter: sqlite3\n  database: ${database}\n  encoding: utf8\n  timeout: 10000\n`,
  );
  writeFileSync(join(config, 'secret_key.txt'), '0123456789abcdef0123456789abcdef');
  const env = {
    RAILS_ENV: 'production',
    // Instances are named by their place below that of Debian's own.
    REDMINE_INSTANCE: relative(join(HOME, 'instances'), folder),
    REDMINE_LANG: 'en',
    SCHEMA: '/dev/null',
  };
  if (!existsSync(keysFile)) {
    const ruby = (...words: string[]) =>
      promisify(execFile)('bundle', ['exec', ...words], { cwd: HOME, env: { ...process.env, ...env } });
    await ruby('rake', 'db:migrate');
    await ruby('rake', 'redmine:load_default_data');
    const { stdout } = await ruby('rails', 'runner', SEED);
    writeFileSync(keysFile, /^\{.*\}$/m.exec(stdout)?.[0] ?? '');
  }
  const keys = JSON.parse(readFileSync(keysFile, 'utf8')) as { admin: string; rep: string };
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const command = [puma, '-b', `tcp://127.0.0.1:${port}`, '-t', '1:3', join(HOME, 'config.ru')];
  const child = await startChild(command, { cwd: folder, env, isUp: url });
  const admin = { 'x-redmine-api-key': keys.admin };
  const direct = (method: string, path: string, body?: unknown) => call(`${url}${path}`, method, body, admin);
  return {
    url,
    client: async (gateway) => clientOf(gateway, keys.rep, url),
    async stored() {
      const { issue } = (await direct('GET', '/issues/1.json')) as {
        issue: { status: { id: number }; project: { id: number } };
      };
      const { project } = (await direct('GET', '/projects/1.json')) as {
        project: { custom_fields: { id: number; value: string }[] };
      };
      const email = project.custom_fields.find(({ id }) => id === 1)?.value;
      return { status: issue.status.id, owner: issue.project.id, email };
    },
    async reset() {
      const custom_fields = [{ id: 1, value: 'ann@example.com' }];
      await direct('PUT', '/projects/1.json', { project: { custom_fields } });
      await direct('PUT', '/issues/1.json', { issue: { project_id: 1, status_id: 1 } });
    },
    stop: () => child.stop(),
  };
}
