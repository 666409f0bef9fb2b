import { expect, test } from 'vitest';
import { createOutbox } from '../../src/channels/outbox/outbox.ts';
import type { ConfigInput } from '../../src/config/schema/schema.ts';
import { createMemoryStore } from '../../src/stores/memory/memory.ts';
import { createHandClock } from '../../src/system/hand-clock.ts';
import { customerAt } from '../harness/customer.ts';
import { deliveryRule, gatewayOptions, NO_LIMITS } from '../harness/delivery.ts';
import type { Rep } from '../harness/rep.ts';
import { openCrm, openGateway } from '../harness/world.ts';

/*
 * A row that was made before the secret was rotated keeps the name that the old secret gave it. What belongs to it is found by that name: the
 * count of a caller's verified codes, or whoever has each of them verified would be refused; the page of a code; the code that is sent once more.
 */

const OLD = 'the secret that goes away, as long as it has to be';
const NEW = 'the secret that comes after it, as long as it has to be';
const MINUTE = 60_000;

async function openSite(changes: Partial<ConfigInput> = {}) {
  const crm = await openCrm();
  // Codes are counted by half hours, and when one of these is over depends on the hour.
  const clock = createHandClock(Date.UTC(2026, 0, 1));
  const store = { ...createMemoryStore(clock), close: async () => undefined };
  const outbox = createOutbox({ addressKind: 'email' });
  const gatewayWith = async (...secret: string[]) => {
    const limits: ConfigInput['limits'] = {
      ...NO_LIMITS,
      unverified: { atLeast: 4, ratio: 0.5, per: '6h', caller: 'refuse' },
    };
    const options = gatewayOptions(crm.url, { secret, limits, ...changes });
    return openGateway(options, { clock, store, channels: { email: outbox } });
  };
  const repWith = async (...secret: string[]) => (await gatewayWith(...secret)).rep;
  /** Asks for a code, and has it verified a minute later or not at all; gives what both were answered. */
  const deliver = async (asks: Rep, saves?: Rep) => {
    const asked = await asks.deliver();
    clock.advance(MINUTE);
    const saved = await saves?.deliver(outbox.lastCode());
    crm.records.set('45', { ...crm.records.get('45'), status: 'Created' });
    clock.advance(30 * MINUTE);
    return [asked.result, saved?.code];
  };
  return { clock, outbox, gatewayWith, repWith, deliver };
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

test('honest: the page of a code opens where the record was asked about before', async () => {
  const send = { to: [{ channel: 'email', address: 'email' }], message: '{{code}} {{link}}' };
  const rules = [deliveryRule({ confirm: 'page', send })];
  const { clock, outbox, gatewayWith } = await openSite({ rules, publicUrl: 'https://crm.example' });
  await (await gatewayWith(OLD)).rep.deliver();
  clock.advance(10 * MINUTE);
  const { url, rep } = await gatewayWith(NEW, OLD);
  await rep.deliver();
  const customer = customerAt(url, outbox.messages().at(-1)?.link ?? '');
  expect(await customer.open()).toMatchObject({ status: 200, hasForm: true });
  await customer.press('yes');
  expect(await rep.deliver()).toMatchObject({ status: 200, code: 'used' });
});

test('honest: a code is sent once more by either gateway, while there are both', async () => {
  const rules = [deliveryRule({ code: { resend: 'same', validFor: '30m' } })];
  const { clock, outbox, repWith } = await openSite({ rules });
  await (await repWith(OLD)).deliver();
  clock.advance(MINUTE);
  for (const secrets of [[NEW, OLD] as const, [OLD, NEW] as const]) {
    expect((await (await repWith(...secrets)).askForCode()).status).toBe(201);
    clock.advance(MINUTE);
  }
  expect(new Set(outbox.messages().map(({ code }) => code)).size).toBe(1);
  expect(outbox.messages()).toHaveLength(3);
});
