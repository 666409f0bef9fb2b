import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { Snapshot } from '../../src/config/compile/snapshot.ts';
import { compileOptions, loadConfig } from '../../src/config/load.ts';
import { configJsonSchemaText } from '../../src/config/publish/json-schema.ts';
import { aConfig, aRule, told, toldOf } from './example.ts';

function snapshotOf(changes: Record<string, unknown> = {}, env: Record<string, string> = {}): Snapshot {
  const loaded = compileOptions(aConfig(changes), env);
  if (!loaded.ok) throw new Error(toldOf(loaded));
  return loaded.snapshot;
}

test('What is left out has its default', () => {
  expect(snapshotOf({ store: { kind: 'sqlite', path: ':memory:' } })).toMatchObject({
    listen: { host: '127.0.0.1', port: 8080 },
    admin: { host: '127.0.0.1', port: 9090 },
    upstream: { url: 'http://127.0.0.1:3000', timeoutMs: 30_000, connectTimeoutMs: 5_000 },
    unmappedWrites: 'refuse',
    passthrough: [],
    store: { settings: { kind: 'sqlite', path: ':memory:', busyTimeout: 2_000 } },
    audit: { kind: 'none', required: true },
    trustedProxies: [],
    log: { level: 'info' },
    body: {
      limitBytes: 8 * 1024 ** 2,
      timeoutMs: 30_000,
      budgetBytes: 256 * 1024 ** 2,
      recordBytes: 8 * 1024 ** 2,
    },
    hashing: { concurrency: 2, queue: 64 },
    modules: [
      {
        name: 'DeliveryNotes',
        dialect: 'rest',
        path: '/api/DeliveryNotes',
        fields: '',
        record: '',
        idField: 'id',
        ifMatch: false,
      },
    ],
    channels: [{ name: 'email', settings: { kind: 'outbox', address: 'email' } }],
  });
});

test('What a rule leaves out has its default', () => {
  const [rule] = snapshotOf().rules;
  expect(rule).toMatchObject({
    id: 'DeliveryConfirmationOTP',
    onCreate: 'refuse',
    recipientChange: 'guard',
    binds: 'change',
    send: { auto: true, verbatim: [] },
  });
  expect(rule?.on).toEqual(new Set(['update']));
  expect(rule?.code).toEqual({
    type: 'numeric',
    length: 6,
    validForMs: 300_000,
    maxAttempts: 3,
    resetAttemptsAfterMs: 900_000,
    resend: 'new',
    maxResends: 3,
    resetResendsAfterMs: 3_600_000,
    cooldownMs: 30_000,
  });
  const [wording] = rule?.send.wordings ?? [];
  const places = [wording?.message, wording?.subject].map((template) =>
    template?.parts.flatMap((part) => (part.kind === 'place' ? [part.name] : [])),
  );
  expect(places).toEqual([
    ['code', 'rule.name', 'minutes'],
    ['code', 'rule.name', 'minutes'],
  ]);
});

test('Numbers are ids as well as texts, durations and sizes have units, a rule that is off is left out', () => {
  const snapshot = snapshotOf({
    rules: [
      aRule({ id: 7, code: { validFor: '90s', cooldown: '500ms' } }),
      aRule({ name: 'Off', mode: 'off' }),
    ],
    body: { limit: '512KiB', record: 1000 },
    upstream: { url: 'http://localhost/crm/', timeout: '1h' },
  });
  expect(snapshot.rules.map(({ id }) => id)).toEqual(['7']);
  expect(snapshot.rules[0]?.code).toMatchObject({ validForMs: 90_000, cooldownMs: 500 });
  expect(snapshot.body).toMatchObject({ limitBytes: 512 * 1024, recordBytes: 1000 });
  expect(snapshot.upstream).toEqual({
    url: 'http://localhost/crm',
    timeoutMs: 3_600_000,
    connectTimeoutMs: 5_000,
    host: 'upstream',
  });
});

test('A snapshot is frozen all the way down', () => {
  const snapshot = snapshotOf();
  const parts = [
    snapshot,
    snapshot.secrets,
    snapshot.upstream,
    snapshot.modules,
    snapshot.modules[0],
    snapshot.rules[0]?.send.to[0],
  ];
  expect(parts.map((part) => Object.isFrozen(part))).toEqual(parts.map(() => true));
});

