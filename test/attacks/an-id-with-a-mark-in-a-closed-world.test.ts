import { describeDoors, type Knock } from '../dialects/doors.ts';
import { startShowing } from '../harness/stand-in.ts';

/*
 * Where `knownFields` closes the world, the `idField` is known, and no other name for an id is: `_id` names a record of MongoDB, and is none of `id`.
 */

const PATH = '/api/notes/45';
const knock = (fields: object): Knock => ({ line: `PATCH ${PATH}`, body: JSON.stringify(fields) });
const asks = (fields: object): [string, number, Knock] => [JSON.stringify(fields), 422, knock(fields)];
const arrives = (fields: object): [string, Knock, string] => [JSON.stringify(fields), knock(fields), PATH];

describeDoors('a closed world', {
  start: () => startShowing({ id: '45', status: 'Created', note: 'n', email: 'ann@example.com' }),
  modules: { Notes: { dialect: 'rest', path: '/api/notes', knownFields: ['status', 'note'] } },
  rules: [
    {
      id: 7,
      name: 'Delivery',
      module: 'Notes',
      when: { changed_to: ['status', 'Delivered'] },
      send: { to: [{ channel: 'email', address: 'email' }] },
    },
  ],
  headers: ['Authorization: Bearer rep'],
  refused: [
    asks({ _id: '46', note: 'x' }),
    asks({ _status: 'on' }),
    asks({ note: 'x', 'note-0-status': 'Delivered' }),
  ],
  honest: [arrives({ id: '45', note: 'x', status: 'Created' }), arrives({ ID: '45', Note: 'x' })],
});
