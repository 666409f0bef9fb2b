import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRaw, sendRaw } from '../harness/raw.ts';
import { until } from '../harness/until.ts';
import { field, file, JSON_TYPE, multipart, NOTE, openBench } from './stage.ts';

/** A folder for what is spooled, which nothing else uses. */
let folder = '';
const before = process.env['TMPDIR'];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-spool-'));
  process.env['TMPDIR'] = folder;
});
afterEach(() => {
  if (before === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = before;
  rmSync(folder, { recursive: true, force: true });
});

/** Files in the folder, with a name or without one, that this process has. */
function spooled(): readonly string[] {
  const open = readdirSync('/proc/self/fd').flatMap((name) => {
    try {
      return [readlinkSync(`/proc/self/fd/${name}`)];
    } catch {
      return [];
    }
  });
  return [...readdirSync(folder), ...open.filter((path) => path.startsWith(folder))];
}

const SMALL = { body: { memory: '64KiB', upload: '256KiB', limit: '32KiB' } } as const;
const LARGE = randomBytes(200 << 10);

describe('a multipart form that is larger than the memory for it', () => {
  it('passes with its file byte for byte, and leaves nothing on the disk', async () => {
    const bench = await openBench();
    const bytes = randomBytes(8 << 20);
    const { type, body } = multipart(field('notes', 'x'), file('photo', 'p.jpg', bytes), field('more', 'y'));
    expect(await bench.send(type, body)).toMatchObject({ status: 200 });
    const arrived = bench.crm.saves[0]?.body ?? Buffer.alloc(0);
    const start = arrived.indexOf('image/jpeg\r\n\r\n') + 'image/jpeg\r\n\r\n'.length;
    expect(digestOf(arrived.subarray(start, start + bytes.length))).toBe(digestOf(bytes));
    expect(arrived.subarray(start + bytes.length).toString()).toContain('name="more"\r\n\r\ny\r\n--');
    await until(() => spooled().length === 0);
  });

  it('is 503 where too much waits on the disk already', async () => {
    const bench = await openBench({}, { body: { ...SMALL.body, disk: '100KiB' } });
    const { type, body } = multipart(file('photo', 'p.jpg', LARGE), field('notes', 'x'));
    expect(await bench.send(type, body)).toMatchObject({ status: 503 });
    expect(bench.crm.saves).toEqual([]);
    await until(() => spooled().length === 0);
    const small = multipart(file('photo', 'p.jpg', LARGE.subarray(0, 100_000)), field('notes', 'x'));
    // Each takes a third of the disk, and gives it back.
    for (let sent = 0; sent < 4; sent++) {
      expect(await bench.send(small.type, small.body)).toMatchObject({ status: 200 });
      await until(() => spooled().length === 0);
    }
    expect(bench.crm.saves).toHaveLength(4);
  });

  it('honest: passes where it needs more than half of the disk, and may be that large', async () => {
    const bench = await openBench({}, { body: { ...SMALL.body, memory: '16KiB', disk: '256KiB' } });
    const { type, body } = multipart(file('photo', 'p.jpg', LARGE), field('notes', 'x'));
    expect(await bench.send(type, body)).toMatchObject({ status: 200 });
    expect(bench.crm.saves.map((save) => save.body.includes(LARGE))).toEqual([true]);
  });

  it('is judged by what stands behind the file', async () => {
    const bench = await openBench({}, SMALL);
    const { type, body } = multipart(file('photo', 'p.jpg', LARGE), field('status', 'Delivered'));
    expect(await bench.send(type, body)).toMatchObject({ status: 428 });
    expect(bench.crm.saves).toEqual([]);
    await until(() => spooled().length === 0);
    const coded = multipart(
      file('photo', 'p.jpg', LARGE),
      field('status', 'Delivered'),
      field('OTPRULES_OTP_7', bench.code()),
    );
    expect(await bench.send(coded.type, coded.body)).toMatchObject({ status: 200, code: 'used' });
    await until(() => spooled().length === 0);
  });

  it('leaves nothing where it was malformed', async () => {
    const bench = await openBench({}, SMALL);
    const { type, body } = multipart(file('photo', 'p.jpg', LARGE));
    const heard = await bench.send(type, body.subarray(0, -10));
    expect(heard).toMatchObject({ status: 400, detail: expect.stringContaining('last boundary') });
    await until(() => spooled().length === 0);
  });

  it('leaves nothing where it was cut, and nothing is forwarded', async () => {
    const bench = await openBench({}, SMALL);
    const { type, body } = multipart(field('notes', 'x'), file('photo', 'p.jpg', LARGE));
    const client = await openRaw(Number(new URL(bench.url).port));
    client.send(
      `POST ${NOTE} HTTP/1.1\r\nHost: crm.test\r\nContent-Type: ${type}\r\nContent-Length: ${body.length}\r\n\r\n`,
    );
    client.send(body.subarray(0, 150 << 10));
    await until(() => spooled().length > 0);
    client.close();
    await until(() => spooled().length === 0);
    expect(bench.crm.saves).toEqual([]);
  });
});

function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

describe('too large', () => {
  it.each([
    ['a form with files', 'multipart/form-data; boundary=x', (256 << 10) + 1],
    ['JSON', JSON_TYPE, (32 << 10) + 1],
  ])('%s is refused by its length, before it was sent', async (_, type, length) => {
    const bench = await openBench({}, SMALL);
    const head = `POST ${NOTE} HTTP/1.1\r\nHost: crm.test\r\nContent-Type: ${type}\r\nContent-Length: ${length}\r\n\r\n`;
    const answer = await sendRaw(Number(new URL(bench.url).port), head);
    expect(answer).toMatchObject({ status: 413, headers: { connection: 'close' } });
    expect(JSON.parse(answer.body)['detail']).toContain(`larger than ${length - 1} bytes`);
  });

  it.each([
    ['a form with files', 'multipart/form-data; boundary=x', 300 << 10],
    ['JSON', JSON_TYPE, 40 << 10],
  ])('%s in chunks is refused when it was too much', async (_, type, length) => {
    const bench = await openBench({}, SMALL);
    const head = `POST ${NOTE} HTTP/1.1\r\nHost: crm.test\r\nContent-Type: ${type}\r\nTransfer-Encoding: chunked\r\n\r\n`;
    const chunk = `${length.toString(16)}\r\n${' '.repeat(length)}\r\n`;
    expect((await sendRaw(Number(new URL(bench.url).port), head + chunk)).status).toBe(413);
    expect(bench.crm.saves).toEqual([]);
    await until(() => spooled().length === 0);
  });

  it('is the text of fields, whatever files may be', async () => {
    const bench = await openBench({}, SMALL);
    const { type, body } = multipart(field('notes', 'x'.repeat(33 << 10)));
    expect(await bench.send(type, body)).toMatchObject({
      status: 400,
      detail: expect.stringContaining('too large for a field'),
    });
  });
});

it('a body that stops arriving is given up, spooled or not', async () => {
  const bench = await openBench({}, { body: { ...SMALL.body, timeout: '300ms' } });
  const { type, body } = multipart(file('photo', 'p.jpg', LARGE));
  const head = `POST ${NOTE} HTTP/1.1\r\nHost: crm.test\r\nContent-Type: ${type}\r\nContent-Length: ${body.length}\r\n\r\n`;
  for (const part of [body.subarray(0, 0), body.subarray(0, 150 << 10)]) {
    const answer = await sendRaw(Number(new URL(bench.url).port), Buffer.concat([Buffer.from(head), part]));
    expect(answer).toMatchObject({ status: 408, headers: { connection: 'close' } });
  }
  expect(bench.crm.saves).toEqual([]);
  await until(() => spooled().length === 0);
});

describe('where the disk takes nothing', () => {
  it('that save is told to come again, and no other is harmed', async () => {
    const bench = await openBench({}, SMALL);
    process.env['TMPDIR'] = join(folder, 'nothing', 'is', 'here');
    const { type, body } = multipart(field('notes', 'x'), file('photo', 'p.jpg', LARGE));
    const client = await openRaw(Number(new URL(bench.url).port));
    client.send(
      `POST ${NOTE} HTTP/1.1\r\nHost: crm.test\r\nContent-Type: ${type}\r\nContent-Length: ${body.length}\r\n\r\n`,
    );
    client.send(body);
    const answer = await client.answer();
    client.close();
    expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '5', connection: 'close' } });
    expect(JSON.parse(answer.body)['detail']).toContain('no room');
    expect(answer.body).not.toContain(folder);
    expect(bench.crm.saves).toEqual([]);
    const small = multipart(field('notes', 'x'), file('photo', 'p.jpg', '\0'));
    expect(await bench.send(small.type, small.body)).toMatchObject({ status: 200 });
    process.env['TMPDIR'] = folder;
    expect(await bench.send(type, body)).toMatchObject({ status: 200 });
  });
});