test('Secrets are there for who asks, and neither JSON nor a log shows them', () => {
  const smtp = {
    kind: 'smtp',
    host: 'localhost',
    port: 25,
    from: 'A <a@b.test>',
    user: 'u',
    password: { env: 'PASSWORD' },
  };
  const env = { PASSWORD: 'hunter2hunter2', OLD: 'o'.repeat(32) };
  const snapshot = snapshotOf({ secret: ['n'.repeat(32), { env: 'OLD' }], channels: { email: smtp } }, env);
  expect(snapshot.secrets).toEqual(['n'.repeat(32), 'o'.repeat(32)]);
  expect(Reflect.get(snapshot.channels[0]?.settings ?? {}, 'password')).toBe('hunter2hunter2');
  for (const text of [JSON.stringify(snapshot), inspect(snapshot, { depth: 9 })]) {
    expect(text).not.toMatch(/hunter2|nnnn|oooo/);
  }
});

test('The revision follows the configuration and not the secret', () => {
  const { revision } = snapshotOf();
  expect(revision).toMatch(/^[0-9a-f]{12}$/);
  expect(snapshotOf({ secret: 'z'.repeat(40) }).revision).toBe(revision);
  expect(snapshotOf({ listen: { port: 8081 } }).revision).not.toBe(revision);
});

test('The revision does not follow the password of the store', () => {
  const revisionWith = (password: string) =>
    snapshotOf({ store: { kind: 'redis', url: 'redis://127.0.0.1:6379', password } }).revision;
  expect(revisionWith('one')).toBe(revisionWith('another'));
});

test('Options that are no plain data are refused', () => {
  const circle: Record<string, unknown> = aConfig();
  circle['rules'] = [circle];
  const refused = 'error  must be plain data, as a JSON file would hold it: no functions, no circles';
  expect(toldOf(compileOptions(circle, {}))).toBe(refused);
  expect(told({ rules: [aRule({ when: () => true })] })).toBe(refused);
  for (const odd of [undefined, null, 1, 'x', []]) expect(compileOptions(odd, {}).ok).toBe(false);
});

describe('accepted with a warning', () => {
  const remote = { kind: 'smtp', host: 'mail.acme.test', port: 587, from: 'a@b.test' };
  test.each([
    ['five digits', { rules: [aRule({ code: { length: 5 } })] }, 'rules[0].code.length: fewer codes'],
    [
      'four letters',
      { rules: [aRule({ code: { type: 'alphabetic', length: 4 } })] },
      'rules[0].code.length: fewer codes',
    ],
    [
      'a long life',
      { rules: [aRule({ code: { validFor: '11m' } })] },
      'rules[0].code.validFor: a code that lives longer',
    ],
    [
      'many attempts',
      { rules: [aRule({ code: { maxAttempts: 6 } })] },
      'rules[0].code.maxAttempts: more than 5',
    ],
    [
      'a window shorter than the life',
      { rules: [aRule({ code: { resetAttemptsAfter: '1m' } })] },
      'rules[0].code.resetAttemptsAfter: is shorter',
    ],
    [
      'a challenge on create',
      { rules: [aRule({ onCreate: 'challenge' })] },
      'rules[0].onCreate: a new record',
    ],
    ['a rule that is never true', { rules: [aRule({ when: false })] }, 'rules[0].when: is never true'],
    [
      'a rule that is always true',
      { rules: [aRule({ when: { or: [{ changed: 'a' }, true] } })] },
      'rules[0].when: is always true',
    ],
    [
      'a rule that compares constants',
      { rules: [aRule({ when: { '==': [1, 2] } })] },
      'rules[0].when: is never true',
    ],
    [
      'plain http to elsewhere',
      { upstream: { url: 'http://crm.acme.test' } },
      'upstream.url: travels in clear',
    ],
    ['a store in memory', { store: { kind: 'memory' } }, 'store.kind: a restart forgets'],
    ['trust in everybody', { trustedProxies: ['0.0.0.0/0'] }, 'trustedProxies[0]: believes everybody'],
    [
      'mail in clear',
      { channels: { email: remote } },
      'channels.email.requireTls: codes may travel in clear',
    ],
  ])('%s', (_, changes, expected) => {
    expect(told(changes).split('\n')).toEqual([expect.stringContaining(`warning  ${expected}`)]);
  });

  test('while what is meant, strong or near has none', () => {
    expect(told({ rules: [aRule({ when: true, code: { type: 'alphabetic', length: 5 } })] })).toBe('');
    expect(
      told({
        channels: { email: { ...remote, requireTls: true } },
        upstream: { url: 'https://crm.acme.test' },
      }),
    ).toBe('');
    expect(told({ upstream: { url: 'http://[::1]:3000' } })).toBe('');
  });
});

test('The published JSON Schema is the one that the definition gives', () => {
  const published = readFileSync(new URL('../../config/countersign.schema.json', import.meta.url), 'utf8');
  expect(published).toBe(configJsonSchemaText());
});

test('The example is accepted without a warning', () => {
  const path = new URL('../../config/countersign.example.yaml', import.meta.url).pathname;
  expect(toldOf(loadConfig(path, { COUNTERSIGN_SECRET: 'x'.repeat(32) }))).toBe('');
});
