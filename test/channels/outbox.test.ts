import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createOutbox } from '../../src/channels/outbox/outbox.ts';
import { describeChannel, messageOf } from './contract.ts';

const root = mkdtempSync(join(tmpdir(), 'countersign-outbox-'));
let folders = 0;
const freshFolder = () => join(root, String(++folders), 'outbox');
afterAll(() => rmSync(root, { recursive: true, force: true }));

function filesIn(folder: string) {
  return readdirSync(folder)
    .sort()
    .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')));
}

describeChannel('outbox with a folder', async () => {
  const folder = freshFolder();
  return {
    channel: createOutbox({ folder }),
    arrived: async () => filesIn(folder).map(({ address, text }) => ({ to: [address], text })),
    async breakDown() {
      rmSync(join(folder, '..'), { recursive: true, force: true });
      writeFileSync(join(folder, '..'), 'a file where the folder should be');
    },
    close: async () => undefined,
  };
});

describe('an outbox', () => {
  it('keeps what it was given, and forgets it when told to', async () => {
    const outbox = createOutbox();
    expect(outbox.lastCode()).toBeUndefined();
    await outbox.deliver(messageOf({ address: 'a', code: '111111' }));
    await outbox.deliver(messageOf({ address: 'b', code: '222222' }));
    expect(outbox.messages().map(({ address }) => address)).toEqual(['a', 'b']);
    expect(outbox.lastCode()).toBe('222222');
    expect(outbox.lastCode('a')).toBe('111111');
    expect(outbox.lastCode('c')).toBeUndefined();
    outbox.clear();
    expect(outbox.messages()).toEqual([]);
  });

  it('has no address kind of its own, but takes one', () => {
    expect(createOutbox().addressKind).toBe('opaque');
    expect(createOutbox({ addressKind: 'phone' }).addressKind).toBe('phone');
  });

  it('does not grow for ever', async () => {
    const outbox = createOutbox();
    for (let index = 0; index < 1005; index++) await outbox.deliver(messageOf({ code: String(index) }));
    expect(outbox.messages()).toHaveLength(1000);
    expect(outbox.lastCode()).toBe('1004');
  });

  it('leaves whole messages in order, readable by their owner only', async () => {
    const folder = freshFolder();
    const outbox = createOutbox({ folder });
    for (const code of ['1', '2', '3']) await outbox.deliver(messageOf({ code }));
    expect(filesIn(folder)).toEqual(['1', '2', '3'].map((code) => messageOf({ code })));
    for (const name of readdirSync(folder)) {
      expect(name).toMatch(/^[^.].*\.json$/);
      expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
    }
  });

  it('does not count a message that it could not leave', async () => {
    const folder = freshFolder();
    writeFileSync(join(root, String(folders)), 'a file where the folder should be');
    const outbox = createOutbox({ folder });
    expect((await outbox.deliver(messageOf())).kind).toBe('refused');
    expect(outbox.messages()).toEqual([]);
  });
});
