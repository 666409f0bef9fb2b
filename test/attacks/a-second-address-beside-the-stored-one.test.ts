import { expect, test } from 'vitest';
import { STORED } from '../harness/crm.ts';
import { deliveryRule } from '../harness/delivery.ts';
import { NOTE } from '../harness/rep.ts';
import { openWorld } from '../harness/world.ts';

/*
 * An address that stands deeper is held against what the save says there. Beside the stored one another may stand, under a name that some
 * server takes for the same.
 */

const contact = { email: 'ann@example.com', city: 'Oslo' };
const open = () =>
  openWorld(
    {
      modules: { DeliveryNotes: { dialect: 'rest', path: '/api/DeliveryNotes', values: ['contact'] } },
      rules: [deliveryRule({ send: { to: [{ channel: 'email', address: '/contact/email' }] } })],
    },
    { records: { '45': { ...STORED, contact } } },
  );

test.each<[string, object]>([
  ['another one', { city: 'Oslo', email: 'rep@example.net' }],
  ['one in an operator', { city: 'Oslo', $set: { email: 'rep@example.net' } }],
  ['one of another name only', { EMAIL: 'rep@example.net' }],
  ['none', { city: 'Oslo' }],
])('beside the stored address does not arrive without a code: %s', async (_, value) => {
  const { crm, gateway, rep } = await open();
  expect((await rep.call('PATCH', NOTE, { contact: value })).status).toBe(428);
  expect(gateway.outbox.messages().map(({ address }) => address)).toEqual(['ann@example.com']);
  expect(crm.saves).toEqual([]);
});

test.each<[string, object]>([
  ['the stored one', contact],
  ['another city', { ...contact, city: 'Bergen' }],
  ['what nobody guards', { ...contact, email_opt_in: true, tags: ['vip'] }],
])('and %s does', async (_, value) => {
  const { crm, rep } = await open();
  expect((await rep.call('PATCH', NOTE, { contact: value })).status).toBe(200);
  expect(crm.saves).toHaveLength(1);
});
