import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { createOutbox } from '../../src/channels/outbox/outbox.ts';
import type { ConfigInput } from '../../src/config/schema/schema.ts';
import { SECRET } from '../harness/delivery.ts';
import { PROGRAM } from '../harness/program.ts';
import { startVtiger } from '../harness/vtiger-crm.ts';
import { ACCESS_KEY } from '../harness/vtiger-state.ts';
import { openGateway } from '../harness/world.ts';

const FOLDER = new URL('../../examples/vtiger/', import.meta.url);
const FILE = fileURLToPath(new URL('countersign.yaml', FOLDER));
const env = { ...process.env, COUNTERSIGN_SECRET: SECRET };

/** The commands of the walk, each with what its answer holds. */
const WALK = [
  ...readFileSync(new URL('README.md', FOLDER), 'utf8').matchAll(/^curl (.+)\n# answers (.+)$/gm),
].map(([, command = '', answer = '']) => ({ command, answer }));

/** What curl would send for the few options of the walk. */
function requestOf(command: string, variables: Readonly<Record<string, string>>): Request {
  const words = [...command.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, bare]) =>
      single ?? (double ?? bare ?? '').replace(/\$(\w+)/g, (_, name: string) => variables[name] ?? ''),
  );
  const form: string[] = [];
  let url = '';
  let method = 'GET';
  for (let index = 0; index < words.length; index++) {
    const [word = '', next = ''] = words.slice(index);
    if (word.startsWith('-')) index++;
    if (word === '-X') method = next;
    else if (word === '-d') form.push(next);
    else if (word === '--data-urlencode') {
      const [name = '', ...value] = next.split('=');
      form.push(`${name}=${encodeURIComponent(value.join('='))}`);
    } else url = word;
  }
  if (form.length === 0) return new Request(url, { method });
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return new Request(url, { method: 'POST', body: form.join('&'), headers });
}

describe('the example for Vtiger', () => {
  test('has a configuration without a problem', () => {
    const said = execFileSync(process.execPath, [PROGRAM, 'check', '-c', FILE], { env, encoding: 'utf8' });
    expect(said).not.toMatch(/error|warning/i);
  });

  test('has a walk that goes as it says', async () => {
    const crm = await startVtiger({ positional: true });
    onTestFinished(crm.close);
    const outbox = createOutbox({ addressKind: 'email' });
    // As in the file, but for the ports and folders of this machine.
    const { url } = await openGateway(
      {
        ...(parse(readFileSync(FILE, 'utf8')) as ConfigInput),
        ...{ secret: SECRET, listen: { port: 0 }, admin: false, upstream: { url: crm.url } },
        ...{ store: { kind: 'memory' }, audit: { kind: 'none' }, log: { level: 'silent' } },
      },
      { channels: { email: outbox } },
    );
    const variables: Record<string, string> = { BASE: url };
    expect(WALK).toHaveLength(9);
    for (const { command, answer } of WALK) {
      variables['CODE'] = outbox.lastCode() ?? '';
      const text = await (await fetch(requestOf(command, variables))).text();
      expect(text, command).toContain(answer);
      const [token] = /"token":"(\w+)"/.exec(text)?.slice(1) ?? [];
      if (token)
        variables['KEY'] = createHash('md5')
          .update(token + ACCESS_KEY)
          .digest('hex');
      const [session] = /"sessionName":"(\w+)"/.exec(text)?.slice(1) ?? [];
      if (session) variables['SESSION'] = session;
    }
    expect(outbox.messages().map(({ address }) => address)).toEqual(['ana@example.test', 'ana@example.test']);
    expect(crm.ticket['ticketstatus']).toBe('Closed');
  });
});
