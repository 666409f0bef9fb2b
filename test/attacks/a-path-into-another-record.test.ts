import { describe } from 'vitest';
import { describeDoors, type Knock } from '../dialects/doors.ts';
import { startShowing } from '../harness/stand-in.ts';

/*
 * A name may be a path into another record: Spring writes to the delivery by `delivery.status`, .NET by `Deliveries[0].Status`, Django's formsets
 * by `deliveries-0-status`. Which record that is, nobody knows.
 */

const CUSTOMER = { id: '9', name: 'Ann', email: 'ann@example.com', deliveries: ['45'] };
const PATH = '/api/customers/9';
const FORM = ['Content-Type: application/x-www-form-urlencoded'];
const PARTS = ['Content-Type: multipart/form-data; boundary=b'];
const json = (fields: object): Knock => ({ line: `PATCH ${PATH}`, body: JSON.stringify(fields) });
const form = (body: string): Knock => ({ line: `POST ${PATH}`, headers: FORM, body });
const part = (name: string): Knock => ({
  line: `POST ${PATH}`,
  headers: PARTS,
  body: `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\ndelivered\r\n--b--\r\n`,
});
const refused = (knock: Knock, status = 422): [string, number, Knock] => [knock.body ?? '', status, knock];
const arrives = (knock: Knock): [string, Knock, string] => [knock.body ?? '', knock, PATH];

const RULES = [
  {
    id: 7,
    name: 'Delivery',
    module: 'Deliveries',
    when: { changed_to: ['status', 'delivered'] },
    send: { to: [{ channel: 'email' as const, address: 'email' }] },
  },
];
const DECLARED = { relations: { deliveries: 'Deliveries' } };

describe.each([
  ['that nobody declared', {}],
  ['that is declared', DECLARED],
  ['that nobody declared, where names are looked for', { nested: 'judge' as const }],
  ['that is declared, where names are looked for', { nested: 'judge' as const, ...DECLARED }],
])('a relation %s', (_, more) => {
  describeDoors('a customer', {
    start: () => startShowing(CUSTOMER),
    modules: {
      Deliveries: { dialect: 'rest', path: '/api/deliveries' },
      Customers: { dialect: 'rest', path: '/api/customers', values: ['address'], ...more },
    },
    rules: RULES,
    headers: ['Authorization: Bearer rep'],
    refused: [
      refused(json({ 'delivery.status': 'delivered' })),
      refused(json({ 'parcels.0.status': 'delivered' })),
      refused(json({ 'parcels[0][status]': 'delivered' })),
      refused(form('deliveries[0].id=45&deliveries[0].status=delivered'), 400),
      refused(form('deliveries-TOTAL_FORMS=1&deliveries-0-id=45&deliveries-0-status=delivered')),
      refused(part('Deliveries[0].Status')),
      refused(part('deliveries.0.status')),
    ],
    honest: [
      arrives(json({ 'address.city': 'Ulm', 'address.status': 'delivered', 'shop.city': 'Ulm' })),
      arrives(form('name=Ann&shop.city=Ulm&line-2-text=x')),
    ],
  });
});
