import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { gatewayOptions } from '../harness/delivery.ts';
import { PROGRAM } from '../harness/program.ts';
import { openFolder } from '../harness/world.ts';

function run(folder: string, ...words: readonly string[]) {
  const path = join(folder, 'countersign.yaml');
  const channels = {
    email: { kind: 'outbox', folder: './outbox' },
    sms: {
      kind: 'http',
      url: 'http://127.0.0.1:9/send',
      body: { form: { to: '{{to}}', text: '{{message}}' } },
    },
  };
  writeFileSync(
    path,
    stringify({ ...gatewayOptions('http://127.0.0.1:3000'), secret: { env: 'SECRET' }, channels }),
  );
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, 'channel', ...words, '-c', path], {
    encoding: 'utf8',
    env: { ...process.env, SECRET: 's'.repeat(32), NO_COLOR: '1' },
  });
  return { status, stdout, stderr };
}

test('a test message is sent, says that it is one, and its address is masked', () => {
  const folder = openFolder();
  const { status, stdout } = run(folder, 'test', 'email', 'ann@example.com');
  expect([status, stdout]).toEqual([0, 'accepted: a***@***.com by email\n']);
  const [file = ''] = readdirSync(join(folder, 'outbox'));
  expect(JSON.parse(readFileSync(join(folder, 'outbox', file), 'utf8'))).toMatchObject({
    address: 'ann@example.com',
    text: 'This is a test of countersign. Its code is 000000 and opens nothing.',
  });
});

test('a provider that cannot be reached refused it, and the reason is told', () => {
  const { status, stdout } = run(openFolder(), 'test', 'sms', '+12015550123');
  expect([status, stdout]).toEqual([4, 'refused: ***23 by sms (ECONNREFUSED)\n']);
});

test.each([
  [['test', 'emial', 'ann@example.com'], 2, 'there is no channel "emial" (did you mean "email"?)'],
  [['test', 'email'], 2, 'missing ADDRESS'],
  [['send'], 2, 'missing subcommand: channel test'],
  [['test', 'sms', 'ann@example.com'], 4, 'refused: the channel sms takes no such address (phone)'],
])('%j is answered in a sentence', (words, code, text) => {
  const { status, stderr } = run(openFolder(), ...words);
  expect(stderr).toContain(text);
  expect(status).toBe(code);
});
