import { expect, test } from 'vitest';
import { createOutbox } from '../../src/channels/outbox/outbox.ts';
import type { AuditSink, LedgerStore } from '../../src/ports.ts';
import { createMemoryStore } from '../../src/stores/memory/memory.ts';
import { createHandClock } from '../../src/system/hand-clock.ts';
import { gatewayOptions } from '../harness/delivery.ts';
import { openCrm, openGateway } from '../harness/world.ts';

const COMMIT_MS = 30;

/** A disk that commits what came meanwhile together, and tells what each commit was of. */
function createDisk() {
  // Stands still: what was seen does not grow old on a busy machine.
  const clock = createHandClock(Date.now());
  const commits: string[][] = [];
  let next: Promise<void> | undefined;
  const commit = (what: string): Promise<void> => {
    if (next) commits.at(-1)?.push(what);
    else commits.push([what]);
    next ??= new Promise((resolve) =>
      setTimeout(() => {
        next = undefined;
        resolve();
      }, COMMIT_MS),
    );
    return next;
  };
  const memory = createMemoryStore(clock);
  const looks: string[] = [];
  const store: LedgerStore = {
    ...memory,
    find(key) {
      looks.push(key);
      return memory.find(key);
    },
    async replace(row, expected) {
      await commit('step');
      return memory.replace(row, expected);
    },
  };
  const audit: AuditSink = { write: ({ event }) => commit(event), close: async () => undefined };
  return {
    clock,
    store,
    audit,
    /** What was committed since the last time, and how often each row was looked at. */
    taken() {
      const counts = new Map<string, number>();
      for (const key of looks.splice(0)) counts.set(key, (counts.get(key) ?? 0) + 1);
      return { commits: commits.splice(0), mostLooks: Math.max(...counts.values()) };
    },
  };
}

test('a send waits for the ledger twice and for the audit once, a right code three times and once', async () => {
  const crm = await openCrm();
  const disk = createDisk();
  const outbox = createOutbox({ addressKind: 'email' });
  const { clock, store, audit } = disk;
  const adapters = { clock, store, audit, channels: { email: outbox } };
  const { rep } = await openGateway(gatewayOptions(crm.url), adapters);

  expect((await rep.deliver()).result).toBe('otp-required');
  const send = disk.taken();
  // The caps of all, of the caller and of the address, and the caller's meter; the code; what became of it.
  expect(send.commits).toEqual([
    Array(send.commits[0]?.length ?? 0).fill('step'),
    ['step'],
    ['code-sent', 'save-refused'],
  ]);
  expect(send.commits[0]?.length).toBeGreaterThan(3);
  expect(send.mostLooks).toBe(1);

  expect((await rep.deliver(outbox.lastCode())).code).toBe('used');
  const { commits } = disk.taken();
  expect(commits).toHaveLength(4);
  // The attempt and the caller's budget; the claim, and both given back; the intent, before the save leaves; the end.
  expect(commits[2]).toContain('save-countersigned');
  expect(commits[3]).toContain('save-settled');
  expect(commits[3]).toContain('step');
});
