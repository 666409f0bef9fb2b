import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { stringify } from 'yaml';
import { deliveryOptions, SECRET } from '../harness/delivery.ts';
import { until } from '../harness/until.ts';
import { openFolder } from '../harness/world.ts';
import { plainEnvironment, ROOT } from '../package/packed.ts';

test.each([
  ['one process', {}],
  ['workers', { workers: 2, store: { kind: 'sqlite', path: './ledger.db' } }],
])(
  'npm start hands SIGTERM on, and ends after the gateway: %s',
  async (_, changes) => {
    const file = join(openFolder(), 'countersign.yaml');
    const secret = { env: 'COUNTERSIGN_SECRET' };
    const options = {
      version: 1,
      channels: { email: { kind: 'outbox' } },
      ...deliveryOptions('http://127.0.0.1:9'),
    };
    writeFileSync(
      file,
      stringify({
        ...options,
        store: { kind: 'memory' },
        ...changes,
        secret,
        listen: { port: 0 },
        admin: false,
        log: { level: 'info' },
      }),
    );
    const npm = spawn('npm', ['start', '--', 'serve', '-c', file], {
      cwd: ROOT,
      env: { ...plainEnvironment(), COUNTERSIGN_SECRET: SECRET },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void npm.kill('SIGKILL'));
    let said = '';
    npm.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    const all = textOf(npm.stdout);
    await until(() => said.includes('countersign is listening'));
    const ended = new Promise<number | null>((resolve) => npm.once('exit', (code) => resolve(code)));
    npm.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(await all).toContain('countersign is closing');
  },
  240_000,
);
