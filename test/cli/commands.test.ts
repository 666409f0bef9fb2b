import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { parse, stringify } from 'yaml';
import { COMMANDS } from '../../src/cli/commands.ts';
import { readTestFile, runCases } from '../../src/cli/rules/test-file.ts';
import { createGateway } from '../../src/gateway/gateway.ts';
import { deliveryOptions, deliveryRule, gatewayOptions } from '../harness/delivery.ts';
import { PROGRAM } from '../harness/program.ts';
import { openCrm, openFolder } from '../harness/world.ts';
import { run } from './run.ts';
import { runHere } from './run-here.ts';

// Each command is a process of its own, and a busy machine starts them slowly.
vi.setConfig({ testTimeout: 240_000 });

const configured = (changes: object = {}) =>
  stringify({
    version: 1,
    store: { kind: 'sqlite', path: './ledger.db' },
    channels: {
      email: {
        kind: 'smtp',
        host: 'mail.test',
        port: 587,
        from: 'a@b.test',
        user: 'u',
        password: { env: 'MAIL' },
      },
    },
    ...deliveryOptions('http://127.0.0.1:9'),
    secret: { env: 'COUNTERSIGN_SECRET' },
    ...changes,
  });

function folderWith(changes: object = {}): string {
  const folder = openFolder();
  writeFileSync(join(folder, 'countersign.yaml'), configured(changes));
  return folder;
}

const NEEDED = {
  name: 'a delivery needs the code',
  request: { method: 'PUT', path: '/api/DeliveryNotes/45', body: { status: 'Delivered' } },
  before: { status: 'x', email: 'paula@example.test' },
  expect: 'otp-required',
  rules: [7],
};

function casesIn(folder: string, ...cases: readonly object[]): void {
  mkdirSync(join(folder, 'rules'), { recursive: true });
  writeFileSync(
    join(folder, 'rules', 'delivery.test.yaml'),
    stringify({ config: '../countersign.yaml', cases }),
  );
}

describe('help', () => {
  test('lists every command, and each has an example of its own', async () => {
    const { code, out } = run(['--help']);
    expect(code).toBe(0);
    for (const [name, load] of Object.entries(COMMANDS)) {
      const { summary, help } = await load();
      expect(out).toContain(`  ${name.padEnd(14)}${summary}\n`);
      expect(help).toMatch(/^Usage/);
      expect(help).toContain('\nExample\n  countersign ');
    }
  });

  test('of one command is told by that command', () => {
    expect(run(['audit', '--help']).out).toContain('countersign audit verify');
    expect(run(['simulate', '--helpp'])).toMatchObject({ code: 2 });
    expect(run(['simulat'])).toMatchObject({ code: 2 });
  });
});

test('check says each of five faults with its place, and what a misspelt key was meant to be, and ends with 3', () => {
  const folder = openFolder();
  writeFileSync(
    join(folder, 'countersign.yaml'),
    `version: 1
upstream: { url: http://127.0.0.1:9, timout: 3s }
secret: { env: COUNTERSIGN_SECRET }
store: { kind: sqlite, path: ledger.db }
modules:
  DeliveryNotes: { dialect: rst, path: /api/DeliveryNotes }
channels:
  email: { kind: outbox }
rules:
  - id: 7
    name: Delivery
    module: DeliveryNote
    when: { changd_to: [status, Delivered] }
    code: { validFor: 5 minutes }
    send: { to: [ { channel: email, address: email } ] }
`,
  );
  const { code, out } = run(['check'], folder);
  expect(out.match(/^countersign.*$/gm)).toEqual([
    'countersign.yaml:2:38  error  upstream.timout: unknown key (did you mean "timeout"?)',
    expect.stringMatching(
      /^countersign\.yaml:6:29 {2}error {2}modules\.DeliveryNotes\.dialect: must be one of rest, .*\(did you mean "rest"\?\)$/,
    ),
    'countersign.yaml:12:13  error  rules[0].module: there is no module "DeliveryNote" (did you mean "DeliveryNotes"?)',
    'countersign.yaml:13:13  error  rules[0].when.changd_to: unknown operator (did you mean "changed_to"?)',
    'countersign.yaml:14:23  error  rules[0].code.validFor: must be a duration such as 500ms, 30s, 5m or 24h',
  ]);
  expect(code).toBe(3);
});

