import { appendFileSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { createFileAudit } from '../../src/audit/audit-file.ts';
import { readHead } from '../../src/audit/audit-head.ts';
import { linesOf, proofFault, proofKeyOf, proveSave } from '../../src/audit/audit-proof.ts';
import { createAuditSeal, digestOf, hashOf, unseal } from '../../src/audit/audit-seal.ts';
import { verifyAudit } from '../../src/audit/audit-verify.ts';
import { readLines } from '../../src/audit/read-lines.ts';
import type { AuditEvent } from '../../src/core/verdict/audit-event.ts';
import { openFolder } from '../harness/world.ts';

const SECRETS = ['a secret that is long enough for a test'];
const OTHERS = ['another secret, of somebody else, of that length'];
const whole = { at: '2026-01-02T03:04:05.000Z', request: 'r1', user: 'Jürgen\u2028\r', ip: '::1' };

const eventOf = (record: string): AuditEvent => ({
  ...whole,
  module: 'DeliveryNotes',
  record,
  event: 'save-refused',
  rules: ['7'],
  reason: 'otp-required',
});

async function write(path: string, ...records: readonly string[]): Promise<void> {
  const audit = createFileAudit(path, SECRETS);
  for (const record of records) await audit.write(eventOf(record));
  await audit.close();
}

async function faultsOf(paths: readonly string[], secrets: readonly string[] | undefined = SECRETS) {
  const texts = paths.map((file) => ({ file, lines: readLines(file) }));
  const seal = secrets && createAuditSeal(secrets);
  const { faults } = await verifyAudit(texts, seal, readHead(paths.at(-1) ?? ''));
  return faults.map(({ line, message }) => `${line}: ${message}`);
}

const linesIn = (path: string) => readFileSync(path, 'utf8').trimEnd().split('\n');
const put = (path: string, lines: readonly string[]) => writeFileSync(path, `${lines.join('\n')}\n`);

/** The same lines, changed by hand. */
async function afterwards(change: (lines: string[]) => readonly string[]): Promise<readonly string[]> {
  const path = join(openFolder(), 'audit.jsonl');
  await write(path, '1', '2', '3', '4', '5');
  expect(await faultsOf([path])).toEqual([]);
  put(path, change(linesIn(path)));
  return faultsOf([path]);
}

/** A line as who has everything but the secret would make it. */
function forged(line: string, record: string): string {
  const { body = '{}', prev = '' } = unseal(line) ?? {};
  const changed = body.replace(/"record":"\d"/, `"record":"${record}"`);
  const hash = hashOf(prev, digestOf(changed));
  return `${changed.slice(0, -1)},"hash":"${hash}","mac":"${unseal(line)?.keyId}.${'A'.repeat(43)}"}`;
}

describe('the chain of an audit', () => {
  it('is whole over restarts', async () => {
    const path = join(openFolder(), 'audit.jsonl');
    await write(path, '1', '2');
    await write(path, '3');
    expect(linesIn(path).map((line) => unseal(line)?.seq)).toEqual([1, 2, 3]);
    expect(await faultsOf([path])).toEqual([]);
  });

  it('is whole over a rotation, file by file and as one', async () => {
    const path = join(openFolder(), 'audit.jsonl');
    const audit = createFileAudit(path, SECRETS);
    for (const record of ['1', '2']) await audit.write(eventOf(record));
    renameSync(path, `${path}.1`);
    for (const record of ['3', '4']) await audit.write(eventOf(record));
    await audit.close();
    expect(await faultsOf([`${path}.1`, path])).toEqual([]);
    expect(await faultsOf([path])).toEqual([]);
    expect(await faultsOf([path, `${path}.1`])).not.toEqual([]);
    put(path, linesIn(path).slice(1));
    expect(await faultsOf([path])).toEqual(['1: lines are missing before it: no file begins with it']);
  });

  it('is one for several processes that write to one file', async () => {
    const path = join(openFolder(), 'audit.jsonl');
    const audits = Array.from({ length: 4 }, () => createFileAudit(path, SECRETS));
    const records = Array.from({ length: 40 }, (_, index) => String(index));
    await Promise.all(records.map((record, index) => audits[index % 4]?.write(eventOf(record))));
    await Promise.all(audits.map((audit) => audit.close()));
    expect(linesIn(path).map((line) => unseal(line)?.seq)).toEqual(records.map((_, index) => index + 1));
    expect(await faultsOf([path])).toEqual([]);
  });

  it('goes on behind lines that a process wrote just before it was killed, and half a line', async () => {
    const path = join(openFolder(), 'audit.jsonl');
    await write(path, '1');
    const seal = createAuditSeal(SECRETS);
    const [first = ''] = linesIn(path);
    const second = seal.seal(eventOf('2'), { seq: 1, hash: unseal(first)?.hash ?? '' }, {});
    appendFileSync(path, `${second.text}\n{"at":"2026-01-02","user":"J`);
    appendFileSync(path, Buffer.from([0xc3]));
    await write(path, '3');
    expect(linesIn(path).map((line) => unseal(line)?.seq)).toEqual([1, 2, undefined, 3]);
    expect(await faultsOf([path])).toEqual([]);
  });

  it('goes on where its head was lost', async () => {
    const path = join(openFolder(), 'audit.jsonl');
    await write(path, '1', '2');
    rmSync(`${path}.head`);
    await write(path, '3');
    expect(await faultsOf([path])).toEqual([]);
  });
});

describe('a check of an audit', () => {
  const change = (lines: readonly string[]) =>
    lines.map((line) => line.replace('"record":"3"', '"record":"9"'));
  test('finds a line that was changed', async () => {
    expect(await afterwards(change)).toEqual(['3: it was changed']);
  });

  test('finds spaces that were put into a line', async () => {
    expect(
      await afterwards((lines) => lines.map((line) => line.replace('"record":"3"', '"record": "3"'))),
    ).toEqual(['3: it was changed']);
  });

  test('finds a line that was taken out', async () => {
    expect(await afterwards((lines) => lines.toSpliced(2, 1))).toEqual([
      '3: line 3 of the chain is missing before it',
    ]);
  });

  test('finds lines that were taken from the beginning', async () => {
    expect(await afterwards((lines) => lines.slice(2))).toEqual([
      '1: lines are missing before it: no file begins with it',
    ]);
  });

  test('finds lines that were taken from the end', async () => {
    expect(await afterwards((lines) => lines.slice(0, 3))).toEqual([
      '4: lines 4 to 5 of the chain are missing before it',
    ]);
    expect(await afterwards(() => [])).toHaveLength(2);
  });

  test('finds lines that changed places', async () => {
    const [a, b] = await afterwards(([one = '', two = '', three = '', ...rest]) => [
      one,
      three,
      two,
      ...rest,
    ]);
    expect(a).toBe('2: line 2 of the chain is missing before it');
    expect(b).toBe('3: it stands in a wrong place: line 2 of the chain');
  });

  test('finds a line that was repeated', async () => {
    expect(await afterwards((lines) => lines.toSpliced(3, 0, lines[1] ?? ''))).toEqual([
      '4: it stands in a wrong place: line 2 of the chain',
    ]);
  });

  test('finds a line that was cut, and one that is none', async () => {
    const unread = 'it is no line of this audit, or what is left of one';
    expect(await afterwards((lines) => lines.with(1, (lines[1] ?? '').slice(0, 50)))).toContain(
      `2: ${unread}`,
    );
    expect(await afterwards((lines) => lines.toSpliced(3, 0, '{"event":"save-settled"}'))).toEqual([
      `4: ${unread}`,
    ]);
  });

  test('finds a line that another hand made anew, hash and all', async () => {
    const found = await afterwards((lines) => lines.with(4, forged(lines[4] ?? '', '9')));
    expect(found).toContain('5: it was written by another hand: its signature is not ours');
  });

  test('finds a line that another hand added behind the last one', async () => {
    const path = join(openFolder(), 'audit.jsonl');
    await write(path, '1', '2');
    const last = unseal(linesIn(path)[1] ?? '') ?? { seq: 0, hash: '' };
    appendFileSync(path, `${createAuditSeal(OTHERS).seal(eventOf('3'), last, {}).text}\n`);
    const signed = '3: it is signed with a secret that the configuration does not have';
    expect(await faultsOf([path])).toEqual([signed]);
    await write(path, '4');
    expect(await faultsOf([path])).toEqual([signed]);
  });

  test('knows lines that were signed with a secret that is being rotated out', async () => {
    const path = join(openFolder(), 'audit.jsonl');
    await write(path, '1');
    expect(await faultsOf([path], [...OTHERS, ...SECRETS])).toEqual([]);
  });
});

describe('a proof of a save', () => {
  async function story() {
    const path = join(openFolder(), 'audit.jsonl');
    const audit = createFileAudit(path, SECRETS);
    const about = { ...whole, module: 'DeliveryNotes', record: '45' };
    await audit.write({ ...about, event: 'code-sent', rule: '7', channel: 'email', sentTo: 'p***' });
    await audit.write(eventOf('the record of somebody else'));
    const by = [{ rule: '7', how: 'code' }] as const;
    await audit.write({ ...about, event: 'save-countersigned', rules: ['7'], by, save: 'digest' });
    await audit.write({ ...about, event: 'save-settled', rules: ['7'], save: 'digest', outcome: 'saved' });
    await audit.write(eventOf('46'));
    await audit.close();
    return linesOf(readFileSync(path, 'utf8'));
  }

  it('holds alone, and shows nothing of others', async () => {
    const proof = proveSave(await story(), 'digest', SECRETS);
    if (!proof) throw new Error('there is no proof');
    expect(proof.chain).toHaveLength(4);
    expect(JSON.stringify(proof)).not.toContain('somebody else');
    expect(proof.publicKey).toBe(proofKeyOf(SECRETS));
    expect(proofFault(proof)).toBeUndefined();
  });

  it('does not hold where anything of it was changed, signed anew or not', async () => {
    const proof = proveSave(await story(), 'digest', SECRETS);
    if (!proof) throw new Error('there is no proof');
    const changed = proof.chain.map((link) =>
      typeof link === 'string' ? link.replace('p***', 'q***') : link,
    );
    expect(proofFault({ ...proof, chain: changed })).toBe('its signature does not belong to it');
    expect(proofFault({ ...proof, save: 'other' })).toBe('its signature does not belong to it');
    const skipped = (await story()).filter(({ seq }) => seq !== 2);
    const gap = proveSave(skipped, 'digest', SECRETS);
    expect(gap && proofFault(gap)).toBe('its line 2 does not follow the one before it');
  });

  it('is not given for a save that was not countersigned', async () => {
    expect(proveSave(await story(), 'other', SECRETS)).toBeUndefined();
  });
});
