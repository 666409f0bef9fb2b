import { expect, test } from 'vitest';
import { aRule, told } from './example.ts';

const OWN = { channel: 'email', address: 'email' };
const related = (field: string) => ({
  channel: 'email',
  address: { via: 'contact', module: 'Contacts', field },
});
const warned = (to: readonly object[], changes = {}) =>
  told({
    modules: {
      DeliveryNotes: { dialect: 'rest', path: '/api/DeliveryNotes' },
      Contacts: { dialect: 'rest', path: '/api/Contacts' },
    },
    rules: [aRule({ send: { to }, ...changes })],
  });
const ADVICE =
  'rules[0].send.to: takes addresses from several records: an empty one in Contacts is filled in inside the CRM only';

test('a rule that takes addresses from several records is told what cannot be filled in', () => {
  expect(warned([related('email'), OWN])).toContain(ADVICE);
  expect(warned([related('email'), related('private_email')])).not.toContain(ADVICE);
  expect(warned([OWN, { channel: 'email', address: 'billing' }])).not.toContain(ADVICE);
  expect(warned([related('email'), OWN], { recipientChange: 'allow' })).not.toContain(ADVICE);
});

test('a code may be sent ahead where its values are implied, or where it confirms any save', () => {
  const ahead = (when: unknown, changes = {}) =>
    told({
      rules: [aRule({ when, send: { to: [OWN], when: { changed_to: ['status', 'Sent'] } }, ...changes })],
    });
  expect(ahead({ changed_to: ['status', 'Delivered'] })).not.toContain('send.when');
  expect(ahead({ changed: 'amount' }, { binds: 'record' })).not.toContain('send.when');
  expect(ahead({ changed: 'amount' })).toContain('rules[0].send.when: sends a code before the save');
});
