import { expect, test } from 'vitest';
import { NO_LIMITS } from '../harness/delivery.ts';
import { openWorld } from '../harness/world.ts';

/*
 * Whoever may write the address of a record of their own writes somebody else's, each time with another tag behind a plus: all of them are one
 * mailbox, and it gets as many codes as one address.
 */

const MOST = 2;

/** Asks for a code to each of the addresses; gives which of them got one. */
async function reached(addresses: readonly string[]) {
  const notes = addresses.map(
    (email, nth) => [`${nth}`, { id: `${nth}`, status: 'Created', email }] as const,
  );
  const limits = { ...NO_LIMITS, address: { ...NO_LIMITS.address, hour: MOST } };
  const { rep, gateway } = await openWorld({ limits }, { records: Object.fromEntries(notes) });
  for (const [id] of notes) await rep.call('PATCH', `/api/DeliveryNotes/${id}`, { status: 'Delivered' });
  return gateway.outbox.messages().map(({ address }) => address);
}

test.each([
  ['behind a plus', ['ann@example.com', 'ann+1@example.com', 'ANN+2@example.com', 'ann+a+b@example.com']],
  [
    'by dots at Gmail',
    ['ann.lee@gmail.com', 'annlee+x@gmail.com', 'a.n.n.lee@gmail.com', 'annlee@googlemail.com'],
  ],
])('one mailbox gets as many codes as one address: it is another one %s', async (_, addresses) => {
  expect(await reached(addresses)).toHaveLength(MOST);
});

test('honest: a code goes to the address as it is stored, and other mailboxes are counted by themselves', async () => {
  const addresses = ['ann+1@example.com', 'ann.lee@example.com', 'annlee@example.com', 'ann@example.org'];
  expect(await reached(addresses)).toEqual(addresses);
  const others = ['a.b@gmail.com', 'ab@example.com', '+@example.com', '+1@example.com'];
  expect(await reached(others)).toEqual(others);
});
