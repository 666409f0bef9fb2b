import { describeDoors, type Knock } from '../dialects/doors.ts';
import { startShowing } from '../harness/stand-in.ts';

/*
 * Clients send back what they were shown in the form of their own language: a form has "5.00" and "1" where JSON has 5 and true, a library writes a
 * moment with its fractions. Nothing changes by that; another value does, and so does another form of what is stored as a text.
 */

const NOTE = {
  id: '45',
  email: 'ann@example.com',
  amount: 5,
  version: '1.10',
  approved: true,
  blocked: false,
  due: '2026-11-01T10:00:00Z',
  tags: ['a', 'b'],
  address: { city: 'Ulm', zip: '89073' },
};
const GUARDED = ['amount', 'version', 'approved', 'blocked', 'due', 'tags', 'address'];
const PATH = '/api/notes/45';
const FORM = ['Content-Type: application/x-www-form-urlencoded'];
const json = (fields: object): Knock => ({ line: `PATCH ${PATH}`, body: JSON.stringify(fields) });
const form = (body: string): Knock => ({ line: `POST ${PATH}`, headers: FORM, body });
const asks = (knock: Knock): [string, number, Knock] => [knock.body ?? '', 428, knock];
const arrives = (knock: Knock): [string, Knock, string] => [knock.body ?? '', knock, PATH];

describeDoors('a CRM that shows numbers, truths, moments and columns of JSON', {
  start: () => startShowing(NOTE),
  modules: { Notes: { dialect: 'rest', path: '/api/notes', values: ['tags', 'address'] } },
  rules: [
    ...GUARDED.map((field, index) => ({
      id: index + 1,
      name: field,
      module: 'Notes',
      when: { changed: field },
      send: { to: [{ channel: 'email' as const, address: 'email' }] },
    })),
    {
      id: 20,
      name: 'Approval',
      module: 'Notes',
      when: { changed_to: ['approved', true] },
      send: { to: [{ channel: 'email' as const, address: 'email' }] },
    },
  ],
  headers: ['Authorization: Bearer rep'],
  refused: [
    asks(json({ amount: '5.01' })),
    asks(json({ amount: '5,00' })),
    asks(json({ amount: '5.000' })),
    asks(json({ version: '1.1' })),
    asks(json({ version: 1.1 })),
    asks(json({ approved: '0' })),
    asks(json({ approved: 'yes' })),
    asks(form('blocked=1')),
    asks(json({ due: '2026-11-01T10:00:00.001Z' })),
    asks(json({ due: '2026-11-01T10:00:00' })),
    asks(json({ tags: ['b', 'a'] })),
    asks(json({ tags: ['a', 'b', 'c'] })),
    asks(json({ address: { city: 'Ulm' } })),
    asks(json({ amount: 5, Amount: 6 })),
  ],
  honest: [
    arrives(json({ ...NOTE, note: 'x' })),
    arrives(json({ amount: '5.00', note: 'x' })),
    arrives(form('amount=5&approved=1&blocked=0&due=2026-11-01T10:00:00.000Z&note=x')),
    arrives(json({ due: '2026-11-01T10:00:00+00:00' })),
    arrives(json({ address: { zip: '89073', city: 'Ulm' }, tags: ['a', 'b'] })),
  ],
});