test.each([
  ['simulate', '--request', 'nowhere.http'],
  ['audit', 'show', '--record', '45', 'nowhere.jsonl'],
  ['audit', 'verify', '--without-secret', 'nowhere.jsonl'],
  ['test', 'nowhere'],
  ['report', 'nowhere.log'],
])('%s names a file that is not there, and ends with 1', async (...words) => {
  expect(await runHere(words, openFolder())).toEqual({
    code: 1,
    out: '',
    err: `countersign: ${words.at(-1)} cannot be read: there is no such file\n`,
  });
});

describe('test', () => {
  test('ends with 0 where all comes out as expected, in a place without secrets', () => {
    const folder = folderWith();
    const free = {
      ...NEEDED,
      name: 'a note is free',
      request: 'PUT /api/DeliveryNotes/45\nContent-Type: application/json\n\n{"note":"y"}',
      expect: 'pass',
      rules: [],
    };
    casesIn(folder, NEEDED, free);
    // A folder is what the program is given, and a secret that is not set no obstacle.
    const { status, stdout } = spawnSync(process.execPath, [PROGRAM, 'test', 'rules'], {
      cwd: folder,
      env: {},
      encoding: 'utf8',
    });
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: 'ok    a delivery needs the code\nok    a note is free\n2 cases, 0 failed\n',
    });
  });

  test('ends with 4 and says what came out instead', async () => {
    const folder = folderWith();
    casesIn(folder, NEEDED, { ...NEEDED, name: 'wrong <one>', expect: 'pass', rules: [] });
    const { code, out } = run(['test', '--format', 'json', 'rules'], folder);
    expect(code).toBe(4);
    const { ok, cases } = JSON.parse(out);
    expect(ok).toBe(false);
    expect(cases.map((each: { readonly ok: boolean }) => each.ok)).toEqual([true, false]);
    expect(cases[1].faults[0]).toMatch(/^expected pass, got otp-required \(otp-required: /);
    expect(cases[1].faults[1]).toBe('expected no rule to apply, but rule 7 did');
    const junit = await runHere(['test', '--format', 'junit', 'rules'], folder);
    expect(junit.code).toBe(4);
    expect(junit.out).toContain('<testsuites tests="2" failures="1">');
    expect(junit.out).toContain('name="wrong &lt;one&gt;"');
  });

  test('takes one file too, and a case whose request is none fails alone', async () => {
    const folder = folderWith();
    casesIn(folder, { ...NEEDED, name: 'garbage', request: 'garbage' }, NEEDED);
    const { code, out } = await runHere(['test', 'rules/delivery.test.yaml'], folder);
    expect(code).toBe(4);
    expect(out).toMatch(
      /^FAIL {2}garbage .*\n {6}the request cannot be read: [^\n]*\nok {4}a delivery needs the code\n/,
    );
  });

  test('of a file that is none, or of no file, ends with 2', async () => {
    const folder = folderWith();
    casesIn(folder, { ...NEEDED, expects: 'pass' });
    expect((await runHere(['test', 'rules'], folder)).code).toBe(2);
    expect((await runHere(['test', openFolder()])).code).toBe(2);
  });
});

test('the cases of the page on commands come out as they say', async () => {
  const folder = folderWith();
  const page = readFileSync(new URL('../../docs/cli.md', import.meta.url), 'utf8');
  const [, written = ''] = /```yaml\n(.*?)```/s.exec(page) ?? [];
  mkdirSync(join(folder, 'rules'));
  writeFileSync(join(folder, 'rules', 'page.test.yaml'), written);
  const results = await runCases(readTestFile(join(folder, 'rules', 'page.test.yaml')));
  expect(results.map(({ faults }) => faults)).toEqual([[], []]);
});

