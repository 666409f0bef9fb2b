import { describeDoors, type Knock } from '../dialects/doors.ts';
import { startShowing } from '../harness/stand-in.ts';

/*
 * A create that brings the id of a record may save that record. The id is one under each spelling of its field: an input of free JSON, and a
 * server that turns names from one case into another, take `orderId` for `order_id`.
 */

const STORED = { order_id: '45', status: 'Open', email: 'ann@example.com' };
const create = (data: object): Knock => ({
  line: 'POST /graphql',
  body: JSON.stringify({ query: 'mutation($d: JSON!) { createOrder(data: $d) }', variables: { d: data } }),
});

describeDoors('GraphQL, with an id of two words', {
  start: () => startShowing(STORED, { data: { order: STORED } }),
  modules: {
    Order: {
      dialect: 'graphql',
      path: '/graphql',
      idField: 'order_id',
      mutations: { createOrder: { operation: 'create', fields: 'data' } },
      record: 'query ($id: ID!) { order(id: $id) { order_id status email } }',
    },
  },
  rules: [
    {
      id: 7,
      name: 'Closing',
      module: 'Order',
      onCreate: 'allow',
      when: { changed_to: ['status', 'Closed'] },
      send: { to: [{ channel: 'email', address: 'email' }] },
    },
  ],
  headers: ['Authorization: Bearer rep'],
  refused: ['order_id', 'orderId', 'OrderID', 'order-id'].map((name) => [
    `a create that brings ${name}`,
    400,
    create({ [name]: '45', status: 'Closed' }),
  ]),
  honest: [
    ['a create without an id', create({ status: 'Closed' }), '/graphql'],
    ['one with an id of something else', create({ status: 'Closed', reorder_id: '3' }), '/graphql'],
  ],
});
