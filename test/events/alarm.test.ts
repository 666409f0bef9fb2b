import { expect, test, vi } from 'vitest';
import { meterOf, takeMeter } from '../../src/gate/ledger/unverified.ts';
import { createMemoryStore } from '../../src/stores/memory/memory.ts';
import { createHandClock } from '../../src/system/hand-clock.ts';
import { createKeyring } from '../../src/system/keyring.ts';

const MINUTE = 60_000;
const unverified = {
  atLeast: 1,
  ratio: 0.5,
  perMs: 60 * MINUTE,
  caller: 'alarm',
  country: 'alarm',
} as const;

test('A code that raises the alarm is not sent before the event of it is kept', async () => {
  const clock = createHandClock(1_795_003_200_000);
  const kept = Promise.withResolvers<void>();
  const take = vi.fn(() => kept.promise);
  const log = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() };
  const tools = {
    store: createMemoryStore(clock),
    clock,
    keyring: createKeyring(['s'.repeat(40)]),
    log,
    metrics: { alarmed: vi.fn() },
    events: { take },
  };
  const metered = meterOf('caller', 'rep', 5 * MINUTE, { limits: { unverified } });
  expect(await takeMeter(metered, tools)).toMatchObject({ ok: true });
  clock.advance(15 * MINUTE);
  let isCounted = false;
  const counting = takeMeter(metered, tools).then(() => {
    isCounted = true;
  });
  await vi.waitFor(() => expect(take).toHaveBeenCalledTimes(1));
  for (let turn = 0; turn < 100; turn++) await Promise.resolve();
  expect(isCounted).toBe(false);
  kept.resolve();
  await counting;
  expect(isCounted).toBe(true);
});
