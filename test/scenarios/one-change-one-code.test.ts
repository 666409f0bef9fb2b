import { describe, expect, test } from 'vitest';
import type { ConfigInput } from '../../src/config/schema/schema.ts';
import { addContacts, NOTES_AND_CONTACTS } from '../harness/contacts.ts';
import { STORED } from '../harness/crm.ts';
import { deliveryRule } from '../harness/delivery.ts';
import { NOTE } from '../harness/rep.ts';
import { openWorld } from '../harness/world.ts';

type To = ConfigInput['rules'][number]['send']['to'];

const TO: To = [{ channel: 'email', address: 'email' }];
const MOVED = { email: 'new@example.com' };
const ruleOf = (id: number, to: To = TO, changes = {}) =>
  deliveryRule({
    id,
    name: `Rule ${id}`,
    when: { changed_to: ['status', `State ${id}`] },
    send: { to },
    ...changes,
  });
const headerOf = (id: number) => `OTPRULES-OTP-${id}`;

describe('an address to which several rules send', () => {
  test('is changed with one code, asked for under the first of them', async () => {
    const { crm, gateway, rep, code } = await openWorld({
      rules: [1, 2, 3, 4, 5, 6].map((id) => ruleOf(id)),
    });
    const refused = await rep.call('PATCH', NOTE, MOVED);
    expect(refused.json.rules).toMatchObject([{ rule: '1' }]);
    expect(refused.json.rules).toHaveLength(1);
    expect(gateway.outbox.messages().map(({ address }) => address)).toEqual(['ann@example.com']);
    const second = await rep.call('PATCH', NOTE, MOVED, { [headerOf(2)]: code() });
    expect(second.status).toBe(428);
    expect(crm.saves).toHaveLength(0);
    expect((await rep.call('PATCH', NOTE, MOVED, { [headerOf(1)]: code() })).code).toBe('used');
  });

  test('changed beside the field of a later rule wants that one, too', async () => {
    const { crm, gateway, rep } = await openWorld({ rules: [ruleOf(1), ruleOf(2), ruleOf(3)] });
    const refused = await rep.call('PATCH', NOTE, { ...MOVED, status: 'State 2' });
    expect(refused.json.rules?.map((row) => (row as { rule?: string }).rule)).toEqual(['1', '2']);
    const texts = gateway.outbox.messages().map(({ text }) => text);
    expect(texts.filter((text) => text.includes('another address'))).toHaveLength(1);
    const headers = Object.fromEntries(
      gateway.outbox.messages().map(({ rule, code }) => [headerOf(Number(rule)), code]),
    );
    const alone = { [headerOf(1)]: headers[headerOf(1)] ?? '' };
    expect((await rep.call('PATCH', NOTE, { ...MOVED, status: 'State 2' }, alone)).status).toBe(428);
    expect(crm.saves).toHaveLength(0);
    expect((await rep.call('PATCH', NOTE, { ...MOVED, status: 'State 2' }, headers)).code).toBe('used');
  });

  test('of two that change at once each is asked', async () => {
    const rules = [ruleOf(1), ruleOf(2, [{ channel: 'email', address: 'billing' }])];
    const records = { '45': { ...STORED, billing: 'bob@example.com' } };
    const { crm, gateway, rep } = await openWorld({ rules }, { records });
    const both = { ...MOVED, billing: 'new@example.com' };
    expect((await rep.call('PATCH', NOTE, both)).status).toBe(428);
    expect(new Set(gateway.outbox.messages().map(({ address }) => address))).toEqual(
      new Set(['ann@example.com', 'bob@example.com']),
    );
    const ann = gateway.lastCode('ann@example.com') ?? '';
    expect((await rep.call('PATCH', NOTE, both, { [headerOf(1)]: ann })).status).toBe(428);
    expect(crm.saves).toHaveLength(0);
  });

  test('of a rule that reads both, the one that it does not ask is asked by the rule that does', async () => {
    const billing = { channel: 'email', address: 'billing' };
    const rules = [ruleOf(1, [...TO, billing]), ruleOf(2, [billing, ...TO]), ruleOf(3, [billing])];
    const records = { '45': { ...STORED, billing: 'bob@example.com' } };
    const { gateway, rep } = await openWorld({ rules }, { records });
    const both = await rep.call('PATCH', NOTE, { ...MOVED, billing: 'new@example.com' });
    expect(both.json.rules?.map((row) => (row as { rule?: string }).rule)).toEqual(['1', '2']);
    expect(
      gateway.outbox
        .messages()
        .map(({ address }) => address)
        .sort(),
    ).toEqual(['ann@example.com', 'bob@example.com']);
  });

  test('is asked for by a rule that is enforced, though one in shadow mode stands first', async () => {
    const { rep } = await openWorld({ rules: [ruleOf(1, TO, { mode: 'shadow' }), ruleOf(2)] });
    expect((await rep.call('PATCH', NOTE, MOVED)).json.rules).toMatchObject([{ rule: '2' }]);
  });

  test('is asked for by a rule that asks this caller', async () => {
    const exempt = ruleOf(1, TO, { appliesTo: { '==': [{ var: 'caller.ip' }, '192.0.2.9'] } });
    const { rep } = await openWorld({ rules: [exempt, ruleOf(2)] });
    expect((await rep.call('PATCH', NOTE, MOVED)).json.rules).toMatchObject([{ rule: '2' }]);
  });
});

test('an address on another record, to which several rules send, is changed with one code there', async () => {
  const to = [{ channel: 'email', address: { via: 'contact_id', module: 'Contacts', field: 'email' } }];
  const { crm, gateway, rep, code } = await openWorld({
    rules: [ruleOf(1, to), ruleOf(2, to), ruleOf(3, to)],
    modules: NOTES_AND_CONTACTS,
  });
  const contacts = addContacts(crm, { '9': { id: '9', email: 'ann@example.com' } });
  expect((await rep.call('PATCH', '/api/Contacts/9', MOVED)).json.rules).toHaveLength(1);
  expect(gateway.outbox.messages()).toHaveLength(1);
  expect((await rep.call('PATCH', '/api/Contacts/9', MOVED, { [headerOf(1)]: code() })).code).toBe('used');
  expect(contacts.get('9')).toMatchObject(MOVED);
});

test('an address to which rules of two modules send is asked about under the first in the order of the configuration', async () => {
  const to = [{ channel: 'email', address: { via: 'contact_id', module: 'Contacts', field: 'email' } }];
  const { crm, gateway, rep, code } = await openWorld({
    rules: [ruleOf(1, to), ruleOf(2, TO, { module: 'Contacts' })],
    modules: NOTES_AND_CONTACTS,
  });
  const contacts = addContacts(crm, { '9': { id: '9', email: 'ann@example.com' } });
  expect((await rep.call('PATCH', '/api/Contacts/9', MOVED)).json.rules).toMatchObject([{ rule: '1' }]);
  expect(gateway.outbox.messages()).toHaveLength(1);
  expect((await rep.call('PATCH', '/api/Contacts/9', MOVED, { [headerOf(1)]: code() })).code).toBe('used');
  expect(contacts.get('9')).toMatchObject(MOVED);
});
