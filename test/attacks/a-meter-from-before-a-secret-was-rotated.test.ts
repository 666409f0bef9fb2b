import { expect, test } from 'vitest';
import { createOutbox } from '../../src/channels/outbox/outbox.ts';
import type { ConfigInput } from '../../src/config/schema/schema.ts';
import { createMemoryStore } from '../../src/stores/memory/memory.ts';
import { createHandClock } from '../../src/system/hand-clock.ts';
import { gatewayOptions, NO_LIMITS } from '../harness/delivery.ts';
import { openCrm, openGateway } from '../harness/world.ts';

/*
 * What counts the codes of a caller that nobody verifies goes on under the name that the old secret gave it. A verified code is counted there:
 * otherwise a caller whose customers answer each of them would be refused once the secret was rotated.
 */

const OLD = 'the secret that goes away, as long as it has to be';
const NEW = 'the secret that comes after it, as long as it has to be';
const MINUTE = 60_000;

async function openSite() {
  const crm = await openCrm();
  const clock = createHandClock(Date.now());
  const store = { ...createMemoryStore(clock), close: async () => undefined };
  const outbox = createOutbox({ addressKind: 'email' });
  const repWith = async (...secret: string[]) => {
    const limits: ConfigInput['limits'] = {
      ...NO_LIMITS,
      unverified: { atLeast: 4, ratio: 0.5, per: '6h', caller: 'refuse' },
    };
    const options = gatewayOptions(crm.url, { secret, limits });
    return (await openGateway(options, { clock, store, channels: { email: outbox } })).rep;
  };
  type Rep = Awaited<ReturnType<typeof repWith>>;
  /** Asks for a code, and has it verified a minute later or not at all; gives what both were answered. */
  const deliver = async (asks: Rep, saves?: Rep) => {
    const asked = await asks.deliver();
    clock.advance(MINUTE);
    const saved = await saves?.deliver(outbox.lastCode());
    crm.records.set('45', { ...crm.records.get('45'), status: 'Created' });
    clock.advance(30 * MINUTE);
    return [asked.result, saved?.code];
  };
  return { repWith, deliver };
}

const GOOD = ['otp-required', 'used'];

test('honest: who has each code verified gets more, before the secret is rotated and after it', async () => {
  const { repWith, deliver } = await openSite();
  const old = await repWith(OLD);
  for (let nth = 0; nth < 4; nth++) expect(await deliver(old, old)).toEqual(GOOD);
  const rotated = await repWith(NEW, OLD);
  for (let nth = 0; nth < 8; nth++) expect(await deliver(rotated, rotated)).toEqual(GOOD);
});

test('honest: so does who asks at one gateway and saves at the other, while there are both', async () => {
  const { repWith, deliver } = await openSite();
  const both = [await repWith(OLD, NEW), await repWith(NEW, OLD)] as const;
  for (let nth = 0; nth < 8; nth++)
    expect(await deliver(...(nth % 2 === 0 ? both : ([both[1], both[0]] as const)))).toEqual(GOOD);
});

test('codes that nobody verifies count together, before and after', async () => {
  const { repWith, deliver } = await openSite();
  const old = await repWith(OLD);
  const rotated = await repWith(NEW, OLD);
  for (const rep of [old, old, rotated, rotated]) expect((await deliver(rep))[0]).toBe('otp-required');
  expect((await deliver(rotated))[0]).toBe('otp-rate-limited');
});
