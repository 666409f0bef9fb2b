import { describeDoors, type Knock } from '../dialects/doors.ts';
import { startStandIn } from '../harness/stand-in.ts';

/*
 * Vtiger gives a ticket that lacks its organisation or its contact those of a service contract to which it gets a relation, also in the place of
 * the contact that it has (`updateHelpDeskRelatedTo`). The rep makes a contract for a contact of their own, who gets the code then.
 */

const PATH = '/restapi/v1/vtiger/default';
const PLACE = `${PATH}/add_related`;
const joins = (sourceRecordId: string, relatedRecordId: string): Knock => ({
  line: `POST ${PLACE}`,
  body: JSON.stringify({ sourceRecordId, relatedRecordId }),
});

const RECORDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '17x5': { ticketstatus: 'Open', parent_id: '', contact_id: '12x4' },
  '17x6': { ticketstatus: 'Open', parent_id: '', contact_id: '' },
  '12x4': { lastname: 'Ann', email: 'ann@example.com' },
  '12x9': { lastname: 'Rep', email: 'rep@example.net' },
};

describeDoors('Vtiger, by a contract', {
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
    ServiceContracts: { dialect: 'vtiger-rest', path: PATH, idPrefix: '31' },
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
    ['from the contract', 400, joins('31x8', '17x5')],
    ['from the ticket', 400, joins('17x5', '31x8')],
    ['of a module that nobody mapped', 400, joins('40x8', '17x5')],
  ],
  honest: [
    ['a ticket that has no contact', joins('31x8', '17x6'), PLACE],
    ['a product', joins('17x5', '14x2'), PLACE],
    ['a contact', joins('17x5', '12x9'), PLACE],
    ['a contract and a contact', joins('31x8', '12x4'), PLACE],
  ],
});
