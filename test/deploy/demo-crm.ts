import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { freePort } from '../harness/free-port.ts';
import { until } from '../harness/until.ts';
import { openFolder } from '../harness/world.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

type Crm = {
  readonly command: readonly string[];
  readonly working_dir: string;
  readonly volumes: readonly string[];
  readonly tmpfs: readonly string[];
};

/** The CRM of compose.yaml: its command, in a folder with its mounts and nothing else; on a port of its own. Gives its address. */
export async function startDemoCrm(): Promise<string> {
  const { services } = parse(readFileSync(join(ROOT, 'compose.yaml'), 'utf8')) as {
    readonly services: { readonly crm: Crm };
  };
  const { crm } = services;
  const root = openFolder();
  for (const [source = '', target = ''] of crm.volumes.map((mount) => mount.split(':'))) {
    const place = join(root, target);
    mkdirSync(statSync(join(ROOT, source)).isDirectory() ? place : posix.dirname(place), { recursive: true });
    cpSync(join(ROOT, source), place, { recursive: true });
  }
  expect(crm.tmpfs).toEqual(['/tmp']);
  const port = await freePort();
  const [program, ...words] = crm.command;
  expect(program).toBe('node');
  const options = JSON.parse(words.at(-1) ?? '') as object;
  const child = spawn(
    process.execPath,
    [...words.slice(0, -1), JSON.stringify({ ...options, folder: root, port })],
    {
      cwd: join(root, crm.working_dir),
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  onTestFinished(() => void child.kill('SIGKILL'));
  const url = `http://127.0.0.1:${port}`;
  let isUp = false;
  void (async () => {
    while (!isUp && child.exitCode === null)
      isUp = await fetch(url).then(
        () => true,
        () => false,
      );
  })();
  await until(() => {
    if (child.exitCode !== null) throw new Error(`the CRM ended with ${child.exitCode}`);
    return isUp;
  });
  return url;
}
