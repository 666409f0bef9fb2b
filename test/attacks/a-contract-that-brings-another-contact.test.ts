import { describeDoors } from '../dialects/doors.ts';
import { callAbout, callPath, ticketsOf } from '../dialects/vtiger-tickets.ts';

/*
 * Vtiger gives a ticket that lacks its organisation or its contact those of a service contract to which it gets a relation, also in the place of
 * the contact that it has (`updateHelpDeskRelatedTo`). The rep makes a contract for a contact of their own, who gets the code then.
 */

const PLACE = callPath('add_related');
const joins = (source: string, related: string) => callAbout('add_related', source, related);

describeDoors('Vtiger, by a contract', {
  ...ticketsOf(
    {
      '17x5': { ticketstatus: 'Open', parent_id: '', contact_id: '12x4' },
      '17x6': { ticketstatus: 'Open', parent_id: '', contact_id: '' },
    },
    { ServiceContracts: { dialect: 'vtiger-rest', path: callPath('').replace(/\/$/, ''), idPrefix: '31' } },
  ),
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
