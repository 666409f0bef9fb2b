import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatProblems } from '../../src/config/explain/problem.ts';
import { readConfigText } from '../../src/config/file/read-text.ts';
import { loadConfig } from '../../src/config/load.ts';
import { anyCharacter } from '../harness/any-character.ts';
import { aConfig } from './example.ts';

const folder = mkdtempSync(join(tmpdir(), 'countersign-config-'));

function written(text: string | Uint8Array): string {
  const file = join(folder, 'config.yaml');
  writeFileSync(file, text);
  return file;
}

test('A file with five faults names all five, each with its place and what was meant', () => {
  const file = written(`version: 1
upsteam:
  url: http://127.0.0.1:3000
secret: { env: SECRET }
store: { kind: sqllite, path: x.db }
modules:
  Notes: { dialect: rest, path: /api/Notes }
channels:
  email: { kind: outbox }
rules:
  - name: Delivery
    module: Note
    when:
      or:
        - { changedto: [status, Delivered] }
    code: { lenght: 6 }
    send: { to: [ { channel: email, address: email } ] }
`);
  const loaded = loadConfig(file, { SECRET: 'x'.repeat(32) });
  expect(formatProblems(loaded.ok ? [] : loaded.problems).split('\n')).toEqual([
    `${file}:2:1  error  upsteam: unknown key (did you mean "upstream"?)`,
    `${file}:5:16  error  store.kind: must be one of memory, sqlite, redis, postgres (did you mean "sqlite"?)`,
    `${file}:12:13  error  rules[0].module: there is no module "Note" (did you mean "Notes"?)`,
    `${file}:15:13  error  rules[0].when.or[0].changedto: unknown operator (did you mean "changed_to"?)`,
    `${file}:16:13  error  rules[0].code.lenght: unknown key (did you mean "length"?)`,
  ]);
});

test('A missing key is told at the key that should hold it', () => {
  const file = written('version: 1\nupstream:\n  timeout: 3s\n');
  const loaded = loadConfig(file, {});
  expect(loaded.ok ? [] : loaded.problems).toContainEqual(
    expect.objectContaining({ path: 'upstream.url', line: 2, column: 1, message: 'is missing' }),
  );
});

describe('what two readers could take differently is refused with its place', () => {
  test.each([
    ['a key twice', 'a: 1\na: 2', 2, 'twice'],
    ['a JSON key twice', '{\n\t"a": 1,\n\t"a": 2\n}', 3, 'twice'],
    ['aliases', 'a: &x [1]\nb: *x', 2, 'aliases are not supported'],
    ['tags', 'a: 1\nb: !!binary aGk=', 2, 'tags are not supported'],
    ['unknown tags', 'a: 1\nb: !js x', 2, 'tags are not supported'],
    ['octal numbers', 'a: 012', 1, 'is read differently'],
    ['hexadecimal numbers', 'a: 0x10', 1, 'is read differently'],
    ['no numbers', 'a: .nan', 1, 'is read differently'],
    ['numbers beyond precision', 'a: 12345678901234567890', 1, 'too large for a number'],
    ['YAML 1.1', '%YAML 1.1\n---\na: yes', 1, 'directives are not supported'],
    ['two documents', 'a: 1\n---\nb: 2', 2, 'more than one document'],
    ['a list as a key', '? [x]\n: 1', 1, 'a key must be text'],
    ['a boolean as a key', 'true: 1', 1, 'a key must be text'],
    ['__proto__', 'a:\n  __proto__: {}', 2, 'not allowed as a key'],
    ['tabs', 'a:\n\tb: 1', 2, 'cannot be read'],
    ['deep nesting', '['.repeat(50_000), 1, ''],
    ['a long text', ' '.repeat(1_000_001), 1, 'is longer'],
  ])('%s', (_, text, line, message) => {
    const reading = readConfigText(text, 'f');
    expect(reading.ok ? [] : reading.problems).toContainEqual(
      expect.objectContaining({ file: 'f', line, message: expect.stringContaining(message) }),
    );
  });
});

test('Words and merge keys of YAML 1.1 are plain text', () => {
  const reading = readConfigText('on: yes\n<<: { country: NO }', 'f');
  expect(reading).toMatchObject({ ok: true, value: { on: 'yes', '<<': { country: 'NO' } } });
});

test('Any text is read or refused, and never throws', () => {
  const odd = fc.array(
    fc.constantFrom(
      'a',
      ': ',
      '\n',
      '- ',
      '{',
      '}',
      '[',
      ']',
      '"',
      '*a',
      '&a',
      '!',
      '%',
      '|',
      '>',
      '? ',
      '\t',
      '1',
      '#',
      ',',
      '\u0000',
    ),
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: anyCharacter }),
        odd.map((parts) => parts.join('')),
        fc.json(),
      ),
      (text) => {
        const loaded = loadConfig(written(text), {});
        expect(loaded.ok).toBe(false);
      },
    ),
    { numRuns: 300 },
  );
});

test('A file that is missing, a folder, or no UTF-8 is a problem like any other', () => {
  const messageOf = (file: string) => {
    const loaded = loadConfig(file, {});
    return loaded.ok ? '' : formatProblems(loaded.problems);
  };
  expect(messageOf(join(folder, 'none'))).toContain('none  error  cannot be read: there is no such file');
  expect(messageOf(folder)).toContain('cannot be read: it is a folder');
  expect(messageOf(written(Uint8Array.of(0x61, 0xff)))).toContain('is not UTF-8');
});

test('JSON is read too, secrets come from files, and relative paths count from the folder of the file', () => {
  writeFileSync(join(folder, 'secret'), `${'s'.repeat(32)}\n`);
  const file = written(JSON.stringify(aConfig({ secret: { file: 'secret' } }), null, '\t'));
  const loaded = loadConfig(file, {});
  expect(loaded.ok && loaded.snapshot.secrets).toEqual(['s'.repeat(32)]);
  expect(loaded.ok && loaded.snapshot.store).toMatchObject({
    settings: { path: 'countersign.db' },
    folder,
  });
});

test('A secret that stands in a file is refused, and not repeated', () => {
  const secret = 'q'.repeat(40);
  const loaded = loadConfig(written(JSON.stringify(aConfig({ secret }))), {});
  const told = loaded.ok ? '' : formatProblems(loaded.problems);
  expect(told).toContain('secret: must be { env: NAME }');
  expect(told).not.toContain(secret);
});

test('A password of Redis that stands in a file is refused, and not repeated; by reference it is taken', () => {
  const loadWith = (password: unknown) => {
    const store = { kind: 'redis', url: 'redis://127.0.0.1:6379', password };
    const file = written(JSON.stringify(aConfig({ store, secret: { env: 'SECRET' } })));
    return loadConfig(file, { SECRET: 's'.repeat(32), REDIS: 'hidden-from-files' });
  };
  const refused = loadWith('hidden-from-files');
  const told = refused.ok ? '' : formatProblems(refused.problems);
  expect(told).toContain('store.password: must be { env: NAME }');
  expect(told).not.toContain('hidden-from-files');
  const taken = loadWith({ env: 'REDIS' });
  expect(taken.ok && taken.snapshot.store).toMatchObject({
    settings: { url: 'redis://127.0.0.1:6379' },
  });
  const { settings } = taken.ok ? taken.snapshot.store : {};
  expect(settings?.kind === 'redis' && settings.password).toBe('hidden-from-files');
  expect(JSON.stringify(taken)).not.toContain('hidden-from-files');
});
