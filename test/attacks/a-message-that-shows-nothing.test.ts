import { expect, test } from 'vitest';
import { deliveryRule } from '../harness/delivery.ts';
import { openWorld } from '../harness/world.ts';

/*
 * What a message shows of the stored record is what the customer agrees to. Whoever keeps the read of their save from showing it, by what cuts the
 * answer down, would have the customer agree to a message with nothing in it.
 */

const NOTE = '/api/DeliveryNotes/45';
const STORED = { id: '45', status: 'Created', amount: '90000', email: 'ann@example.com' };
const DELIVERED = { status: 'Delivered' };

/** A CRM that shows of a record what `view` says. */
async function openViews(rule: Parameters<typeof deliveryRule>[0] = {}) {
  const message = 'Deliver goods for {{record.amount}} euros? {{code}}';
  const world = await openWorld({
    rules: [deliveryRule({ send: { to: [{ channel: 'email', address: 'email' }], message }, ...rule })],
    modules: { DeliveryNotes: { dialect: 'rest', path: '/api/DeliveryNotes', neutralQuery: ['brief'] } },
  });
  world.crm.answerWith(({ path }, response) => {
    const { amount: _, ...minimal } = STORED;
    const { status: __, ...closed } = STORED;
    const views = { minimal, closed, draft: { ...STORED, amount: '9' } };
    const shown = Object.entries(views).find(([view]) => path.includes(`view=${view}`))?.[1] ?? STORED;
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(shown));
  });
  return world;
}

test.each([
  ['hides what the message shows', 'view=minimal'],
  ['chooses another value of it', 'view=draft'],
])('a save by which the message would show nothing asks nobody: its query %s', async (_, query) => {
  const { crm, rep, gateway } = await openViews();
  const answer = await rep.call('PATCH', `${NOTE}?${query}`, DELIVERED);
  expect([answer.status, answer.result]).toEqual([400, 'request-unreadable']);
  expect([crm.saves, gateway.outbox.messages()]).toEqual([[], []]);
});

test('honest: where the record is shown, or the save says it, the customer reads it, also with a query', async () => {
  const { crm, rep, gateway, code } = await openViews();
  const deliver = (query: string, fields: object, headers = {}) =>
    rep.call('PATCH', NOTE + query, fields, headers);
  expect((await deliver('?brief=1', DELIVERED)).result).toBe('otp-required');
  expect(gateway.outbox.messages().at(-1)?.text).toContain('for 90000 euros');
  expect((await deliver('?brief=1', DELIVERED, { 'OTPRULES-OTP-7': code() })).result).toBe('verified');
  expect(crm.saves.map(({ path }) => path)).toEqual([`${NOTE}?brief=1`]);
  const both = { ...DELIVERED, amount: '80000' };
  for (const query of ['?view=minimal', '?view=draft']) {
    expect((await deliver(query, both)).result).toBe('otp-required');
    expect(gateway.outbox.messages().at(-1)?.text).toContain('for 80000 euros');
  }
});

test('honest: the customer reads what the answer shows, whatever else it leaves out', async () => {
  const { rep, gateway } = await openViews();
  expect((await rep.call('PATCH', `${NOTE}?view=closed`, DELIVERED)).result).toBe('otp-required');
  expect(gateway.outbox.messages().at(-1)?.text).toContain('for 90000 euros');
});

test('honest: a rule in shadow mode sends no message, and refuses nothing', async () => {
  const { crm, rep } = await openViews({ mode: 'shadow' });
  expect((await rep.call('PATCH', `${NOTE}?view=minimal`, DELIVERED)).status).toBe(200);
  expect(crm.saves.map(({ path }) => path)).toEqual([`${NOTE}?view=minimal`]);
});
