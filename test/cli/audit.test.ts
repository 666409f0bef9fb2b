import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { stringify } from 'yaml';
import { createAuditSeal, unseal } from '../../src/audit/audit-seal.ts';
import { createGateway } from '../../src/gateway/gateway.ts';
import { deliveryOptions, SECRET } from '../harness/delivery.ts';
import { repOf } from '../harness/rep.ts';
import { openCrm, openFolder } from '../harness/world.ts';
import { run } from './run.ts';

// Each command is a process of its own, and a busy machine starts them slowly.
vi.setConfig({ testTimeout: 120_000 });

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
  const { code, out } = run(['audit', 'verify', 'audit.jsonl'], folder);
  expect({ code, out }).toEqual({ code: 4, out: 'audit.jsonl:1  it was changed\n' });
  expect(run(['audit', 'verify', '--without-secret', 'audit.jsonl'], folder).code).toBe(4);
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
  const { code, out } = run(['audit', 'verify', 'audit.jsonl'], folder);
  expect({ code, out: out.trimEnd().split('\n') }).toEqual({ code: 4, out: told });
});

test('a command line that makes no sense ends with 2, a file that is not there with 1', () => {
  expect(run(['audit']).code).toBe(2);
  expect(run(['audit', 'verify']).code).toBe(2);
  expect(run(['audit', 'verify', '--without-secret', '/nowhere/audit.jsonl']).code).toBe(1);
});
