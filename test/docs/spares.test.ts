import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openCrm, openFolder } from '../harness/world.ts';
import { ROOT } from './commands.ts';
import { openTerminal } from './terminal.ts';

// What stands in for programs that a machine may not have.
const spare = (name: string) => `'${process.execPath}' '${join(ROOT, 'test', 'docs', `spare-${name}.ts`)}'`;

test('curl sends what it is told to, and shows the head of the answer', async () => {
  const crm = await openCrm();
  const terminal = openTerminal(openFolder(), {});
  const { code, output } = await terminal.run(
    `${spare('curl')} -i -X PATCH ${crm.url}/api/DeliveryNotes/45 -H 'Content-Type: application/json' -d '{"note":"a: b"}'`,
  );
  expect([code, output]).toEqual([
    0,
    expect.stringMatching(/^HTTP\/1\.1 200 OK\r\n.*\r\n\r\n\{.*"note":"a: b"/s),
  ]);
  expect(crm.saves[0]).toMatchObject({ method: 'PATCH', body: Buffer.from('{"note":"a: b"}') });
});

test('openssl gives as many bytes as it is asked for, others each time', async () => {
  const terminal = openTerminal(openFolder(), {});
  const once = await terminal.run(`${spare('openssl')} rand -base64 48`);
  expect(Buffer.from(once.output, 'base64')).toHaveLength(48);
  expect(await terminal.run(`${spare('openssl')} rand -base64 48`)).not.toEqual(once);
  expect(await terminal.run(`${spare('openssl')} genrsa`)).toMatchObject({ code: 1 });
});

test('what is assigned or exported stays for the commands after it', async () => {
  const terminal = openTerminal(openFolder(), {});
  await terminal.run('export A=$(printf 1)');
  await terminal.run('B="$A"2');
  expect(await terminal.run('printf "%s" "$A$B"')).toEqual({ code: 0, output: '112' });
  expect(await terminal.run('C=$(exit 3)')).toMatchObject({ code: 3 });
});
