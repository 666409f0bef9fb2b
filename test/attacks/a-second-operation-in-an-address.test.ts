import { describeDoors } from '../dialects/doors.ts';
import { startShowing } from '../harness/stand-in.ts';

/*
 * PHP takes the last of two values of a name in an address, others the first, and ASP.NET knows no difference between `action` and `Action`. Where
 * one value shows nothing and the other one a record, nobody knows which is shown.
 */

const ORDER = { id: 45, total: '12.50', email: 'ann@example.com' };

describeDoors('operations that the query tells apart', {
  start: () => startShowing(ORDER),
  modules: {
    Orders: {
      dialect: 'rest',
      path: '/orders',
      shapes: 'none',
      operations: [
        { request: 'GET /index.php?action=names', harmless: true },
        { request: 'GET /index.php?action=orders&id={id}', read: { id: '{id}', record: '' } },
      ],
    },
  },
  rules: [
    {
      id: 7,
      name: 'Orders',
      module: 'Orders',
      on: ['read'],
      when: true,
      send: { to: [{ channel: 'email', address: 'email' }] },
    },
  ],
  headers: [],
  refused: [
    ['a second one', 400, { line: 'GET /index.php?action=names&action=orders&id=45' }],
    ['a first one', 400, { line: 'GET /index.php?id=45&action=names&action=orders' }],
    ['one in another case', 400, { line: 'GET /index.php?action=names&Action=orders&id=45' }],
    ['one that is described nowhere', 400, { line: 'GET /index.php?action=names&action=delete' }],
    ['one in a list', 400, { line: 'GET /index.php?action=names&action[]=orders&id=45' }],
    ['one that is encoded', 400, { line: 'GET /index.php?action=names&%61ction=orders&id=45' }],
    ['one behind a semicolon', 400, { line: 'GET /index.php?action=names;action=orders&id=45' }],
  ],
  honest: [
    [
      'what shows nothing, with more beside',
      { line: 'GET /index.php?action=names&lang=de' },
      '/index.php?action=names&lang=de',
    ],
  ],
});
