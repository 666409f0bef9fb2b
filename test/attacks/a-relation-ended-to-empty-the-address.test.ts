import { describeDoors, type Knock } from '../dialects/doors.ts';
import { startStandIn } from '../harness/stand-in.ts';

/*
 * Ending the relation of a ticket and a contact empties the ticket's `contact_id` in Vtiger, whichever contact is named. Then nobody is there
 * to ask, and the rep fills in a contact of their own, who gets the code.
 */

const PATH = '/restapi/v1/vtiger/default';
const PLACE = `${PATH}/delete_related`;
const call = (operation: string, parameters: object): Knock => ({
  line: `POST ${PATH}/${operation}`,
  body: JSON.stringify(parameters),
});
const ends = (sourceRecordId: string, relatedRecordId: string) =>
  call('delete_related', { sourceRecordId, relatedRecordId });

const RECORDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '17x5': { ticketstatus: 'Open', contact_id: '12x4' },
  '17x6': { ticketstatus: 'Open', contact_id: '' },
  '12x4': { lastname: 'Ann', email: 'ann@example.com' },
  '12x9': { lastname: 'Rep', email: 'rep@example.net' },
};

describeDoors('Vtiger, by the end of a relation', {
  async start() {
    const crm = await startStandIn(({ query }) => {
      const id = query.get('id') ?? '';
      return { status: 200, body: { success: true, result: { id, ...RECORDS[id] } } };
    });
    return { ...crm, stored: () => RECORDS['17x5'] };
  },
  modules: {
    HelpDesk: { dialect: 'vtiger-rest', path: PATH, idPrefix: '17' },
    Contacts: { dialect: 'vtiger-rest', path: PATH, idPrefix: '12' },
  },
  rules: [
    {
      id: 7,
      name: 'Close',
      module: 'HelpDesk',
      when: { changed_to: ['ticketstatus', 'Closed'] },
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
  headers: ['Authorization: Basic YWRtaW46a2V5'],
  refused: [
    ['from the ticket', 400, ends('17x5', '12x4')],
    ['from the contact', 400, ends('12x4', '17x5')],
    ['by another contact', 400, ends('12x9', '17x5')],
  ],
  honest: [
    ['a ticket that has no contact', ends('17x6', '12x9'), PLACE],
    ['a record that leads to no address', ends('17x5', '14x2'), PLACE],
    [
      'a relation that begins',
      call('add_related', { sourceRecordId: '17x5', relatedRecordId: '12x9' }),
      `${PATH}/add_related`,
    ],
  ],
});
