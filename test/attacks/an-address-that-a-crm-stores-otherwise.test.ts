import { describeDoors, type Knock } from '../dialects/doors.ts';
import { startShowing } from '../harness/stand-in.ts';

/*
 * An address in another form is the stored one to the gateway, and need not be that once a CRM has stored it: PHP's FILTER_SANITIZE_EMAIL drops
 * all that is no ASCII, `preg_replace('/\D/', '')` digits of other scripts, a column in Latin-1 makes `?` of them, and a short one cuts.
 */

const NOTE = '/api/notes/45';
const STORED = { id: '45', status: 'Created', email: 'ann@example.com', phone: '+49 151 23456789' };
const note = (fields: object): Knock => ({ line: `PATCH ${NOTE}`, body: JSON.stringify(fields) });
const rule = (id: number, channel: string, address: string) => ({
  id,
  name: `Rule ${id}`,
  module: 'Notes',
  when: { changed_to: ['status', 'Delivered'] },
  send: { to: [{ channel, address }] },
});

describeDoors('a CRM that stores of an address what it can', {
  start: () => startShowing(STORED),
  modules: { Notes: { dialect: 'rest', path: '/api/notes' } },
  rules: [rule(1, 'email', 'email'), rule(2, 'sms', 'phone')],
  channels: { email: { kind: 'outbox' }, sms: { kind: 'outbox', address: 'phone' } },
  headers: ['Authorization: Bearer rep'],
  refused: [
    ['a letter that is dropped', 428, note({ email: 'ann@exａmple.com' })],
    ['letters that are dropped', 428, note({ email: 'ann@ｅｘａｍｐｌｅ.com' })],
    ['a digit that is dropped', 428, note({ phone: '+49 151 2345678９' })],
    ['digits that are all dropped', 428, note({ phone: '+٤٩١٥١٢٣٤٥٦٧٨٩' })],
    ['a mark that nobody sees', 428, note({ phone: '+49 151 2345678\u200e9' })],
    ['a mark before it', 428, note({ phone: '\u202d+49 151 23456789' })],
    ['a line of its own', 428, note({ phone: '+49 151 2345678\n9' })],
    ['a blank more than a column of 20 has room', 428, note({ phone: '+49  151  23 45 678  9' })],
    ['more blanks than a column has room', 428, note({ phone: `+49 151 2345678${' '.repeat(30)}9` })],
  ],
  honest: [
    ['capitals', note({ email: 'Ann@Example.com' }), NOTE],
    ['a blank behind it', note({ email: 'ann@example.com ' }), NOTE],
    ['a number in groups', note({ phone: '0049 (151) 234567-89' }), NOTE],
    ['a number without blanks', note({ phone: '+4915123456789' }), NOTE],
    ['what is stored', note({ email: STORED.email, phone: STORED.phone }), NOTE],
  ],
});
