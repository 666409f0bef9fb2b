import { expect, test } from 'vitest';
import { deliveryRule } from '../harness/delivery.ts';
import { openWorld } from '../harness/world.ts';

const RULE = deliveryRule({
  onCreate: 'challenge',
  send: {
    to: [{ channel: 'email', address: { via: 'contact', module: 'Contacts', field: 'email' } }],
  },
});
const MODULES = {
  DeliveryNotes: { dialect: 'rest', path: '/api/DeliveryNotes' },
  Contacts: { dialect: 'rest', path: '/api/Contacts', ids: 'any' },
} as const;

/** Shows the rep's own contact at every address below the contacts, without an id. */
async function openContacts() {
  const world = await openWorld({ rules: [RULE], modules: MODULES });
  world.crm.answerWith(({ path }, response, proceed) => {
    if (!path.startsWith('/api/Contacts')) return proceed();
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ email: path.endsWith('/1') ? 'rep@evil.test' : 'ann@example.com' }));
  });
  return world;
}

test('a create that names two contacts in two spellings sends no code to either', async () => {
  const { rep, gateway } = await openContacts();
  const refused = await rep.call('POST', '/api/DeliveryNotes', {
    status: 'Delivered',
    contact: '1',
    Contact: '2',
  });
  expect(refused.result).toBe('otp-recipient-missing');
  expect(gateway.outbox.messages()).toEqual([]);
});

test.each([
  '..',
  '.',
  '../me',
  '1/../2',
  '1?x',
  '1\\2',
])('a reference "%s" leads to no record', async (contact) => {
  const { crm, rep, gateway } = await openContacts();
  const refused = await rep.call('POST', '/api/DeliveryNotes', { status: 'Delivered', contact });
  expect(refused.result).toBe('otp-recipient-missing');
  expect(crm.received).toEqual([]);
  expect(gateway.outbox.messages()).toEqual([]);
});
