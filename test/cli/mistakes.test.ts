import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { runProgram } from '../../src/cli/program.ts';
import { SECRET } from '../harness/delivery.ts';

const GOOD = `version: 1
upstream: { url: http://127.0.0.1:9 }
secret: { env: COUNTERSIGN_SECRET }
store: { kind: sqlite, path: ledger.db }
modules:
  DeliveryNotes: { dialect: rest, path: /api/DeliveryNotes }
channels:
  email: { kind: outbox }
rules:
  - id: 7
    name: Delivery
    module: DeliveryNotes
    when: { changed_to: [status, Delivered] }
    send: { to: [{ channel: email, address: email }] }
`;
const CASES = `config: ../good.yaml
cases:
  - name: a delivery
    request: { method: PUT, path: /api/DeliveryNotes/45, body: { status: Delivered } }
    before: { status: x, email: paula@example.test }
    expect: pass
`;

/** What is typed, and all that is printed. A mistake of the command line ends with a hint where help is. */
const MISTAKES: readonly (readonly [typed: string, code: number, printed: string])[] = [
  ['chek', 2, 'countersign: unknown command "chek" (did you mean "check"?)\nTry: countersign --help\n'],
  ['frobnicate', 2, 'countersign: unknown command "frobnicate"\nTry: countersign --help\n'],
  [
    'good.yaml',
    2,
    'countersign: unknown command "good.yaml" (did you mean "-c good.yaml"?)\nTry: countersign --help\n',
  ],
  [
    'help simulat',
    2,
    'countersign: unknown command "simulat" (did you mean "simulate"?)\nTry: countersign --help\n',
  ],
  [
    'check --confg good.yaml',
    2,
    'countersign: unknown option "--confg" (did you mean "--config"?)\nTry: countersign check --help\n',
  ],
  ['check -x', 2, 'countersign: unknown option "-x"\nTry: countersign check --help\n'],
  ['check --verbose', 2, 'countersign: unknown option "--verbose"\nTry: countersign check --help\n'],
  ['--port 8080', 2, 'countersign: unknown command "8080"\nTry: countersign --help\n'],
  ['check -c', 2, 'countersign: -c needs a value\nTry: countersign check --help\n'],
  ['check -c --help', 2, 'countersign: -c needs a value\nTry: countersign check --help\n'],
  ['check --config=', 2, 'countersign: --config needs a value\nTry: countersign check --help\n'],
  ['fmt --check=yes', 2, 'countersign: --check takes no value\nTry: countersign fmt --help\n'],
  [
    'check good.yaml',
    2,
    'countersign: unexpected argument "good.yaml" (did you mean "-c good.yaml"?)\nTry: countersign check --help\n',
  ],
  ['serve now', 2, 'countersign: unexpected argument "now"\nTry: countersign serve --help\n'],
  [
    'audit',
    2,
    'countersign: missing subcommand: audit verify, show, prove, check, key\nTry: countersign audit --help\n',
  ],
  [
    'audit verfy a.jsonl',
    2,
    'countersign: unknown subcommand "verfy" (did you mean "verify"?)\nTry: countersign audit --help\n',
  ],
  ['audit verify', 2, 'countersign: missing AUDIT file\nTry: countersign audit --help\n'],
  ['audit check', 2, 'countersign: missing PROOF file\nTry: countersign audit --help\n'],
  ['audit prove a.jsonl', 2, 'countersign: --save is missing\nTry: countersign audit --help\n'],
  ['audit show --record 45 a.jsonl', 1, 'countersign: a.jsonl cannot be read: there is no such file\n'],
  ['simulate', 2, 'countersign: --request is missing\nTry: countersign simulate --help\n'],
  [
    'simulate --request a.http --expect otp-requird',
    2,
    'countersign: --expect must be one of pass, otp-required, refused (did you mean "otp-required"?)\nTry: countersign simulate --help\n',
  ],
  ['simulate --request a.http', 1, 'countersign: a.http cannot be read: there is no such file\n'],
  ['preview', 2, 'countersign: --rule is missing\nTry: countersign preview --help\n'],
  ['preview -c good.yaml --rule 8', 4, 'countersign: no rule has the id or the name "8"; there are 7\n'],
  [
    'report --format xml a.log',
    2,
    'countersign: --format must be one of text, json\nTry: countersign report --help\n',
  ],
  ['test', 2, 'countersign: missing DIR or FILE\nTry: countersign test --help\n'],
  [
    'test a b',
    2,
    'countersign: unexpected argument "b": give one folder, or one file\nTry: countersign test --help\n',
  ],
  [
    'test --format junt rules',
    2,
    'countersign: --format must be one of text, json, junit (did you mean "junit"?)\nTry: countersign test --help\n',
  ],
  [
    'completion',
    2,
    'countersign: missing shell: completion bash, zsh, fish\nTry: countersign completion --help\n',
  ],
  [
    'completion bsh',
    2,
    'countersign: unknown shell "bsh" (did you mean "bash"?)\nTry: countersign completion --help\n',
  ],
  ['check -c nowhere.yaml', 3, 'nowhere.yaml  error  cannot be read: there is no such file\n'],
  [
    'check -c misspelt.yaml',
    3,
    `misspelt.yaml:2:38  error  upstream.timout: unknown key (did you mean "timeout"?)
   2 | upstream: { url: http://127.0.0.1:9, timout: 3s }
     |                                      ^
`,
  ],
  [
    'check -c shortened.yaml',
    3,
    `shortened.yaml:6:29  error  modules.DeliveryNotes.dialect: must be one of rest, suitecrm, espocrm, salesforce, vtiger-webservice, vtiger-rest, odata, graphql, frappe, odoo (did you mean "vtiger-webservice"?)
   6 |   DeliveryNotes: { dialect: vtiger, path: /api/DeliveryNotes }
     |                             ^
`,
  ],
  [
    'serve -c broken.yaml',
    3,
    `broken.yaml:3:1  error  cannot be read: flow map in block collection must be sufficiently indented and end with a }
   3 | secret: { env: COUNTERSIGN_SECRET }
     | ^
`,
  ],
  [
    'preview -c plain.yaml --rule 7',
    3,
    `plain.yaml:3:9  error  secret: must be { env: NAME }, { file: path } or a list of those
   3 | secret: ***
     |         ^
`,
  ],
  [
    'test rules/wrong.test.yaml',
    2,
    `rules/wrong.test.yaml:6:13  error  cases[0].expect: must be one of pass, otp-required, refused (did you mean "pass"?)
   6 |     expect: pas
     |             ^
`,
  ],
  [
    'test rules/good.test.yaml',
    4,
    'FAIL  a delivery (rules/good.test.yaml:3)\n      expected pass, got otp-required',
  ],
];

