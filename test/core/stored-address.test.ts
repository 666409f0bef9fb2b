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

  it('stands in a list, too', () => {
    const first = { kind: 'own', field: 'contact', fieldAt: '/contact/0/email' } as const;
    expect(addressIn(first, jsonOf([{ email: 'new@example.com' }, contact]), before)).toBe('new@example.com');
    expect(addressIn(first, jsonOf([]), before)).toBe(null);
  });
});
