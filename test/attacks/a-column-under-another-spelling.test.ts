import { describeDoors, type Knock } from '../dialects/doors.ts';
import { startShowing } from '../harness/stand-in.ts';

/*
 * Into a column (`values`) nobody looks. Where a rule reads the column, or an address stands in it, it is the column under each spelling of its
 * name: `contact[email]` is one to forms and to JSON of PHP, `contact_attributes` to Rails, `contact@delta` to OData.
 */

const NOTE = {
  id: '45',
  status: 'Created',
  contact: { email: 'ann@example.com', name: 'Ann' },
  terms: { days: 30 },
};
const PATH = '/api/notes/45';
const FORM = ['Content-Type: application/x-www-form-urlencoded'];
const json = (fields: object): Knock => ({ line: `PATCH ${PATH}`, body: JSON.stringify(fields) });
const form = (body: string): Knock => ({ line: `POST ${PATH}`, headers: FORM, body });
const asks = (knock: Knock, status = 428): [string, number, Knock] => [knock.body ?? '', status, knock];
const arrives = (knock: Knock): [string, Knock, string] => [knock.body ?? '', knock, PATH];
const to = [{ channel: 'email' as const, address: '/contact/email' }];

describeDoors('a CRM with columns that hold objects', {
  start: () => startShowing(NOTE),
  modules: { Notes: { dialect: 'rest', path: '/api/notes', values: ['contact', 'terms', 'address'] } },
  rules: [
    { id: 1, name: 'Delivery', module: 'Notes', when: { changed_to: ['status', 'Delivered'] }, send: { to } },
    { id: 2, name: 'Terms', module: 'Notes', when: { changed: 'terms' }, send: { to } },
  ],
  headers: ['Authorization: Bearer rep'],
  refused: [
    asks(json({ 'contact[email]': 'rep@example.net' })),
    asks(json({ 'contact[x]': 'Ann', 'contact[email]': 'rep@example.net' })),
    asks(json({ contact_attributes: { email: 'rep@example.net' } })),
    asks(json({ contact: { name: 'Ann' }, contact_attributes: { email: 'rep@example.net' } })),
    asks(json({ Contact_attributes: { email: 'rep@example.net' } })),
    asks(json({ 'contact@delta': [{ email: 'rep@example.net' }] })),
    asks(json({ 'contact.email': 'rep@example.net' })),
    asks(json({ 'terms[days]': 90 })),
    asks(json({ terms_attributes: { days: 90 } })),
    asks(form('contact[email]=rep@example.net')),
    asks(form('contact[name]=x&contact[email]=rep@example.net')),
    asks(form('contact_attributes[email]=rep@example.net')),
    asks(form('contact[email]=ann@example.com&contact[email]=rep@example.net'), 400),
    asks(form('contact[email]=ann@example.com&Contact[Email]=rep@example.net'), 400),
    asks(form('contact=x&contact[email]=ann@example.com'), 400),
    asks(form('contact[0][email]=ann@example.com&contact[1][email]=rep@example.net'), 400),
    asks(form('terms[a][b]=1&terms[a]=2'), 400),
    asks(form('id[a]=45&id[b]=46&note=x'), 400),
  ],
  honest: [
    arrives(json({ contact: { email: 'Ann@example.com', name: 'Ann B.' } })),
    arrives(
      json({ address: { status: 'Delivered' }, address_attributes: { city: 'x' }, 'address[zip]': '1' }),
    ),
    arrives(form('contact[name]=Ann+B.&contact[email]=ann@example.com')),
    arrives(form('contact[name]=Ann&contact[name2]=B.&contact[email]=ann@example.com')),
    arrives(form('address[status]=Delivered&address[city]=x&note=y')),
  ],
});
