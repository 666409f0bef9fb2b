import { describeDoors, type Knock } from '../dialects/doors.ts';
import { startStandIn } from '../harness/stand-in.ts';

/*
 * An id under another case of its field's name (`orderId` for `order_id`) is the record's to a server that turns names from one case into another:
 * in a described operation, in a list, and in OData. So is one whose name carries a mark that nobody sees.
 */

const STORED = { order_id: '45', status: 'Open', email: 'ann@example.com' };
const send = { to: [{ channel: 'email' as const, address: 'email' }] };
const rule = (id: number, module: string) => ({
  id,
  name: `Rule ${id}`,
  module,
  onCreate: 'allow' as const,
  when: { changed_to: ['status', 'Closed'] },
  send,
});
const post = (path: string, body: unknown): Knock => ({ line: `POST ${path}`, body: JSON.stringify(body) });
const NAMES = ['order_id', 'orderId', 'OrderID', 'order-id', 'order_id\u200b'];

describeDoors('a CRM whose id has two words', {
  async start() {
    const crm = await startStandIn(() => ({ status: 200, body: STORED }));
    return { ...crm, stored: () => STORED };
  },
  modules: {
    Orders: {
      dialect: 'rest',
      path: '/api/orders',
      idField: 'order_id',
      records: '',
      operations: [
        { request: 'POST /api/new-order', save: { operation: 'create' } },
        { request: 'POST /api/orders/{id}/close', save: { id: '{id}', set: { status: 'Closed' } } },
      ],
    },
    Choosing: {
      dialect: 'rest',
      path: '/own/orders',
      idField: 'order_id',
      creates: 'upsert',
      records: '',
      operations: [{ request: 'POST /own/new-order', save: { operation: 'create' } }],
    },
    Entities: { dialect: 'odata', path: '/data', type: 'orders', key: 'order_id' },
  },
  rules: [rule(1, 'Orders'), rule(2, 'Choosing'), rule(3, 'Entities')],
  headers: ['Authorization: Bearer rep'],
  refused: NAMES.flatMap((name) => [
    [`${name} in a new record`, 400, post('/api/orders', { [name]: '45', status: 'Closed' })],
    [`${name} in one that is described`, 400, post('/api/new-order', { [name]: '45', status: 'Closed' })],
    [`${name} beside an id in the address`, 400, post('/api/orders/45/close', { [name]: '46' })],
    [`${name} of a record that is there`, 428, post('/own/orders', { [name]: '45', status: 'Closed' })],
    [`${name}, where that is described`, 428, post('/own/new-order', { [name]: '45', status: 'Closed' })],
    [`${name} in a list of records`, 428, post('/api/orders', [{ [name]: '45', status: 'Closed' }])],
    [`${name} in a list`, 428, post('/own/orders', [{ [name]: '45', status: 'Closed' }])],
    [
      `${name} beside another key in OData`,
      400,
      { line: "PATCH /data/orders('45')", body: JSON.stringify({ [name]: '46', subject: 'x' }) },
    ],
  ]),
  honest: [
    ['a new record', post('/api/orders', { reorder_id: '3', status: 'Closed' }), '/api/orders'],
    [
      'one that is described',
      post('/api/new-order', { reorder_id: '3', status: 'Closed' }),
      '/api/new-order',
    ],
    ['one with no id yet', post('/own/new-order', { order_id: 0, status: 'Closed' }), '/own/new-order'],
    ['one of OData', post('/data/orders', { reorder_id: '3', status: 'Closed' }), '/data/orders'],
  ],
});
