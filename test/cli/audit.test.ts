import { sign } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { stringify } from 'yaml';
import { type Proof, proofKeyOf, proveSave, signingKeyOf } from '../../src/audit/audit-proof.ts';
import { createAuditSeal, digestOf, hashOf, unseal } from '../../src/audit/audit-seal.ts';
import type { AuditEvent } from '../../src/core/verdict/audit-event.ts';
import { createGateway } from '../../src/gateway/gateway.ts';
import { deliveryOptions, SECRET } from '../harness/delivery.ts';
import { repOf } from '../harness/rep.ts';
import { openCrm, openFolder } from '../harness/world.ts';
import { run } from './run.ts';
import { runHere } from './run-here.ts';

// Each command is a process of its own, and a busy machine starts them slowly.
vi.setConfig({ testTimeout: 240_000 });

/** A delivery that was countersigned, its audit and its configuration. */
async function delivered(): Promise<string> {
  const folder = openFolder();
  const crm = await openCrm();
  const options = {
    ...deliveryOptions(crm.url),
    version: 1 as const,
    store: { kind: 'memory' as const },
    audit: { kind: 'file' as const, path: join(folder, 'audit.jsonl') },
    channels: { email: { kind: 'outbox' as const } },
  };
  let code = '';
  const gateway = createGateway(
    { ...options, secret: SECRET, log: { level: 'silent' } },
    {
      channels: {
        email: {
          addressKind: 'email',
          deliver: async (message) => {
            code = message.code;
            return { kind: 'accepted' };
          },
          close: async () => undefined,
        },
      },
    },
  );
  const rep = repOf((await gateway.listen()).url);
  expect((await rep.deliver()).status).toBe(428);
  expect((await rep.deliver(code)).status).toBe(200);
  await gateway.close();
  writeFileSync(
    join(folder, 'countersign.yaml'),
    stringify({ ...options, secret: { env: 'COUNTERSIGN_SECRET' } }),
  );
  return folder;
}

test('the audit of a delivery is checked, tells its story, and proves it', async () => {
  const folder = await delivered();
  const verified = run(['audit', 'verify', 'audit.jsonl'], folder);
  expect(verified).toMatchObject({ code: 0, err: '' });
  expect(verified.out).toContain('audit.jsonl is whole: 4 lines, 1 to 4 of the chain');

  const story = run(['audit', 'show', '--record', '45', 'audit.jsonl'], folder);
  const told = ['code-sent', 'save-refused', 'save-countersigned', 'save-settled'];
  expect(story.out.match(/code-sent|save-\w+/g)).toEqual(expect.arrayContaining(told));
  expect(run(['audit', 'show', '--record', '9', 'audit.jsonl'], folder).code).toBe(4);

  const save = /"save":"([^"]+)"/.exec(readFileSync(join(folder, 'audit.jsonl'), 'utf8'))?.[1] ?? '';
  const proved = run(['audit', 'prove', '--save', save, 'audit.jsonl'], folder);
  expect(proved.code).toBe(0);
  writeFileSync(join(folder, 'proof.json'), proved.out);
  const key = run(['audit', 'key'], folder).out.trim();
  // Where there is no configuration.
  const elsewhere = openFolder();
  const proof = join(folder, 'proof.json');
  expect(run(['audit', 'check', '--key', key, proof], elsewhere)).toMatchObject({ code: 0, err: '' });
  expect(run(['audit', 'check', '--key', 'x', proof], elsewhere).code).toBe(4);
  writeFileSync(proof, proved.out.replace('email', 'phone'));
  expect(run(['audit', 'check', proof], elsewhere).code).toBe(4);
});

