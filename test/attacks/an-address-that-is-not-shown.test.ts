import { expect, test } from 'vitest';
import { deliveryRule } from '../harness/delivery.ts';
import { openWorld } from '../harness/world.ts';

/*
 * An empty address is filled in freely where nobody can be asked. Whoever keeps the read of their save from showing the other address, by what
 * cuts the answer down, would have nobody asked, and codes would go to the number that they fill in.
 */

const NOTE = '/api/DeliveryNotes/45';
const PHONE = { phone: '+5511987654378' };
const STORED = { id: '45', status: 'Created', phone: null, email: 'ann@example.com' };
const EMAIL = { channel: 'email', address: 'email' };
const MAIL_ONLY = { id: '45', status: 'Created', email: STORED.email };

/** A CRM that shows of a record what `view` says. */
async function openViews(stored: object, rule: Parameters<typeof deliveryRule>[0] = {}) {
  const to = [{ channel: 'sms', address: 'phone' }, EMAIL];
  const world = await openWorld({
    channels: { sms: { kind: 'outbox', address: 'phone' }, email: { kind: 'outbox' } },
    rules: [deliveryRule({ send: { to }, ...rule })],
  });
  world.crm.answerWith(({ path }, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const views = { 'view=minimal': { id: '45', phone: null }, 'view=mail': MAIL_ONLY };
    const [, shown = stored] = Object.entries(views).find(([view]) => path.includes(view)) ?? [];
    response.end(JSON.stringify(shown));
  });
  return world;
}

test('an address that the read of the save does not show is there to be asked', async () => {
  const { crm, rep } = await openViews(STORED);
  const taken = await rep.call('PATCH', `${NOTE}?view=minimal`, PHONE);
  expect([taken.status, taken.result]).toEqual([422, 'otp-recipient-missing']);
  expect(crm.saves).toEqual([]);
});

test('honest: it is asked where it is shown, also with a query', async () => {
  const { crm, rep, gateway } = await openViews(STORED);
  expect((await rep.call('PATCH', `${NOTE}?notify=false`, PHONE)).result).toBe('otp-required');
  expect(gateway.lastCode(STORED.email)).toBeDefined();
  expect(crm.saves).toEqual([]);
});

test('honest: where the record has no other address, it is filled in, also with a query', async () => {
  const { crm, rep } = await openViews({ ...STORED, email: null });
  expect((await rep.call('PATCH', `${NOTE}?notify=false`, PHONE)).status).toBe(200);
  expect(crm.saves.map(({ path }) => path)).toEqual([`${NOTE}?notify=false`]);
});

test('honest: the address that is shown is asked, whatever another one may be', async () => {
  const { crm, rep, gateway } = await openViews({ ...STORED, ...PHONE });
  const shown = await rep.call('PATCH', `${NOTE}?view=mail`, { status: 'Delivered' });
  expect(shown.result).toBe('otp-required');
  expect(gateway.lastCode(STORED.email)).toBeDefined();
  expect(crm.saves).toEqual([]);
});

test('honest: a rule in shadow mode asks nobody, and refuses nothing', async () => {
  const { crm, rep } = await openViews(STORED, { mode: 'shadow', send: { to: [EMAIL] } });
  expect((await rep.call('PATCH', `${NOTE}?view=minimal`, { status: 'Delivered' })).status).toBe(200);
  expect(crm.saves.map(({ path }) => path)).toEqual([`${NOTE}?view=minimal`]);
});
