import { describe, expect, it } from 'vitest';
import { addressIn } from '../../src/core/rule/stored-address.ts';
import { jsonOf } from '../../src/core/wire/json.ts';

const address = { kind: 'own', field: 'contact', fieldAt: '/contact/email' } as const;
const contact = { email: 'ann@example.com', city: 'Oslo' };
const before = new Map([['contact', jsonOf(contact)]]);
const said = (value: unknown, at = address) => addressIn(at, jsonOf(value), before);

describe('an address that stands deeper in what a save gives', () => {
  it.each<[string, unknown, unknown]>([
    ['the stored one', contact, 'ann@example.com'],
    ['another one', { email: 'new@example.com' }, 'new@example.com'],
    ['beside another city', { ...contact, city: 'Bergen' }, 'ann@example.com'],
    ['beside what nobody guards', { ...contact, email_opt_in: true, tags: ['vip'] }, 'ann@example.com'],
    ['in capitals only', { EMAIL: 'new@example.com' }, 'new@example.com'],
    ['not there', { city: 'Oslo' }, null],
    ['a plain value in the place of the object', 'new@example.com', 'new@example.com'],
  ])('is %s', (_, value, expected) => {
    expect(said(value)).toEqual(expected);
  });

  it.each<[string, object]>([
    ['in capitals', { Email: 'rep@example.net' }],
    ['after a blank', { 'email ': 'rep@example.net' }],
    ['in an operator', { $set: { email: 'rep@example.net' } }],
    ['in a path', { 'x[email]': 'rep@example.net' }],
    ['in a pair', { changes: [{ name: 'email', value: 'rep@example.net' }] }],
  ])('is none that anybody knows where a second one stands beside it: %s', (_, second) => {
    expect(said({ ...contact, ...second })).toEqual(new Map([['', null]]));
  });

  const first = { kind: 'own', field: 'contacts', fieldAt: '/contacts/0/email' } as const;
  const contacts = [
    { id: 1, email: 'ann@example.com' },
    { id: 2, email: '' },
  ];
  const listed = new Map([['contacts', jsonOf(contacts)]]);
  const saidInList = (value: unknown) => addressIn(first, jsonOf(value), listed);

  it('stands in a list of objects that is the stored one', () => {
    expect(saidInList(contacts)).toBe('ann@example.com');
  });

  it.each<[string, unknown]>([
    ['in another order', contacts.toReversed()],
    ['of one of them', [contacts[0]]],
    ['in an object', { 0: contacts[0], 1: { id: 1, email: 'rep@example.net' } }],
    [
      'of another one with the same address before it',
      [
        { id: 2, email: 'ann@example.com' },
        { id: 1, email: 'rep@example.net' },
      ],
    ],
    ['of none', []],
  ])('is none that anybody knows in another list of objects: %s', (_, value) => {
    expect(saidInList(value)).not.toBe('ann@example.com');
  });

  it('stands at its place in a list of plain values', () => {
    const plain = { kind: 'own', field: 'emails', fieldAt: '/emails/0' } as const;
    const stored = new Map([['emails', jsonOf(['ann@example.com'])]]);
    expect(addressIn(plain, jsonOf(['ann@example.com', 'rep@example.net']), stored)).toBe('ann@example.com');
    expect(addressIn(plain, jsonOf(['rep@example.net']), stored)).toBe('rep@example.net');
  });
});
