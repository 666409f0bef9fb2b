import { expect, it } from 'vitest';
import { createMemoryStore } from '../../src/stores/memory/memory.ts';
import { createHandClock } from '../../src/system/hand-clock.ts';
import { describeLedgerStore } from './contract.ts';
import { fullRow } from './full-row.ts';

describeLedgerStore('memory', async () => {
  const clock = createHandClock(1_700_000_000_000);
  return { store: createMemoryStore(clock), pass: () => clock.advance(1) };
});

it('lives by the clock it was given', async () => {
  const clock = createHandClock(1_700_000_000_000);
  const store = createMemoryStore(clock);
  await store.replace(fullRow('a', 1, clock.now() + 10), 0);
  clock.advance(9);
  expect(await store.purge()).toBe(0);
  clock.advance(1);
  expect(await store.purge()).toBe(1);
  expect((await store.find('a')).now).toBe(1_700_000_000_010);
});