test('simulate says the verdict and why', async () => {
  const folder = folderWith();
  writeFileSync(
    join(folder, 'a.http'),
    'PUT /api/DeliveryNotes/45\nContent-Type: application/json\n\n{"status":"Delivered"}',
  );
  writeFileSync(join(folder, 'b.json'), '{"status":"x","email":"paula@example.test"}');
  const { code, out } = run(['simulate', '--request', 'a.http', '--before', 'b.json'], folder);
  expect(code).toBe(0);
  expect(out).toContain('otp-required: 428 otp-required\n');
  expect(out).toContain('  rule 7 applies: changed_to status Delivered\n');
  expect((await runHere(['simulate', '--request', 'a.http'], folder)).out).toContain(
    'give what is stored with --before',
  );
});

test('preview shows the message of a rule, and knows no other', async () => {
  const folder = folderWith();
  const { code, out } = run(['preview', '--rule', '7'], folder);
  expect(code).toBe(0);
  expect(out).toContain('123456 is your code for: Delivery Confirmation OTP. It is valid for 5 min.');
  expect(await runHere(['preview', '--rule', '8'], folder)).toMatchObject({ code: 4 });
});

test('preview shows each language', async () => {
  const send = {
    to: [{ channel: 'email', address: 'email' }],
    language: { field: 'language', default: 'es' },
    message: { en: '{{code}} delivers {{record.subject}}', es: '{{code}} entrega {{record.subject}}' },
    subject: { en: 'Your code', es: 'Su código' },
    changeMessage: { en: '{{code}} moves', es: '{{code}} cambia' },
  };
  const { out } = await runHere(['preview', '--rule', '7'], folderWith({ rules: [deliveryRule({ send })] }));
  expect(out).toBe(
    [
      '# es, where its criteria apply\nSubject: Su código\n\n123456 entrega (subject)\n\n',
      '# es, where the address changes, to the old one\nSubject: Su código\n\n123456 cambia\n\n',
      '# en, where its criteria apply\nSubject: Your code\n\n123456 delivers (subject)\n\n',
      '# en, where the address changes, to the old one\nSubject: Your code\n\n123456 moves\n\n',
    ].join(''),
  );
});

test('print-config shows the defaults, and where secrets are instead of what they are', () => {
  const folder = folderWith();
  const { code, out } = run(['print-config'], folder);
  expect(code).toBe(0);
  const shown = parse(out);
  expect(shown.unmappedWrites).toBe('refuse');
  expect(shown.secret).toEqual({ env: 'COUNTERSIGN_SECRET' });
  expect(shown.channels.email.password).toEqual({ env: 'MAIL' });
  expect(out).not.toContain('a secret for tests');
});

test('healthcheck ends with 0 where the gateway lives, and with 1 where none does', async () => {
  const crm = await openCrm();
  const gateway = createGateway(gatewayOptions(crm.url, { admin: { port: 0 } }));
  onTestFinished(gateway.close);
  const { adminUrl = '' } = await gateway.listen();
  const folder = folderWith({ admin: { host: '0.0.0.0', port: Number(new URL(adminUrl).port) } });
  // The gateway lives in this process, which has to be free to answer.
  const [asked] = await once(
    spawn(process.execPath, [PROGRAM, 'healthcheck', '--ready'], { cwd: folder }),
    'exit',
  );
  expect(asked).toBe(0);
  expect((await runHere(['healthcheck'], folderWith({ admin: { port: 9 } }))).code).toBe(1);
  expect((await runHere(['healthcheck'], folderWith({ admin: false }))).code).toBe(1);
});

test('the container asks by healthcheck', () => {
  const file = readFileSync(new URL('../../Dockerfile', import.meta.url), 'utf8');
  expect(file).toMatch(/HEALTHCHECK[^\n]*\\\n {2}CMD \["node", "dist\/main\.js", "healthcheck"\]/);
});
