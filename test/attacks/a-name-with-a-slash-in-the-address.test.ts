import { describeDoors } from '../dialects/doors.ts';
import { startShowing } from '../harness/stand-in.ts';

/*
 * In a JSON pointer a slash within a name is written `~1` (RFC 6901). Servers that lay the address over the body know the name and no pointer, so
 * the name counts as a client writes it.
 */

const ORDER = { id: 45, status: 'Open', email: 'ann@example.com' };

describeDoors('an operation that names its record at a member with a slash in its name', {
  start: () => startShowing(ORDER),
  modules: {
    Orders: {
      dialect: 'rest',
      path: '/orders',
      operations: [
        { request: 'POST /rpc/save', save: { id: '/order~1ref', fields: '/set' } },
        { request: 'POST /rpc/close', save: { ids: '/order~1refs', fields: '/set' } },
      ],
    },
  },
  rules: [
    {
      id: 7,
      name: 'Delivery',
      module: 'Orders',
      when: { changed_to: ['status', 'Delivered'] },
      send: { to: [{ channel: 'email', address: 'email' }] },
    },
  ],
  headers: [],
  refused: [
    [
      'another record in the address',
      400,
      {
        line: 'POST /rpc/save?order/ref=45',
        body: JSON.stringify({ 'order/ref': 46, set: { note: 'x' } }),
      },
    ],
    [
      'other records in the address',
      400,
      {
        line: 'POST /rpc/close?order/refs[]=45',
        body: JSON.stringify({ 'order/refs': [46], set: { note: 'x' } }),
      },
    ],
    [
      'a delivery',
      428,
      {
        line: 'POST /rpc/save',
        body: JSON.stringify({ 'order/ref': 45, set: { status: 'Delivered' } }),
      },
    ],
  ],
  honest: [
    [
      'a note',
      { line: 'POST /rpc/save', body: JSON.stringify({ 'order/ref': 45, set: { note: 'x' } }) },
      '/rpc/save',
      JSON.stringify({ 'order/ref': 45, set: { note: 'x' } }),
    ],
  ],
});