test('a changed line is told with its number, and ends with 4', async () => {
  const folder = await delivered();
  const path = join(folder, 'audit.jsonl');
  writeFileSync(path, readFileSync(path, 'utf8').replace('"record":"45"', '"record":"46"'));
  const { code, out } = await runHere(['audit', 'verify', 'audit.jsonl'], folder);
  expect({ code, out }).toEqual({ code: 4, out: 'audit.jsonl:1  it was changed\n' });
  expect((await runHere(['audit', 'verify', '--without-secret', 'audit.jsonl'], folder)).code).toBe(4);
});

const TAMPERED: readonly (readonly [
  what: string,
  change: (lines: string[], another: string[]) => string[],
  told: readonly string[],
])[] = [
  [
    'altered',
    (lines) => lines.map((line) => line.replace('"event":"save-refused"', '"event":"save-settled"')),
    ['audit.jsonl:2  it was changed'],
  ],
  ['removed', (lines) => lines.toSpliced(1, 1), ['audit.jsonl:2  line 2 of the chain is missing before it']],
  [
    'swapped',
    ([one = '', two = '', three = '', ...rest]) => [one, three, two, ...rest],
    [
      'audit.jsonl:2  line 2 of the chain is missing before it',
      'audit.jsonl:3  it stands in a wrong place: line 2 of the chain',
    ],
  ],
  [
    'appended by another hand',
    (lines, another) => [...lines, ...another],
    ['audit.jsonl:5  it is signed with a secret that the configuration does not have'],
  ],
];

test.each(
  TAMPERED,
)('a line that was %s is told with its number, and ends with 4', async (_, change, told) => {
  const folder = await delivered();
  const path = join(folder, 'audit.jsonl');
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  const last = unseal(lines.at(-1) ?? '') ?? { seq: 0, hash: '' };
  const { hash: _hash, ...event } = JSON.parse(lines.at(-1) ?? '{}');
  const foreign = createAuditSeal(['a secret of somebody else, which is long enough']).seal(event, last, {});
  writeFileSync(path, `${change(lines, [foreign.text]).join('\n')}\n`);
  const { code, out } = await runHere(['audit', 'verify', 'audit.jsonl'], folder);
  expect({ code, out: out.trimEnd().split('\n') }).toEqual({ code: 4, out: told });
});

test('a command line that makes no sense ends with 2, a file that is not there with 1', async () => {
  expect((await runHere(['audit'])).code).toBe(2);
  expect((await runHere(['audit', 'verify'])).code).toBe(2);
  expect((await runHere(['audit', 'verify', '--without-secret', '/nowhere/audit.jsonl'])).code).toBe(1);
});

/** The lines of the audit of a delivery, and its countersigned save. */
function linesIn(folder: string): { lines: string[]; save: string } {
  const lines = readFileSync(join(folder, 'audit.jsonl'), 'utf8').trimEnd().split('\n');
  return { lines, save: /"save":"([^"]+)"/.exec(lines.join(''))?.[1] ?? '' };
}

/** A line that follows the last one, made without the secret. */
function forgedAfter(last: string, save: string): string {
  const { seq, hash: prev, keyId } = unseal(last) ?? { seq: 0, hash: '', keyId: '' };
  const told = {
    at: '2026-11-28T12:00:00.000Z',
    event: 'save-countersigned',
    module: 'DeliveryNotes',
    record: '45',
  };
  const body = JSON.stringify({ ...told, rules: ['7'], save, seq: seq + 1, prev });
  const hash = hashOf(prev, digestOf(body));
  return `${body.slice(0, -1)},"hash":"${hash}","mac":"${keyId}.${'A'.repeat(43)}"}`;
}