describe('mistakes', () => {
  const before = process.cwd();
  let printed = '';
  let folder = '';

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'countersign-mistakes-'));
    const put = (name: string, text: string) => writeFileSync(join(folder, name), text);
    put('good.yaml', GOOD);
    put('misspelt.yaml', GOOD.replace('9 }', '9, timout: 3s }'));
    put('shortened.yaml', GOOD.replace('dialect: rest', 'dialect: vtiger'));
    put('broken.yaml', GOOD.replace('http://127.0.0.1:9 }', 'http://127.0.0.1:9'));
    put('plain.yaml', GOOD.replace('{ env: COUNTERSIGN_SECRET }', SECRET));
    mkdirSync(join(folder, 'rules'));
    put('rules/good.test.yaml', CASES);
    put('rules/wrong.test.yaml', CASES.replace('expect: pass', 'expect: pas'));
    process.chdir(folder);
    process.env['COUNTERSIGN_SECRET'] = SECRET;
  });
  afterAll(() => {
    process.chdir(before);
    delete process.env['COUNTERSIGN_SECRET'];
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(() => {
    printed = '';
    for (const stream of [process.stdout, process.stderr])
      vi.spyOn(stream, 'write').mockImplementation((chunk) => {
        printed += String(chunk);
        return true;
      });
    return () => vi.restoreAllMocks();
  });

  test('there are thirty at least', () => {
    expect(MISTAKES.length).toBeGreaterThanOrEqual(30);
  });

  test.each(MISTAKES)('countersign %s', async (typed, code, wanted) => {
    expect(await runProgram(typed.split(' '))).toBe(code);
    if (code === 4) expect(printed).toContain(wanted);
    else expect(printed).toBe(wanted);
  });
});
