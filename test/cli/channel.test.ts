import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { gatewayOptions } from '../harness/delivery.ts';
import { openFolder } from '../harness/world.ts';
import { run } from './run.ts';
import { runHere } from './run-here.ts';

/** The configuration of which channels are asked, in this folder. */
function configured(folder: string): string {
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
  return path;
}

const env = { SECRET: 's'.repeat(32), NO_COLOR: '1' };

test('a test message is sent, says that it is one, and its address is masked', () => {
  const folder = openFolder();
  const words = ['channel', 'test', 'email', 'ann@example.com', '-c', configured(folder)];
  const { code, out } = run(words, folder, env);
  expect([code, out]).toEqual([0, 'accepted: a***@***.com by email\n']);
  const [file = ''] = readdirSync(join(folder, 'outbox'));
  expect(JSON.parse(readFileSync(join(folder, 'outbox', file), 'utf8'))).toMatchObject({
    address: 'ann@example.com',
    text: 'This is a test of countersign. Its code is 000000 and opens nothing.',
  });
});

test('a provider that cannot be reached refused it, and the reason is told', async () => {
  const words = ['channel', 'test', 'sms', '+12015550123', '-c', configured(openFolder())];
  const { code, out } = await runHere(words, undefined, env);
  expect([code, out]).toEqual([4, 'refused: ***23 by sms (ECONNREFUSED)\n']);
});

test.each([
  [['test', 'emial', 'ann@example.com'], 2, 'there is no channel "emial" (did you mean "email"?)'],
  [['test', 'email'], 2, 'missing ADDRESS'],
  [['send'], 2, 'missing subcommand: channel test'],
  [['test', 'sms', 'ann@example.com'], 4, 'refused: the channel sms takes no such address (phone)'],
])('%j is answered in a sentence', async (words, code, text) => {
  const ran = await runHere(['channel', ...words, '-c', configured(openFolder())], undefined, env);
  expect(ran.err).toContain(text);
  expect(ran.code).toBe(code);
});
