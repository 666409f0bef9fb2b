import { expect, test } from 'vitest';
import { createOutbox } from '../../src/channels/outbox/outbox.ts';
import type { AuditSink, LedgerStore } from '../../src/ports.ts';
import { createMemoryStore } from '../../src/stores/memory/memory.ts';
import { createHandClock } from '../../src/system/hand-clock.ts';
import { gatewayOptions } from '../harness/delivery.ts';
import { openCrm, openGateway } from '../harness/world.ts';

const COMMIT_MS = 30;

/** A disk that commits one after the other, each what was there when it began. */
function createDisk() {
  const commits: string[][] = [];
  let waiting: { readonly what: string; readonly done: () => void }[] = [];
  let isBusy = false;
  const begin = () => {
    const batch = waiting;
    waiting = [];
    commits.push(batch.map(({ what }) => what));
    setTimeout(() => {
      for (const { done } of batch) done();
      isBusy = waiting.length > 0;
      if (isBusy) setImmediate(begin);
    }, COMMIT_MS);
  };
  const commit = (what: string) =>
    new Promise<void>((done) => {
      waiting.push({ what, done });
      if (isBusy) return;
      isBusy = true;
      setImmediate(begin);
    });
  return { commit, taken: () => commits.splice(0) };
}

/** A ledger and an audit, each on a disk. */
function createDisks() {
  // Stands still: what was seen does not grow old on a busy machine.
  const clock = createHandClock(Date.now());
  const [ledger, events] = [createDisk(), createDisk()];
  const memory = createMemoryStore(clock);
  const looks: string[] = [];
  const store: LedgerStore = {
    ...memory,
    find(key) {
      looks.push(key);
      return memory.find(key);
    },
    async replace(row, expected) {
      await ledger.commit('step');
      return memory.replace(row, expected);
    },
  };
  const audit: AuditSink = { write: ({ event }) => events.commit(event), close: async () => undefined };
  return {
    clock,
    store,
    audit,
    /** What was committed since the last time, and how often a row was looked at. */
    taken() {
      const counts = new Map<string, number>();
      for (const key of looks.splice(0)) counts.set(key, (counts.get(key) ?? 0) + 1);
      return { steps: ledger.taken(), events: events.taken(), mostLooks: Math.max(...counts.values()) };
    },
  };
}

test('a send waits for the ledger twice and for the audit once, a right code three times and once', async () => {
  const crm = await openCrm();
  const disks = createDisks();
  const outbox = createOutbox({ addressKind: 'email' });
  const { clock, store, audit } = disks;
  const adapters = { clock, store, audit, channels: { email: outbox } };
  const { rep } = await openGateway(gatewayOptions(crm.url), adapters);

  expect((await rep.deliver()).result).toBe('otp-required');
  const send = disks.taken();
  // The caps of all, of the caller and of the address, and the caller's meter; then the code.
  expect(send.steps).toEqual([Array(send.steps[0]?.length ?? 0).fill('step'), ['step']]);
  expect(send.steps[0]?.length).toBeGreaterThan(3);
  expect(send.events).toEqual([['code-sent', 'save-refused']]);
  expect(send.mostLooks).toBe(1);

  expect((await rep.deliver(outbox.lastCode())).code).toBe('used');
  const { steps, events } = disks.taken();
  // The attempt beside the budgets of the caller and of their address, the claim beside what is given back, the end; and, for which nobody waits, the meter.
  expect(steps.map(({ length }) => length)).toEqual([3, 3, 1, 1]);
  expect(events).toEqual([['save-countersigned'], ['save-settled']]);
});
