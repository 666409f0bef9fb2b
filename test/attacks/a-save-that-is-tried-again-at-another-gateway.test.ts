import { expect, test } from 'vitest';
import { createOutbox } from '../../src/channels/outbox/outbox.ts';
import { createMemoryStore } from '../../src/stores/memory/memory.ts';
import { systemClock } from '../../src/system/clock.ts';
import { customerAt } from '../harness/customer.ts';
import { deliveryRule, gatewayOptions } from '../harness/delivery.ts';
import type { Rep } from '../harness/rep.ts';
import { openCrm, openGateway } from '../harness/world.ts';

/*
 * Nobody knows what became of a save, so its code is good for the identical save only, also at a gateway at which the secret is rotated already,
 * or not yet.
 */

const OLD = 'the secret that goes away, as long as it has to be';
const NEW = 'the secret that comes after it, as long as it has to be';
type Secrets = readonly string[];

const CASES: readonly (readonly [string, Secrets, Secrets])[] = [
  ['where it was rotated meanwhile', [OLD], [NEW, OLD]],
  ['where it is rotated already', [OLD, NEW], [NEW, OLD]],
  ['where it is not rotated yet', [NEW, OLD], [OLD, NEW]],
];

/** A CRM whose first answer to a save is lost, and two gateways before it with these secrets. */
async function openSite(...secrets: readonly [Secrets, Secrets]) {
  const crm = await openCrm();
  const store = { ...createMemoryStore(systemClock), close: async () => undefined };
  const outbox = createOutbox({ addressKind: 'email' });
  const send = { to: [{ channel: 'email', address: 'email' }], message: '{{code}} {{link}}' };
  const options = gatewayOptions(crm.url, {
    publicUrl: 'https://crm.example',
    rules: [deliveryRule({ confirm: 'page', send })],
  });
  const open = (secret: Secrets) =>
    openGateway({ ...options, secret: [...secret] }, { store, channels: { email: outbox } });
  const [first, second] = [await open(secrets[0]), await open(secrets[1])];
  let isLost = false;
  crm.answerWith(({ method }, response, proceed) => {
    if (method === 'GET' || isLost) return proceed();
    isLost = true;
    response.destroy();
  });
  await first.rep.deliver();
  return { crm, outbox, first, second };
}

/** Tries the save at the first gateway, another one and the same at the second. */
async function tryAgain(first: Rep, second: Rep, code?: string) {
  const lost = await first.deliver(code);
  const other = await second.deliver(code, { note: 'another' });
  const same = await second.deliver(code);
  return [lost.code, other.status, same.code];
}

test.each(CASES)('honest: with its code, %s', async (_, ...secrets) => {
  const { crm, outbox, first, second } = await openSite(...secrets);
  expect(await tryAgain(first.rep, second.rep, outbox.lastCode())).toEqual(['held', 403, 'used']);
  expect(crm.saves).toHaveLength(2);
});

test.each(CASES)('honest: without it, where the customer agreed, %s', async (_, ...secrets) => {
  const { crm, outbox, first, second } = await openSite(...secrets);
  await customerAt(first.url, outbox.messages().at(-1)?.link ?? '').press('yes');
  expect(await tryAgain(first.rep, second.rep)).toEqual(['held', 429, 'used']);
  expect(crm.saves).toHaveLength(2);
});
