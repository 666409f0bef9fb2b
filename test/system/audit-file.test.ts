import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openAppendFile } from '../../src/audit/append-file.ts';
import { createFileAudit } from '../../src/audit/audit-file.ts';
import { createNoAudit } from '../../src/audit/audit-none.ts';
import { createAuditWork } from '../../src/audit/audit-work.ts';
import type { AuditEvent } from '../../src/core/verdict/audit-event.ts';

const SECRETS = ['a secret that is long enough for a test'];
const folder = mkdtempSync(join(tmpdir(), 'countersign-audit-'));
let files = 0;
const freshPath = () => join(folder, `audit-${++files}.jsonl`);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function eventOf(record: string): AuditEvent {
  return {
    at: '2026-01-02T03:04:05.000Z',
    request: 'r1',
    user: 'rep\n"Jürgen"',
    ip: '::1',
    module: 'DeliveryNotes',
    record,
    event: 'code-sent',
    rule: '7',
    channel: 'email',
    sentTo: 'j***@***.test',
  };
}

/** An event as the audit's thread has it. */
function incoming(
  record: string,
  answer: (answer: true) => void,
  fail: (reason: unknown) => void = (reason) => expect.fail(String(reason)),
) {
  return { call: eventOf(record), untilMs: Number.POSITIVE_INFINITY, answer, fail };
}

const NOTHING_MORE = { exchange: () => [] };

const linesOf = (path: string) =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
const recordsOf = (path: string) => linesOf(path).map((line) => JSON.parse(line).record);

describe('an audit file', () => {
  it('has one event a line, there when the write is answered', async () => {
    const path = join(folder, 'made', 'deeper', 'audit.jsonl');
    const audit = createFileAudit(path, SECRETS);
    await audit.write(eventOf('45'));
    expect(linesOf(path).map((line) => JSON.parse(line))).toMatchObject([eventOf('45')]);
    await audit.write(eventOf('46'));
    expect(recordsOf(path)).toEqual(['45', '46']);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    await audit.close();
  });

  it('keeps the order of concurrent writers', async () => {
    const path = freshPath();
    const audit = createFileAudit(path, SECRETS);
    const records = Array.from({ length: 300 }, (_, index) => String(index));
    await Promise.all(records.map((record) => audit.write(eventOf(record))));
    expect(recordsOf(path)).toEqual(records);
    await audit.close();
  });

  it('flushes the events that wait together', async () => {
    const path = freshPath();
    const appended: string[] = [];
    const work = createAuditWork(path, SECRETS, (place) => {
      const file = openAppendFile(place);
      return { ...file, append: (text) => void appended.push(text), size: () => 0 };
    });
    const answers: true[] = [];
    const calls = ['1', '2', '3'].map((record) => incoming(record, (answer) => void answers.push(answer)));
    work.take(calls, NOTHING_MORE);
    work.close();
    expect(appended.map((text) => text.trimEnd().split('\n').length)).toEqual([3]);
    expect(answers).toEqual([true, true, true]);
  });

  it('is continued by the next process, after half a line too', async () => {
    const path = freshPath();
    writeFileSync(path, `${JSON.stringify(eventOf('1'))}\n{"at":"2026`);
    const audit = createFileAudit(path, SECRETS);
    await audit.write(eventOf('2'));
    await audit.close();
    expect(linesOf(path)).toHaveLength(3);
    expect(JSON.parse(linesOf(path)[2] ?? '')).toMatchObject(eventOf('2'));
  });

  it('that cannot be written is a fault, for every writer, until it can', async () => {
    const path = freshPath();
    mkdirSync(path);
    const audit = createFileAudit(path, SECRETS);
    const results = await Promise.allSettled(['1', '2', '3'].map((record) => audit.write(eventOf(record))));
    for (const result of results) {
      expect(result).toMatchObject({ reason: { name: 'CountersignError', code: 'audit-unavailable' } });
    }
    rmSync(path, { recursive: true });
    await audit.write(eventOf('4'));
    expect(recordsOf(path)).toEqual(['4']);
    await audit.close();
  });

  it('whose disk filled up in the middle of a line goes on with a line of its own', () => {
    const path = freshPath();
    let isFull = false;
    const work = createAuditWork(path, SECRETS, (place) => {
      const file = openAppendFile(place);
      return {
        ...file,
        append(text) {
          if (!isFull) return file.append(text);
          appendFileSync(path, '{"at":"2026');
          throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
        },
      };
    });
    const ends: unknown[] = [];
    const write = (record: string) =>
      work.take(
        [
          incoming(
            record,
            () => void ends.push('written'),
            (reason) => void ends.push(reason),
          ),
        ],
        NOTHING_MORE,
      );
    write('1');
    isFull = true;
    write('2');
    isFull = false;
    write('3');
    work.close();
    expect(ends).toMatchObject(['written', { code: 'ENOSPC' }, 'written']);
    expect(linesOf(path)).toHaveLength(3);
    expect(JSON.parse(linesOf(path)[2] ?? '')).toMatchObject(eventOf('3'));
  });

  it('is opened anew after a rotation', async () => {
    const path = freshPath();
    const audit = createFileAudit(path, SECRETS);
    await audit.write(eventOf('1'));
    renameSync(path, `${path}.1`);
    await audit.write(eventOf('2'));
    expect(recordsOf(`${path}.1`)).toEqual(['1']);
    expect(recordsOf(path)).toEqual(['2']);
    await audit.close();
  });

  it('is written to its end when it is closed, and takes no more', async () => {
    const path = freshPath();
    const audit = createFileAudit(path, SECRETS);
    const writing = audit.write(eventOf('1'));
    await audit.close();
    await writing;
    expect(recordsOf(path)).toEqual(['1']);
    await expect(audit.write(eventOf('2'))).rejects.toMatchObject({ code: 'audit-unavailable' });
    await audit.close();
  });
});

it('keeps nothing where no audit is wanted', async () => {
  const audit = createNoAudit();
  await expect(audit.write(eventOf('1'))).resolves.toBeUndefined();
  await expect(audit.close()).resolves.toBeUndefined();
});
