import { expect, test } from 'vitest';
import { deliveryRule } from '../harness/delivery.ts';
import { repOf } from '../harness/rep.ts';
import { openWorld } from '../harness/world.ts';

/*
 * A code is for a record by its id. Where a header or a query chooses whose record that is, a code that one customer gave for theirs is none
 * of another's, and both records may refer to the contact of the same id.
 */

const NOTE = '/api/DeliveryNotes/45';
const DELIVERED = { status: 'Delivered' };
const EMAILS: Readonly<Record<string, string>> = { a: 'friend@example.com', b: 'bob@example.com' };
const MODULES = {
  DeliveryNotes: { dialect: 'rest', path: '/api/DeliveryNotes', unknownHeaders: 'judge' },
  Contacts: { dialect: 'rest', path: '/api/Contacts', unknownHeaders: 'judge' },
} as const;

/** A CRM whose tenants have records, and contacts, of the same ids. `contact`: what tenant b has in the place of the contact. */
async function openTenants(
  contact: object | number = { id: '7', email: EMAILS.b },
  heads: { readonly readHeaders?: string[]; readonly credentialHeaders?: string[] } = {},
) {
  const address = { via: 'contact_id', module: 'Contacts', field: 'email' };
  const world = await openWorld({
    modules: {
      DeliveryNotes: { ...MODULES.DeliveryNotes, ...heads },
      Contacts: { ...MODULES.Contacts, ...heads },
    },
    rules: [deliveryRule({ send: { to: [{ channel: 'email', address }] } })],
  });
  world.crm.answerWith(({ path, headers }, response) => {
    const isB = headers.some(([, value]) => value === 'b') || path.includes('tenant=b');
    const own = { id: '7', email: EMAILS.a };
    const note = { id: '45', status: 'Created', contact_id: '7' };
    const found = path.startsWith('/api/Contacts') ? (isB ? contact : own) : note;
    response.writeHead(typeof found === 'number' ? found : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(typeof found === 'number' ? {} : found));
  });
  return world;
}

const WAYS: readonly (readonly [string, string, Readonly<Record<string, string>>])[] = [
  ['header', NOTE, { 'X-Tenant': 'b' }],
  ['query', `${NOTE}?tenant=b`, {}],
];

test.each(WAYS)('a code of the friend is none for the tenant that a %s names', async (_, path, headers) => {
  for (const [contact, refusal] of [
    [{ id: '7', email: EMAILS.b }, [422, 'otp-recipient-missing']],
    [{ id: '7' }, [422, 'otp-recipient-missing']],
    [404, [503, 'record-unavailable']],
    [500, [503, 'record-unavailable']],
  ] as const) {
    const { rep, crm, code, gateway } = await openTenants(contact);
    expect((await rep.call('PATCH', NOTE, DELIVERED)).result).toBe('otp-required');
    expect(gateway.lastCode(EMAILS.a)).toBeDefined();
    const withCode = { ...headers, 'OTPRULES-OTP-7': code() };
    const taken = await rep.call('PATCH', path, DELIVERED, withCode);
    expect([taken.status, taken.result]).toEqual(refusal);
    expect(crm.saves).toEqual([]);
    // Honest: for the record that it is about it is good still, and no attempt was spent.
    expect((await rep.call('PATCH', NOTE, DELIVERED, { 'OTPRULES-OTP-7': code() })).result).toBe('verified');
  }
});

test.each([
  ['a header that the module declares', { readHeaders: ['X-Tenant'] }, 'X-Tenant'],
  ['a key that says who asks', { credentialHeaders: ['X-Api-Key'] }, 'X-Api-Key'],
  ['credentials', {}, 'Authorization'],
])('a code of the friend is none for the tenant that is chosen by %s', async (_, heads, header) => {
  const { url, crm, code } = await openTenants({ id: '7', email: EMAILS.b }, heads);
  const deliver = (tenant: string, headers = {}) => {
    const isToken = header === 'Authorization';
    const own = isToken ? headers : { ...headers, [header]: tenant };
    return repOf(url, isToken ? tenant : 'Bearer rep').call('PATCH', NOTE, DELIVERED, own);
  };
  expect((await deliver('a')).result).toBe('otp-required');
  const withCode = { 'OTPRULES-OTP-7': code() };
  const taken = await deliver('b', withCode);
  expect([taken.status, taken.result]).toEqual([422, 'otp-recipient-missing']);
  expect(crm.saves).toEqual([]);
  expect((await deliver('a', withCode)).result).toBe('verified');
});

test.each(WAYS)('honest: a %s that chooses nothing goes with the code', async (_, path, headers) => {
  const { rep, crm, code } = await openTenants({ id: '7', email: EMAILS.a });
  expect((await rep.call('PATCH', path, DELIVERED, headers)).result).toBe('otp-required');
  const answer = await rep.call('PATCH', path, DELIVERED, { ...headers, 'OTPRULES-OTP-7': code() });
  expect(answer.result).toBe('verified');
  expect(crm.saves.map((save) => save.path)).toEqual([path]);
});
