import { describe } from 'vitest';
import { type DoorsUnderTest, describeDoors, type Knock } from '../dialects/doors.ts';
import { startShowing } from '../harness/stand-in.ts';

/*
 * CRMs store 0, or a GUID of zeros, where a record refers to nobody (MySQL without foreign keys, Business Central). To fill it in is as free as where
 * nothing is stored; to empty it so is a change.
 */

const PATH = '/api/notes/45';
const knock = (fields: object): Knock => ({ line: `PATCH ${PATH}`, body: JSON.stringify(fields) });
const asks = (fields: object): [string, number, Knock] => [JSON.stringify(fields), 422, knock(fields)];
const arrives = (fields: object): [string, Knock, string] => [JSON.stringify(fields), knock(fields), PATH];
const ZEROS = '00000000-0000-0000-0000-000000000000';

const noteOf = (contact_id: unknown): Omit<DoorsUnderTest, 'refused' | 'honest'> => ({
  start: () => startShowing({ id: '45', status: 'Created', contact_id }),
  modules: {
    Notes: { dialect: 'rest', path: '/api/notes' },
    Contacts: { dialect: 'rest', path: '/api/contacts' },
  },
  rules: [
    {
      id: 7,
      name: 'Delivery',
      module: 'Notes',
      when: { changed_to: ['status', 'Delivered'] },
      send: {
        to: [
          {
            channel: 'email',
            address: { via: 'contact_id', module: 'Contacts', field: 'email', reverse: 'none' },
          },
        ],
      },
    },
  ],
  headers: ['Authorization: Bearer rep'],
});

describe.each([0, '0', ZEROS, null, ''])('where %j is stored', (stored) => {
  describeDoors('a note', {
    ...noteOf(stored),
    refused: [asks({ status: 'Delivered' }), asks({ status: 'Delivered', contact_id: '66' })],
    honest: [
      arrives({ contact_id: '66' }),
      arrives({ note: 'x', contact_id: 0 }),
      arrives({ contact_id: ZEROS }),
      arrives({ contact_id: null }),
    ],
  });
});

describeDoors('a note of somebody', {
  ...noteOf('9'),
  refused: [asks({ contact_id: 0 }), asks({ contact_id: ZEROS }), asks({ contact_id: '66' })],
  honest: [arrives({ contact_id: '9', note: 'x' })],
});