test('nothing is signed of an audit to which a line was added without the secret, nor of one that lacks a line', async () => {
  const folder = await delivered();
  const { lines, save } = linesIn(folder);
  const prove = (text: readonly string[], wanted: string) => {
    writeFileSync(join(folder, 'audit.jsonl'), `${text.join('\n')}\n`);
    return runHere(['audit', 'prove', '--save', wanted, 'audit.jsonl'], folder);
  };
  const forged = await prove([...lines, forgedAfter(lines.at(-1) ?? '', 'FORGEDFORGED')], 'FORGEDFORGED');
  expect(forged).toMatchObject({ code: 4, out: '' });
  expect(forged.err).toContain('audit.jsonl:5  it was written by another hand');
  expect(forged.err).toContain('nothing is signed');
  expect(await prove(lines.toSpliced(1, 1), save)).toMatchObject({ code: 4, out: '' });
  expect(await prove(lines.with(0, lines[0]?.replace('"45"', '"46"') ?? ''), save)).toMatchObject({
    code: 4,
    out: '',
  });
  expect((await prove(lines, save)).code).toBe(0);
});

test('a proof that somebody else made writes nothing that a terminal obeys, and says that no key was compared', async () => {
  const folder = openFolder();
  const seal = createAuditSeal(['a secret of somebody else, which is long enough']);
  const evil = '\u001b[2J\u0007\u001b]0;x\u0007\u009b2J\u202e\u2028';
  const event = {
    at: evil,
    event: 'save-countersigned',
    module: evil,
    record: evil,
    rules: [evil],
    save: evil,
    user: evil,
    ip: evil,
    request: { id: evil, method: evil, path: evil },
    [evil]: evil,
  } as unknown as AuditEvent;
  const line = unseal(seal.seal(event, { seq: 0, hash: '' }, {}).text);
  const secrets = ['a secret of somebody else, which is long enough'];
  const proof = proveSave(line ? [line] : [], evil, secrets);
  const path = join(folder, 'proof.json');
  writeFileSync(path, JSON.stringify(proof));
  const { code, out, err } = await runHere(['audit', 'check', path], folder);
  expect(code).toBe(0);
  expect(`${out}${err}`.replaceAll('\n', '')).not.toMatch(/[\p{C}\u2028\u2029]/u);
  expect(out).toContain('\\u{1b}[2J');
  expect(out.trimEnd().split('\n').at(-1)).toContain('no key was compared');
  const key = proofKeyOf(secrets);
  const known = await runHere(['audit', 'check', `--key=${key}`, path], folder);
  expect(known).toMatchObject({ code: 0 });
  expect(known.out).not.toContain('no key was compared');
});

test('a proof without lines, of another save, or of another form does not hold', async () => {
  const folder = await delivered();
  const { lines, save } = linesIn(folder);
  const secrets = [SECRET];
  const sealed = lines.flatMap((line) => unseal(line) ?? []);
  const proof = proveSave(sealed, save, secrets);
  if (!proof) throw new Error('the save is told');
  const check = (changed: object, signs = true) => {
    const path = join(folder, 'proof.json');
    writeFileSync(path, JSON.stringify(signs ? signed({ ...proof, ...changed }, secrets) : changed));
    return runHere(['audit', 'check', path], folder);
  };
  expect((await check({})).code).toBe(0);
  expect(await check({ chain: [] })).toMatchObject({ code: 4 });
  expect(
    await check({
      chain: proof.chain.map((link) => (typeof link === 'string' ? { digest: digestOf(link) } : link)),
    }),
  ).toMatchObject({ code: 4 });
  expect(await check({ save: 'another' })).toMatchObject({ code: 4 });
  for (const other of [
    { ...proof, chain: [null] },
    { ...proof, publicKey: 7 },
    { ...proof, publicKey: 'x' },
    [],
    null,
  ])
    expect(await check(other as object, false)).toMatchObject({ code: 4, out: '' });
});

/** The proof with these members, signed by the key of these secrets: its maker can say what they like. */
function signed(proof: Proof, secrets: readonly string[]): Proof {
  const key = signingKeyOf(secrets);
  const { proof: form, save, after, chain, publicKey } = proof;
  const bytes = Buffer.from(JSON.stringify([form, save, after, chain, publicKey]));
  return { ...proof, signature: sign(null, bytes, key).toString('base64url') };
}
