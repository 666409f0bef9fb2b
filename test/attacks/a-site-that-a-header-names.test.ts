import { describeDoors, type Knock } from '../dialects/doors.ts';
import { startStandIn } from '../harness/stand-in.ts';

/*
 * Frappe takes the site from a header, before the host: https://github.com/frappe/frappe/blob/develop/frappe/app.py. At the site of the host, the
 * note is delivered already.
 */

const NOTE = '/api/resource/Note/N45';
const sends = (fields: object, ...headers: readonly string[]): Knock => ({
  line: `PUT ${NOTE}`,
  headers,
  body: JSON.stringify(fields),
});
const DELIVERED = { status: 'Delivered' };
const here = { name: 'N45', status: 'Delivered', email: 'ann@example.com', title: 'x' };

describeDoors('Frappe, by the site that a header names', {
  async start() {
    const crm = await startStandIn((asked) => {
      const isThere = asked.header('x-frappe-site-name') === 'there.example';
      return { status: 200, body: { data: isThere ? { ...here, status: 'Draft' } : here } };
    });
    return { ...crm, stored: () => here };
  },
  modules: { Note: { dialect: 'frappe', path: '/api' } },
  rules: [
    {
      id: 7,
      name: 'Delivery',
      module: 'Note',
      when: { changed_to: ['status', 'Delivered'] },
      send: { to: [{ channel: 'email', address: 'email' }] },
    },
  ],
  headers: ['Authorization: token key:secret'],
  refused: [
    ['at another site', 428, sends(DELIVERED, 'X-Frappe-Site-Name: there.example')],
    [
      'at two',
      400,
      sends(DELIVERED, 'X-Frappe-Site-Name: here.example', 'X-Frappe-Site-Name: there.example'),
    ],
    ['in another spelling', 400, sends(DELIVERED, 'X_Frappe_Site_Name: there.example')],
  ],
  honest: [
    ['what is so already here', sends(DELIVERED), NOTE],
    ['the site of the host, named', sends(DELIVERED, 'X-Frappe-Site-Name: here.example'), NOTE],
    ['another field there', sends({ title: 'y' }, 'X-Frappe-Site-Name: there.example'), NOTE],
  ],
});
