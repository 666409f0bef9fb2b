import { expect, test } from 'vitest';
import type { Channel } from '../../src/ports.ts';
import { createMemoryStore } from '../../src/stores/memory/memory.ts';
import { systemClock } from '../../src/system/clock.ts';
import { gatewayOptions, NO_LIMITS } from '../harness/delivery.ts';
import { repOf } from '../harness/rep.ts';
import { openCrm, openGateway } from '../harness/world.ts';

/*
 * A send that a provider refuses is given back: nobody got a code. Whoever has a record whose number is always refused could call the provider
 * as often as they like, until it has had enough of all of us.
 */

/** Codes of a caller in an hour, and ten times as many calls of a provider that sends none. */
const MOST = 3;
const MOST_CALLS = 30;

async function openSite(limits: object) {
  const ids = [...Array.from({ length: MOST + 1 }, (_, nth) => `${nth}`), '45'];
  const noteOf = (id: string) => ({ id, status: 'Created', email: `c${id}@example.com` });
  const crm = await openCrm({ records: Object.fromEntries(ids.map((id) => [id, noteOf(id)])) });
  let calls = 0;
  let isUp = false;
  const email: Channel = {
    addressKind: 'email',
    async deliver() {
      calls++;
      return isUp ? { kind: 'accepted' } : { kind: 'refused', reason: 'no such number' };
    },
    close: async () => undefined,
  };
  const store = createMemoryStore(systemClock);
  const options = gatewayOptions(crm.url, { limits: { ...NO_LIMITS, ...limits } });
  const { url } = await openGateway(options, { store, channels: { email } });
  const repWith = (token: string) => repOf(url, token);
  return {
    repWith,
    calls: () => calls,
    comesUp: () => {
      isUp = true;
    },
  };
}

const CALLER = { caller: { ...NO_LIMITS.caller, hour: MOST } };

test('one caller has ten times as many sends refused as they may have codes, by a save and by hand', async () => {
  const { repWith, calls } = await openSite(CALLER);
  const [one, other] = [repWith('Bearer one'), repWith('Bearer other')];
  for (let nth = 0; nth < MOST_CALLS; nth++) expect((await one.deliver()).result).toBe('otp-delivery-failed');
  const refused = await one.deliver();
  expect(refused).toMatchObject({ status: 429, result: 'otp-rate-limited' });
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect((await one.askForCode()).status).toBe(429);
  expect(calls()).toBe(MOST_CALLS);
  expect((await other.deliver()).result).toBe('otp-delivery-failed');
});

test('whoever makes up credentials is counted by where they come from', async () => {
  const { repWith, calls } = await openSite({ ip: { ...NO_LIMITS.ip, hour: MOST } });
  for (let nth = 0; nth < 2 * MOST_CALLS; nth++) await repWith(`Bearer made up ${nth}`).deliver();
  expect(calls()).toBe(MOST_CALLS);
});

test('honest: what was refused takes no code from the caller', async () => {
  const { repWith, comesUp } = await openSite(CALLER);
  const rep = repWith('Bearer one');
  for (let nth = 1; nth < MOST_CALLS; nth++) await rep.deliver();
  comesUp();
  const asked: unknown[] = [];
  for (let nth = 0; nth <= MOST; nth++)
    asked.push((await rep.call('PATCH', `/api/DeliveryNotes/${nth}`, { status: 'Delivered' })).result);
  expect(asked).toEqual(['otp-required', 'otp-required', 'otp-required', 'otp-rate-limited']);
});
