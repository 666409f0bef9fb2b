import { expect, test } from 'vitest';
import { createOutbox } from '../../src/channels/outbox/outbox.ts';
import type { LedgerStore } from '../../src/ports.ts';
import { createMemoryStore } from '../../src/stores/memory/memory.ts';
import { systemClock } from '../../src/system/clock.ts';
import { gatewayOptions, NO_LIMITS } from '../harness/delivery.ts';
import { type Rep, repOf, wrongCode } from '../harness/rep.ts';
import { openCrm, openGateway } from '../harness/world.ts';

/*
 * Whoever has used up their wrong codes sends more of them, to several gateways at once. None of them may take an attempt of the record, not for
 * a moment: the customer's right code, or a typo of an honest caller, would meet a record without attempts at another gateway.
 */

const MOST_WRONG = 2;

/** Keeps what each step left of the record's attempts: how many of them are used. */
function watched(): LedgerStore & { readonly used: number[] } {
  const store = createMemoryStore(systemClock);
  const used: number[] = [];
  return {
    ...store,
    used,
    replace(row, expected) {
      const { attempts } = row as { attempts?: { used: number } };
      if (attempts) used.push(attempts.used);
      return store.replace(row, expected);
    },
  };
}

async function openSite() {
  const crm = await openCrm();
  const outbox = createOutbox({ addressKind: 'email' });
  const store = watched();
  const limits = { ...NO_LIMITS, caller: { ...NO_LIMITS.caller, wrong: MOST_WRONG } };
  const { url } = await openGateway(gatewayOptions(crm.url, { limits }), {
    store,
    channels: { email: outbox },
  });
  const [attacker, honest] = [repOf(url, 'Bearer attacker'), repOf(url, 'Bearer honest')];
  await honest.deliver();
  const code = outbox.lastCode() ?? '';
  const guess = async (rep: Rep, nth: number) => (await rep.deliver(wrongCode(code, nth))).result;
  return { crm, store, attacker, honest, code, guess };
}

test('it takes no attempt, not for a moment', async () => {
  const { crm, store, attacker, honest, code, guess } = await openSite();
  for (let nth = 1; nth <= MOST_WRONG; nth++) expect(await guess(attacker, nth)).toBe('otp-invalid');
  store.used.length = 0;
  expect(await guess(attacker, 9)).toBe('otp-rate-limited');
  expect(await attacker.deliver(code)).toMatchObject({ status: 429, result: 'otp-rate-limited' });
  expect(store.used).toEqual([]);
  expect(crm.saves).toEqual([]);
  expect((await honest.deliver(code)).code).toBe('used');
});

test('honest: who has wrong codes left pays with one, and gets back what a right code cost', async () => {
  const { store, honest, code, guess } = await openSite();
  store.used.length = 0;
  expect(await guess(honest, 1)).toBe('otp-invalid');
  expect(Math.max(...store.used)).toBe(1);
  expect((await honest.deliver(code)).code).toBe('used');
  expect(store.used.at(-1)).toBe(1);
});
