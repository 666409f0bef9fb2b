import { describeDoors } from '../dialects/doors.ts';
import { startStandIn } from '../harness/stand-in.ts';

/*
 * PostgREST makes a change of a POST: `on_conflict` says by which columns it finds the record, and no id stands in the request. A rule that lets
 * new records pass would never hear of the old one.
 */

const PATH = '/orders';
const MERGE = ['Prefer: return=minimal, resolution=merge-duplicates'];
const paid = '{"number":"A-1","status":"Paid"}';

describeDoors('PostgREST, by a new record that is an old one', {
  async start() {
    const order = { id: 45, number: 'A-1', status: 'Open', email: 'ann@example.com' };
    const crm = await startStandIn(({ method, pathname, header, query, json }) => {
      if (method === 'GET' && pathname === `${PATH}/45`) return { status: 200, body: { ...order } };
      if (method !== 'POST') return { status: 404, body: {} };
      const merges = header('prefer')?.includes('resolution=merge-duplicates');
      const column = query.get('on_conflict') ?? 'id';
      const isOld = (json as Record<string, unknown>)[column] === (order as Record<string, unknown>)[column];
      if (merges && isOld) Object.assign(order, json);
      return { status: merges && isOld ? 200 : 201, body: {} };
    });
    return { ...crm, stored: () => ({ ...order }) };
  },
  modules: { Orders: { dialect: 'rest', path: PATH, creates: 'upsert' } },
  rules: [
    {
      id: 7,
      name: 'Paid',
      module: 'Orders',
      onCreate: 'allow',
      when: { changed_to: ['status', 'Paid'] },
      send: { to: [{ channel: 'email', address: 'email' }] },
    },
  ],
  headers: ['Authorization: Bearer rep'],
  refused: [
    ['another column', 400, { line: `POST ${PATH}?on_conflict=number`, headers: MERGE, body: paid }],
    [
      'another column, encoded',
      400,
      { line: `POST ${PATH}?%6fn_conflict=numbe%72`, headers: MERGE, body: paid },
    ],
    [
      'the id and another column',
      400,
      { line: `POST ${PATH}?on_conflict=id,number`, headers: MERGE, body: paid },
    ],
    [
      'two columns',
      400,
      { line: `POST ${PATH}?on_conflict=id&on_conflict=number`, headers: MERGE, body: paid },
    ],
    [
      'another column, of a record with an id',
      400,
      {
        line: `POST ${PATH}?on_conflict=number`,
        headers: MERGE,
        body: '{"id":46,"number":"A-1","status":"Paid"}',
      },
    ],
    [
      'two headers',
      400,
      {
        line: `POST ${PATH}?on_conflict=number`,
        headers: ['Prefer: return=minimal', 'Prefer: resolution=merge-duplicates'],
        body: paid,
      },
    ],
    [
      'the id, of a record that is there',
      428,
      {
        line: `POST ${PATH}?on_conflict=id`,
        headers: MERGE,
        body: '{"id":45,"status":"Paid"}',
      },
    ],
  ],
  honest: [
    ['a new record', { line: `POST ${PATH}`, headers: ['Prefer: return=minimal'], body: paid }, PATH],
    [
      'a record without an id that may be merged by it',
      { line: `POST ${PATH}`, headers: MERGE, body: paid },
      PATH,
    ],
    [
      'the id, of a record that is not there',
      { line: `POST ${PATH}?on_conflict=id`, headers: MERGE, body: '{"id":46,"status":"Paid"}' },
      `${PATH}?on_conflict=id`,
    ],
    [
      'another column, where old records stay',
      {
        line: `POST ${PATH}?on_conflict=number`,
        headers: ['Prefer: resolution=ignore-duplicates'],
        body: paid,
      },
      `${PATH}?on_conflict=number`,
    ],
  ],
});
